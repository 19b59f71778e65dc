//! The networks of the book's experiments: totals, shapes and rows are the sources', and a summary reads as Keras prints it.

use fireside_book::FILES;
use fireside_datasets::{mnist, official_shape};
use fireside_spec::summary::Summary;
use fireside_spec::{Checked, card, parse};
use fireside_tests::runs::text;

fn checked(text: &str) -> Checked {
    card::read(text, official_shape, "").unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn summary(id: &str) -> Summary {
    Summary::of(&checked(&text(id, &[])))
}

/// Totals as the sources print them.
#[test]
fn parameters_are_the_sources() {
    for (id, parameters) in [
        ("13.3", 623_290),
        ("13.4", 592_074),
        ("13.5", 59_933),
        ("002-LENET", 431_080),
        ("002-MNIST-DATASIZE", 431_080),
        ("002-MNIST-DATASIZE-SGD", 7_850),
        ("3.8", 221),
        ("6.2", 221),
        ("7.5", 71),
        ("8.3", 196),
        ("10.3", 71),
        ("10.4.2", 71),
        ("11.2.2", 71),
        ("19.1", 101),
        ("15.3", 4_210_090),
        ("15.4", 2_915_114),
        ("15.5", 966_986),
        ("002-CIFAR-SIMPLE", 3_692_938),
        ("002-CIFAR-DEEP", 309_290),
        ("002-CIFAR-AUG", 309_290),
        ("003-CIFAR-CNN", 874_058),
        ("000-GTSRB-CNN1", 1_409_387),
        ("000-GTSRB-CNN2", 4_228_747),
        ("003-CAPTCHA", 42_726),
        ("003-CAPTCHA-RELU", 42_726),
        ("16.4", 4_160_501),
        ("16.5", 2_163_605),
        ("20.2", 213_301),
        ("20.3", 213_301),
        ("20.3b", 213_301),
        ("20.4", 216_405),
        ("000-IMDB-LSTM", 6_925_569),
        ("004-IMDB-CNN", 1_477_250),
        ("22.5", 1_105_061),
        ("OWN-REVIEWS", 4_626),
        ("OWN-TEXT", 30_262),
        ("22.5-MENDED", 1_105_061),
        ("22.6", 1_105_061),
    ] {
        assert_eq!(summary(id).parameters, parameters, "{id}");
        let sum: u32 = summary(id)
            .layers
            .iter()
            .map(|layer| layer.parameters)
            .sum();
        assert_eq!(sum, parameters, "{id}");
    }
}

/// Output shapes in the axis order of the sources, layer by layer.
#[test]
fn shapes_are_the_sources() {
    let shapes: &[(&str, &[&[u32]])] = &[
        ("13.3", &[&[784], &[784], &[10]]),
        (
            "13.4",
            &[
                &[32, 24, 24],
                &[32, 12, 12],
                &[32, 12, 12],
                &[4608],
                &[128],
                &[10],
            ],
        ),
        (
            "13.5",
            &[
                &[30, 24, 24],
                &[30, 12, 12],
                &[15, 10, 10],
                &[15, 5, 5],
                &[15, 5, 5],
                &[375],
                &[128],
                &[50],
                &[10],
            ],
        ),
        (
            "002-LENET",
            &[
                &[24, 24, 20],
                &[12, 12, 20],
                &[8, 8, 50],
                &[4, 4, 50],
                &[800],
                &[500],
                &[10],
            ],
        ),
        (
            "003-CIFAR-CNN",
            &[
                &[32, 30, 30],
                &[32, 15, 15],
                &[64, 14, 14],
                &[64, 7, 7],
                &[128, 6, 6],
                &[128, 3, 3],
                &[1152],
                &[500],
                &[500],
                &[10],
            ],
        ),
        (
            "002-CIFAR-SIMPLE",
            &[
                &[30, 30, 32],
                &[15, 15, 32],
                &[15, 15, 32],
                &[7200],
                &[512],
                &[512],
                &[10],
            ],
        ),
        (
            "000-GTSRB-CNN2",
            &[
                &[32, 32, 32],
                &[32, 32, 32],
                &[32, 32, 32],
                &[32, 32, 32],
                &[16, 16, 32],
                &[16, 16, 32],
                &[8192],
                &[512],
                &[512],
                &[512],
                &[43],
            ],
        ),
    ];
    for (id, expected) in shapes {
        let layers = summary(id).layers;
        let found: Vec<&[u32]> = layers.iter().map(|layer| layer.output.as_slice()).collect();
        assert_eq!(found, *expected, "{id}");
    }
    let lenet: Vec<u32> = summary("002-LENET")
        .layers
        .iter()
        .map(|l| l.parameters)
        .collect();
    assert_eq!(lenet, [520, 0, 25_050, 0, 0, 400_500, 5_010]);
    // As 15.5's summary prints them, convolution by convolution.
    let nin = summary("15.5").layers;
    let convolutions = nin.iter().map(|l| l.parameters).filter(|p| *p > 0);
    let printed = [
        14_592, 30_880, 15_456, 460_992, 37_056, 37_056, 331_968, 37_056, 1_930,
    ];
    assert_eq!(convolutions.collect::<Vec<_>>(), printed);
    let halves = nin
        .iter()
        .filter(|l| l.parameters == 0)
        .map(|l| l.output.clone());
    let halves: Vec<Vec<u32>> = halves.collect();
    assert_eq!(halves[0], [16, 16, 96]);
    assert_eq!(halves[2], [8, 8, 192]);
    assert_eq!(halves[4..], [[10], [10]]);
    let deep = summary("002-CIFAR-DEEP");
    assert_eq!(deep.non_trainable, 896);
}

/// The log of the source says 48,000 and 12,000, batch 128, 20 epochs: 375 updates an epoch.
#[test]
fn lenet_holds_back_what_its_log_holds_back() {
    let lenet = summary("002-LENET");
    assert_eq!((lenet.train_rows, lenet.validation_rows), (48_000, 12_000));
    assert_eq!(
        (lenet.batch_size, lenet.epochs, lenet.steps_per_epoch),
        (128, 20, 375)
    );
    assert_eq!(lenet.test_rows, 10_000);
    for id in ["13.3", "13.4", "13.5"] {
        let own = summary(id);
        assert_eq!(
            (own.train_rows, own.validation_rows, own.batch_size),
            (60_000, 0, 200)
        );
        assert_eq!(
            (own.epochs, own.steps_per_epoch, own.learning_rate),
            (10, 300, 0.001)
        );
    }
    let entry = &mnist::ENTRY;
    assert_eq!((entry.train_rows, entry.test_rows), (60_000, 10_000));
}

/// Rows learned from and measured on: all of Pima, ten folds, 120 + 30 flowers, 94 + 46 pairs of months.
#[test]
fn rows_are_the_sources() {
    for (id, train, validation) in [
        ("3.8", 768, 0),
        ("6.2", 512, 0),
        ("7.5", 135, 0),
        ("8.3", 455, 0),
        ("10.3", 120, 0),
        ("10.4.2", 120, 30),
        ("11.2.2", 135, 0),
        ("19.1", 94, 0),
        ("15.3", 50_000, 0),
        ("15.4", 50_000, 0),
        ("15.5", 50_000, 0),
        ("002-CIFAR-SIMPLE", 40_000, 10_000),
        ("002-CIFAR-DEEP", 50_000, 0),
        ("003-CIFAR-CNN", 40_000, 0),
        ("000-GTSRB-CNN1", 29_406, 0),
        ("000-GTSRB-CNN2", 29_406, 0),
        ("16.4", 25_000, 0),
        ("004-IMDB-CNN", 22_500, 2_500),
        ("22.5", 1_659, 0),
        ("22.5-MENDED", 29_920, 0),
    ] {
        let own = summary(id);
        assert_eq!(
            (own.train_rows, own.validation_rows),
            (train, validation),
            "{id}"
        );
    }
    assert_eq!(summary("19.1").test_rows, 46);
    for (id, steps) in [
        ("15.3", 1_563),
        ("15.5", 391),
        ("003-CIFAR-CNN", 40),
        ("000-GTSRB-CNN1", 919),
    ] {
        assert_eq!(summary(id).steps_per_epoch, steps, "{id}");
    }
    let split = |id: &str, rows| checked(&text(id, &[])).experiment.protocol.rows(rows, 0);
    assert_eq!(split("003-CIFAR-CNN", 50_000), [40_000, 10_000]);
    assert_eq!(split("000-GTSRB-CNN2", 39_209), [29_406, 9_803]);
    assert_eq!(summary("19.1").input, [1, 1]);
}

/// The formulas that a page shows come to the numbers that it shows.
#[test]
fn the_count_of_a_layer_is_its_formula() {
    for (id, text) in FILES {
        if parse(text).is_ok_and(|experiment| !experiment.kind.trains()) {
            continue;
        }
        for layer in summary(id).layers {
            let product = |term: &str| {
                term.split('·')
                    .map(|factor| factor.parse::<u32>().expect("a factor"))
                    .product::<u32>()
            };
            let terms = layer.count.split(" + ").filter(|term| !term.is_empty());
            let sum: u32 = terms.map(product).sum();
            assert_eq!(sum, layer.parameters, "{id} {}", layer.name);
        }
    }
    assert_eq!(summary("13.4").layers[0].count, "5·5·1·32 + 32");
}

/// Keras 2's `summary()` of 13.4, letter by letter (blanks at line ends apart).
#[test]
fn the_summary_reads_as_keras_prints_it() {
    let expected = "\
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
conv2d_1 (Conv2D)            (None, 32, 24, 24)        832
_________________________________________________________________
max_pooling2d_1 (MaxPooling2 (None, 32, 12, 12)        0
_________________________________________________________________
dropout_1 (Dropout)          (None, 32, 12, 12)        0
_________________________________________________________________
flatten_1 (Flatten)          (None, 4608)              0
_________________________________________________________________
dense_1 (Dense)              (None, 128)               589952
_________________________________________________________________
dense_2 (Dense)              (None, 10)                1290
=================================================================
Total params: 592,074
Trainable params: 592,074
Non-trainable params: 0
_________________________________________________________________
";
    let printed = summary("13.4").keras();
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    assert_eq!(printed, expected.lines().collect::<Vec<_>>());
}
