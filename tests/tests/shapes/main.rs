//! Random networks over all layers: whatever the language accepts the engine builds, with the shapes and weights
//! that the language told, and it goes forward, backward and through an update.

mod writer;

use burn::tensor::{Tensor, TensorData};
use fireside_network::{Mode, Network, Value, cpu};
use fireside_optimizers::{Optimizer, WeightFacts};
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Checked, DataInput, DataShape, Layer, Shape, Target};
use fireside_spec::{card, infer, parse};
use fireside_tests::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use writer::Writer;

const ROWS: usize = 2;

/// Data of one or two inputs, of every kind of shape.
fn data(dice: &mut Dice) -> DataShape {
    let input = |name: &str, kind: usize, dice: &mut Dice| {
        let mut size = |from: usize, to: usize| from + dice.throw(to + 1 - from);
        let (shape, vocabulary) = match kind {
            0 => (Shape::Flat { units: size(1, 8) }, None),
            1 => (Shape::Flat { units: size(1, 6) }, Some(4)),
            2 => {
                let (steps, features) = (size(1, 6), size(1, 4));
                (Shape::Sequence { steps, features }, None)
            }
            3 => {
                let (channels, height, width) = (size(1, 4), size(1, 7), size(1, 7));
                (
                    Shape::Picture {
                        channels,
                        height,
                        width,
                    },
                    None,
                )
            }
            _ => {
                let (frames, channels) = (size(1, 3), size(1, 2));
                let (height, width) = (size(1, 4), size(1, 4));
                (
                    Shape::Frames {
                        frames,
                        channels,
                        height,
                        width,
                    },
                    None,
                )
            }
        };
        DataInput {
            name: name.into(),
            shape,
            vocabulary,
        }
    };
    let kind = dice.throw(5);
    let mut inputs = vec![input("a", kind, dice)];
    if dice.throw(2) == 0 {
        // The same shape now and then, so that merges fit.
        let mut other = match dice.throw(2) {
            0 => inputs[0].clone(),
            _ => input("b", dice.throw(5), dice),
        };
        other.name = "b".into();
        inputs.push(other);
    }
    DataShape {
        inputs,
        ..DataShape::new(
            "random",
            Shape::Flat { units: 1 },
            Target::Values(1),
            20,
            20,
        )
    }
}

/// A random network that fits its data: layer after layer, each tried until one fits.
fn network(case: u32, tried: &mut BTreeMap<String, usize>) -> (String, DataShape) {
    let mut dice = Dice::new(77, case);
    let data = data(&mut dice);
    let format = dice.pick(&["channels_last", "channels_first"]);
    let dialect = dice.pick(&["keras2", "keras3"]);
    let rules = [
        "\"sgd\"",
        "{ name = \"sgd\", momentum = 0.9, clipnorm = 1.0 }",
        "\"adam\"",
        "\"rmsprop\"",
        "\"nadam\"",
        "{ name = \"adagrad\", clipvalue = 0.5 }",
        "\"adadelta\"",
        "\"adamax\"",
        "\"adamw\"",
    ];
    let mut text = format!(
        "id = \"random\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"{dialect}\"\n\
         [data]\nname = \"random\"\ndata_format = \"{format}\"\n\
         [training]\nepochs = 1\nloss = \"mse\"\noptimizer = {}\n",
        dice.pick(&rules)
    );
    let classes: Vec<&str> = Layer::types().collect();
    let mut names: Vec<String> = data.inputs.iter().map(|input| input.name.clone()).collect();
    let mut writer = Writer { dice };
    let length = writer.whole(1, 9);
    let mut layers = 0;
    for _ in 0..60 {
        let class = writer.dice.pick(&classes);
        // Numbers are no ids: a few are enough to see that they are refused.
        let ids = layers == 0 && data.inputs[0].vocabulary.is_some();
        if class == "Embedding" && !ids && !writer.one_in(20) {
            continue;
        }
        let own = format!("n{layers}");
        let before = match layers {
            0 => "a".into(),
            _ => format!("n{}", layers - 1),
        };
        let mut inputs = vec![before];
        if matches!(class, "Add" | "Multiply" | "Concatenate")
            || class == "MultiHeadAttention" && writer.one_in(2)
        {
            for _ in 0..writer.whole(1, 2) {
                inputs.push(names[writer.dice.throw(names.len())].clone());
            }
        }
        let fields = writer.fields(class).join("\n");
        let more = format!(
            "[[layers]]\ntype = \"{class}\"\nname = \"{own}\"\ninputs = {inputs:?}\n{fields}\n"
        );
        let longer = format!("{text}{more}");
        // A bias that is not there has no rules.
        let experiment = match parse(&longer) {
            Ok(experiment) => experiment,
            Err(problems) => {
                let known = problems.iter().all(|problem| {
                    let inner = problem.place.contains(".layer") && problem.code == "cannot_wrap";
                    inner || problem.code == "unknown_field" && longer.contains("= false")
                });
                assert!(known, "case {case}: {problems:?}\n{longer}");
                continue;
            }
        };
        *tried.entry(class.into()).or_default() += 1;
        let Ok(fit) = infer(&experiment, &data) else {
            continue;
        };
        // Small enough to try many of them.
        if fit.iter().any(|layer| layer.output.len() > 4_000) {
            continue;
        }
        text = longer;
        names.push(own);
        layers += 1;
        if layers == length {
            break;
        }
    }
    (text, data)
}

/// Random numbers or ids for an input.
fn batch(input: &DataInput, seed: u32, tape: bool) -> Value {
    let length = input.shape.len();
    let stream = Stream::new(seed, Purpose::Sample, 0, 0);
    let number = |at: u32| match input.vocabulary {
        Some(vocabulary) => (stream.word(at) % vocabulary as u32) as f32,
        None => stream.normal(at),
    };
    let numbers: Vec<f32> = (0..(ROWS * length) as u32).map(number).collect();
    let tensor = Tensor::<2>::from_data(TensorData::new(numbers, [ROWS, length]), &cpu());
    let value = Value::from_flat(tensor, input.shape);
    if tape { value.on_tape() } else { value }
}

/// Whether the engine does what the language said of this network.
fn compare(case: u32, text: &str, checked: &Checked, seen: &mut BTreeSet<&'static str>) {
    let place = format!("case {case}\n{text}");
    let mut network = Network::build(checked, case, &cpu());
    let inputs = |tape| -> Vec<Value> {
        let all = checked.data.inputs.iter().zip(case..);
        all.map(|(input, seed)| batch(input, seed, tape)).collect()
    };
    for mode in [Mode::Use, Mode::Train { seed: 7, update: 3 }] {
        for (index, layer) in checked.layers.iter().enumerate() {
            let output = network.upto(index).forward(inputs(false), mode);
            assert_eq!(
                output.shape(),
                layer.output,
                "{} {mode:?} {place}",
                layer.name
            );
            assert_eq!(output.rows(), ROWS, "{} {place}", layer.name);
        }
    }
    let mut told = checked.layers.iter().flat_map(|layer| {
        let name = |tensor: &str| format!("{}/{tensor}", layer.name);
        layer
            .tensors
            .iter()
            .map(move |tensor| (name(&tensor.name), tensor))
    });
    for weight in network.weights() {
        let (name, tensor) = told
            .next()
            .unwrap_or_else(|| panic!("{} is too many {place}", weight.name));
        assert_eq!(
            (&name, &tensor.shape),
            (&weight.name, &weight.shape),
            "{place}"
        );
        assert_eq!(tensor.trainable, weight.trainable, "{name} {place}");
        assert_eq!(weight.values.dims()[0], tensor.len(), "{name} {place}");
    }
    assert!(told.next().is_none(), "a weight is missing {place}");
    let parameters: usize = network.weights().map(|weight| weight.len()).sum();
    assert_eq!(parameters, checked.parameters(), "{place}");

    // Twice: the second update has the states and the moving statistics of the first.
    let facts = network.trainable().map(|weight| WeightFacts {
        order: weight.order(),
        regularizer: weight.rules.regularizer,
        constraint: weight.rules.constraint,
        ..WeightFacts::new(&weight.shape)
    });
    let mut optimizer = Optimizer::new(checked.training.optimizer, facts.collect(), &cpu());
    for update in 0..2 {
        let tracked = network.tracked();
        let (output, moved) = tracked.pass(inputs(true), Mode::Train { seed: 7, update });
        let output = output.into_flat();
        if network.trainable().next().is_some() {
            let upstream = output.clone().detach().sin() + 0.5;
            let mut all = (output * upstream).sum().backward();
            let gradients = tracked.gradients(&mut all);
            for (weight, gradient) in tracked.trainable().zip(&gradients) {
                if let Some(gradient) = gradient {
                    assert_eq!(
                        gradient.dims(),
                        weight.values.dims(),
                        "{} {place}",
                        weight.name
                    );
                }
            }
            let weights = network.trainable_mut().map(|weight| &mut weight.values);
            optimizer.step(weights, gradients);
        }
        network.absorb(moved);
    }
    let after = network.forward(inputs(false), Mode::Use);
    assert_eq!(after.rows(), ROWS, "{place}");
    seen.extend(checked.layers.iter().map(|layer| layer.layer.type_name()));
}

#[test]
fn what_the_language_accepts_the_engine_runs() {
    let (mut seen, mut tried) = (BTreeSet::new(), BTreeMap::new());
    let (mut networks, mut refused, mut failed) = (0, 0, Vec::new());
    for case in 0..1_500 {
        let (mut text, data) = network(case, &mut tried);
        if !text.contains("[[layers]]") {
            continue;
        }
        // A head, so that it can be trained.
        let experiment = parse(&text).expect("parsed before");
        let last = infer(&experiment, &data)
            .expect("fitted before")
            .pop()
            .expect("a layer");
        if !matches!(last.output, Shape::Flat { .. }) {
            text += "[[layers]]\ntype = \"Flatten\"\n";
        }
        let width = last.output.len();
        let data = DataShape {
            target: Target::Values(width),
            ..data
        };
        match card::read(&text, |_| Some(data.clone()), "") {
            Ok(checked) => {
                networks += 1;
                let whole = || compare(case, &text, &checked, &mut seen);
                if catch_unwind(AssertUnwindSafe(whole)).is_err() {
                    failed.push(text);
                }
            }
            Err(problems) => {
                // `infer` knows nothing of token ids.
                assert!(
                    problems.iter().all(|p| p.code == "not_ids"),
                    "{problems:?}\n{text}"
                );
                refused += 1;
            }
        }
    }
    failed.sort_by_key(String::len);
    assert!(
        failed.is_empty(),
        "{} fail, the shortest:\n{}",
        failed.len(),
        failed[0]
    );
    let missing: Vec<&str> = Layer::types().filter(|name| !seen.contains(name)).collect();
    assert!(
        missing.is_empty(),
        "never built: {missing:?}; tried {tried:?}"
    );
    println!("{networks} networks, {refused} without ids");
    assert!(networks > 1_000, "only {networks} networks");
}
