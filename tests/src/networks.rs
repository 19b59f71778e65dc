//! Networks of the reference as experiments: Keras's JSON becomes the text that the language reads.

use crate::reference::NetworkLayer;
use fireside_spec::{
    Checked, DataFormat, DataInput, DataShape, Experiment, Shape, Target, infer, parse,
};
use serde_json::Value as Json;

/// Fields of a layer as TOML, separated by `between`.
///
/// # Panics
/// When a layer inside it has no class or no settings.
pub fn fields(config: &serde_json::Map<String, Json>, between: &str) -> String {
    let approximate = config.get("approximate") == Some(&Json::Bool(true));
    let field = |(name, value): (&String, &Json)| match (name.as_str(), value) {
        // The language has a name of its own for it.
        ("approximate", _) => None,
        ("activation", Json::String(gelu)) if gelu == "gelu" && approximate => {
            Some("activation = \"gelu_tanh\"".into())
        }
        ("layer", Json::Object(inner)) => {
            let class = inner["class_name"].as_str().expect("a class name");
            let config = inner["config"].as_object().expect("a config");
            let inner = [format!("type = \"{class}\""), fields(config, ", ")];
            let inner: Vec<_> = inner.into_iter().filter(|text| !text.is_empty()).collect();
            Some(format!("layer = {{ {} }}", inner.join(", ")))
        }
        // JSON and TOML write numbers, texts, truth values and lists alike.
        _ => Some(format!("{name} = {value}")),
    };
    let all: Vec<String> = config.iter().filter_map(field).collect();
    all.join(between)
}

/// The text of an experiment with these layers; `training` is what stands in that table.
pub fn text(layers: &[NetworkLayer], dialect: &str, data_format: &str, training: &str) -> String {
    let mut text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"{dialect}\"\n\
         [data]\nname = \"case\"\ndata_format = \"{data_format}\"\n\
         [training]\nepochs = 1\n{training}\n"
    );
    for layer in layers {
        text += &format!("[[layers]]\ntype = \"{}\"\n", layer.class_name);
        if let Some(name) = &layer.name {
            text += &format!("name = \"{name}\"\n");
        }
        if !layer.inputs.is_empty() {
            text += &format!("inputs = {:?}\n", layer.inputs);
        }
        text += &fields(&layer.config, "\n");
        text += "\n";
    }
    text
}

/// What a text says.
///
/// # Panics
/// With all problems.
pub fn parsed(text: &str) -> Experiment {
    parse(text).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}\nin\n{text}", problems.join("\n"))
    })
}

/// Data with these inputs, shapes in the engine's order: pictures (c, h, w).
///
/// # Panics
/// When a shape has no axis or more than four.
pub fn data<'a>(
    inputs: impl IntoIterator<Item = (&'a str, &'a [usize])>,
    target: Target,
    rows: usize,
) -> DataShape {
    let inputs = inputs.into_iter().map(|(name, axes)| DataInput {
        name: name.into(),
        shape: Shape::of(axes, DataFormat::ChannelsFirst).expect("one to four axes"),
        vocabulary: None,
    });
    DataShape {
        inputs: inputs.collect(),
        ..DataShape::new("case", Shape::Flat { units: 1 }, target, rows, rows)
    }
}

/// A network that fits its data, whatever its output is: [`fireside_spec::check`] wants rows of numbers there.
///
/// # Panics
/// With the text when a layer does not fit.
pub fn built(text: &str, data: DataShape) -> Checked {
    let experiment = parsed(text);
    let layers = infer(&experiment, &data).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
    Checked {
        training: experiment.training.clone().expect("a training"),
        train_rows: data.train_rows,
        validation_rows: 0,
        experiment,
        data,
        layers,
    }
}
