//! The generator, permutations and initial weights.

use fireside_spec::Dialect;
use fireside_spec::layers::{Initializer, Rules, TensorSpec};
use fireside_spec::random::{Purpose, Stream};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::data::sample;
use fireside_tests::reference::{Cases, InitializerCase, Random, read};
use fireside_tests::runs::{checked, text};
use fireside_tests::tolerance::DRAWN;

fn purpose(number: u32) -> Purpose {
    let all = [
        Purpose::Weights,
        Purpose::Order,
        Purpose::Dropout,
        Purpose::Split,
        Purpose::Sample,
        Purpose::Augment,
    ];
    all.into_iter()
        .find(|purpose| *purpose as u32 == number)
        .unwrap_or_else(|| panic!("no purpose {number}"))
}

pub async fn streams_are_the_reference_s() {
    let reference: Random = read("random.json");
    let mut agreement = Agreement::new();
    for case in &reference.streams {
        let stream = Stream::new(case.seed, purpose(case.purpose), case.step, case.tag);
        let place = format!("purpose {} tag {}", case.purpose, case.tag);
        let each = |draw: &dyn Fn(u32) -> f32| -> Vec<f32> { (0..16).map(draw).collect() };
        let words: Vec<u32> = (0..16).map(|element| stream.word(element)).collect();
        assert_eq!(words, case.words, "{place}");
        // Nine digits in the file: uniforms have 24 bits, so they are exact.
        let uniform = wide(&each(&|element| stream.uniform(element)));
        agreement.check("uniform", &place, &uniform, &case.uniform, 1e-8);
        let normal = wide(&each(&|element| stream.normal(element)));
        agreement.check("normal", &place, &normal, &case.normal, DRAWN);
        assert_eq!(stream.normals(16), each(&|element| stream.normal(element)));
    }
    agreement.finish(10);
}

/// Our blocks carry (element, step, tag, 0) and (seed, purpose), so of the authors' known answers only the
/// one with a zero in that place can be asked for; the other two check the generator itself.
pub async fn known_answers_of_the_generator_s_authors() {
    let reference: Random = read("random.json");
    assert_eq!(reference.blocks.len(), 3);
    for block in &reference.blocks {
        assert_eq!(
            rand_philox::philox4x32_10(block.counter, block.key),
            block.words
        );
    }
}

pub async fn permutations_are_the_reference_s() {
    let reference: Random = read("random.json");
    assert!(reference.orders.iter().any(|order| order.n == 60_000));
    for case in &reference.orders {
        let order = Stream::new(case.seed, Purpose::Order, case.epoch, 0).permutation(case.n);
        assert_eq!(order[..case.first.len()], case.first, "n = {}", case.n);
        let sum: u64 = order
            .iter()
            .enumerate()
            .map(|(place, row)| place as u64 * u64::from(*row))
            .sum();
        assert_eq!(sum, case.sum_of_place_times_row, "n = {}", case.n);
    }
}

pub async fn initial_weights_are_the_reference_s() {
    let mut agreement = Agreement::new();
    let data = sample(20, 10);
    for case in &read::<Cases<InitializerCase>>("initializers.json").cases {
        let (_, initializer) = Initializer::ALL
            .iter()
            .find(|(name, _)| *name == case.initializer)
            .unwrap_or_else(|| panic!("no initializer {}", case.initializer));
        let spec = TensorSpec::new("kernel", case.shape.clone(), &Rules::from(*initializer));
        let place = format!("{} layer {} {}", case.network, case.layer, case.initializer);
        let values = wide(&spec.initial(Dialect::Keras2, 7, case.layer, case.tensor));
        let first = &values[..case.first.len()];
        agreement.check("first elements", &place, first, &case.first, DRAWN);
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let expected = [case.sum_of_squares];
        agreement.check("sum of squares", &place, &[squares], &expected, DRAWN);
        // A sum of numbers of both signs: its size is that of the length, not of itself.
        let sum = [values.iter().sum::<f64>() - case.sum];
        let room = DRAWN * squares.sqrt();
        agreement.check_absolute("sum", &place, &sum, &[0.0], room);
        if case.used {
            let checked = checked(&text(&case.network, &[]), &data);
            let layer = &checked.layers[case.layer];
            assert_eq!(layer.tensors[case.tensor], spec, "{place} in the book");
        }
    }
    agreement.finish(3 * 55);
}
