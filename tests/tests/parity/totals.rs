//! Every network of the sources, from its text alone: parameters in all and by layer, shapes.

use fireside_spec::{DataFormat, Target, infer};
use fireside_tests::networks::{data, parsed, text};
use fireside_tests::reference::{NetworkCase, Totals, read};

const TRAINING: &str = "loss = \"mse\"\noptimizer = \"sgd\"";

fn compare(case: &NetworkCase) {
    let id = &case.id;
    let experiment = parsed(&text(&case.layers, "keras2", &case.data_format, TRAINING));
    let single = case.input_shape.as_deref().map(|shape| ("input", shape));
    let several = case
        .inputs
        .iter()
        .map(|(name, shape)| (name.as_str(), &shape[..]));
    let data = data(single.into_iter().chain(several), Target::Values(1), 10);
    let layers = infer(&experiment, &data).unwrap_or_else(|problem| panic!("{id}: {problem}"));
    assert_eq!(layers.len(), case.layers.len(), "{id}");
    let per_layer: Vec<usize> = layers.iter().map(|layer| layer.parameters()).collect();
    let shapes: Vec<Vec<usize>> = layers
        .iter()
        .map(|layer| layer.output.axes(DataFormat::ChannelsFirst))
        .collect();
    if let Some(expected) = &case.shapes {
        assert_eq!(&shapes, expected, "{id}");
    }
    if let Some(expected) = &case.per_layer {
        assert_eq!(&per_layer, expected, "{id}");
    }
    assert_eq!(per_layer.iter().sum::<usize>(), case.total, "{id}");
    let trainable: usize = layers.iter().map(|layer| layer.trainable()).sum();
    assert_eq!(trainable, case.trainable, "{id}");
    if let Some(stated) = case.stated {
        assert_eq!(stated, case.total, "{id}: what the source says");
    }
}

pub async fn every_network_of_the_sources_has_its_total() {
    let reference: Totals = read("totals.json");
    assert_eq!(reference.networks.len(), 54);
    for case in &reference.networks {
        assert!(
            case.per_layer.is_some() && case.shapes.is_some(),
            "{}",
            case.id
        );
        compare(case);
    }
    let printed = reference
        .networks
        .iter()
        .filter(|case| case.marked == "printed");
    assert!(printed.count() >= 8);
    for (id, total) in [
        ("15.5", 966_986),
        ("002-VGG16-CAT", 138_357_544),
        ("002-VGG16-BUILTIN", 138_357_544),
        ("004-VGG19", 143_667_240),
        ("004-VQA", 13_707_240),
    ] {
        let case = reference.networks.iter().find(|case| case.id == id);
        assert_eq!(case.map(|case| case.total), Some(total), "{id}");
    }
}

pub async fn the_large_graphs_have_their_totals() {
    let reference: Totals = read("totals_graphs.json");
    assert_eq!(reference.networks.len(), 3);
    for case in &reference.networks {
        compare(case);
    }
}
