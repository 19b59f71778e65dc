//! Plots of the reference, computed by what they show: curves of activations and losses, learning rates over a run,
//! where initial weights lie.

use fireside_book::Reference;
use fireside_book::reference::{Entry, Plot, PlotKind, Series};
use fireside_network::{cpu, curve};
use fireside_optimizers::schedule::rates;
use fireside_spec::layers::{Activation, Rules, TensorSpec};
use fireside_spec::{Dialect, Experiment, Horizon, Layer, parse};
use fireside_training::Target;
use fireside_training::losses::row_loss;

const DIALECTS: [(&str, Dialect); 2] = [("keras2", Dialect::Keras2), ("keras3", Dialect::Keras3)];

/// Gives entries their plots.
pub(crate) fn add(reference: &mut Reference) -> Result<(), String> {
    for entry in &mut reference.entries {
        let made = of(entry);
        entry.plot = made.map_err(|error| format!("plot of {}: {error}", entry.name))?;
    }
    Ok(())
}

fn of(entry: &Entry) -> Result<Option<Plot>, String> {
    match entry.group.as_str() {
        "activations" | "layers" => function(entry),
        "initializers" => weights(entry),
        "losses" => loss(entry),
        "schedules" => rate(entry),
        _ => Ok(None),
    }
}

/// An experiment with the entry's example in it.
fn experiment(entry: &Entry, dialect: &str) -> Result<Experiment, String> {
    let layer = "[[layers]]\ntype = \"Dense\"\nunits = 100\n";
    let example = entry.example.trim();
    let (layers, training) = match entry.group.as_str() {
        "layers" => (example.to_string(), ""),
        "losses" | "schedules" => (layer.to_string(), example),
        // Whatever tensor the example is of: here it is a kernel.
        "initializers" => {
            let (_, value) = example.split_once('=').unwrap_or_default();
            (format!("{layer}kernel_initializer = {value}"), "")
        }
        _ => (format!("{layer}{example}"), ""),
    };
    let loss = match entry.group.as_str() {
        "losses" => "",
        _ => "loss = \"mse\"\n",
    };
    let words = "{ en = \"\", zh = \"\" }";
    let text = format!(
        "id = \"\"\nkind = \"train\"\nchapter = 0\ntitle = {words}\nintro = {words}\ndialect = \"{dialect}\"\n\
         [data]\nname = \"\"\n{layers}\n[training]\n{loss}optimizer = \"sgd\"\nepochs = 30\n{training}\n"
    );
    parse(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("; ")
    })
}

/// A curve of each dialect, or one where they are the same.
fn plot(
    kind: PlotKind,
    x: Vec<f32>,
    y: impl Fn(&str, Dialect) -> Result<Vec<f32>, String>,
) -> Result<Option<Plot>, String> {
    let short = |value: f32| format!("{value:.3e}").parse().unwrap_or(value);
    let mut series = Vec::new();
    for (name, dialect) in DIALECTS {
        let y = y(name, dialect)?.into_iter().map(short).collect();
        series.push(Series {
            dialect: name.into(),
            y,
        });
    }
    if series[0].y == series[1].y {
        series.truncate(1);
        series[0].dialect.clear();
    }
    let x = x.into_iter().map(short).collect();
    let given = String::new();
    Ok(Some(Plot {
        kind,
        given,
        x,
        series,
    }))
}

fn function(entry: &Entry) -> Result<Option<Plot>, String> {
    let node = experiment(entry, "keras2")?.layers.pop();
    let activation = match node.map(|node| node.layer) {
        Some(Layer::Activation(activation)) => activation,
        Some(Layer::Dense(dense)) if entry.group == "activations" => dense.activation,
        _ => return Ok(None),
    };
    if activation == Activation::Softmax {
        // A function of a row, not of a number.
        return Ok(None);
    }
    let x: Vec<f32> = (-40..=40).map(|tenth| tenth as f32 / 10.0).collect();
    let device = cpu();
    plot(PlotKind::Function, x.clone(), |_, dialect| {
        let y = curve(activation, x.clone(), dialect, &device);
        pollster::block_on(y).map_err(|error| error.to_string())
    })
}

/// The loss of a row with one output p, or of two classes where one is not enough.
fn loss(entry: &Entry) -> Result<Option<Plot>, String> {
    // The target, whether p is a probability, and tenths of p.
    let (given, probability, from, to) = match entry.name.as_str() {
        "binary_crossentropy" | "categorical_crossentropy" | "sparse_categorical_crossentropy" => {
            (1.0, true, 0.0, 10.0)
        }
        // Of a target of 0 there is no per cent, and a hinge wants a side.
        "mean_absolute_percentage_error" | "hinge" | "squared_hinge" => (1.0, false, -40.0, 40.0),
        "poisson" => (3.0, false, 1.0, 100.0),
        // What it compares are rows.
        "kullback_leibler_divergence" => return Ok(None),
        _ => (0.0, false, -40.0, 40.0),
    };
    let x = (0..=80).map(|at| (from + (to - from) * at as f32 / 80.0) / 10.0);
    // At 0 it has no end.
    let x: Vec<f32> = x
        .map(|p| if probability { p.max(0.01) } else { p })
        .collect();
    let made = plot(PlotKind::Loss, x.clone(), |name, dialect| {
        let training = experiment(entry, name)?.training;
        let training = training.ok_or("no training")?;
        let one = |p: &f32| {
            let (two, value) = ([*p, 1.0 - *p], [given]);
            let (output, target) = match training.loss.is_mean() {
                true => (&two[..1], Target::Row(&value)),
                false => (&two[..], Target::Class(0)),
            };
            row_loss(&training.loss, dialect, output, target) as f32
        };
        Ok(x.iter().map(one).collect())
    });
    Ok(made?.map(|plot| Plot {
        given: format!("y = {given}"),
        ..plot
    }))
}

fn rate(entry: &Entry) -> Result<Option<Plot>, String> {
    let training = experiment(entry, "keras2")?.training;
    let Some((training, schedule)) = training.and_then(|t| Some((t.clone(), t.schedule?))) else {
        return Ok(None);
    };
    if schedule.plateau().is_some() {
        // Nobody knows it before the run.
        return Ok(None);
    }
    const STEPS: u64 = 20;
    let horizon = Horizon {
        steps_per_epoch: STEPS,
        epochs: training.epochs as u64,
    };
    // Four points an epoch.
    let every = |all: Vec<f32>| {
        all.into_iter()
            .step_by(STEPS as usize / 4)
            .collect::<Vec<f32>>()
    };
    let updates = 0..STEPS * horizon.epochs;
    let x = updates.map(|update| update as f32 / STEPS as f32).collect();
    plot(PlotKind::Rate, every(x), |_, _| {
        let all = rates(&training.optimizer, Some(&schedule), horizon);
        Ok(every(all.map(|rate| rate as f32).collect()))
    })
}

/// Histogram of a kernel of 100 inputs and 100 units.
fn weights(entry: &Entry) -> Result<Option<Plot>, String> {
    const BINS: usize = 41;
    let drawn = |name: &str, dialect: Dialect| {
        let layer = experiment(entry, name)?.layers.pop().map(|node| node.layer);
        let Some(Layer::Dense(dense)) = layer else {
            return Err("no dense layer".to_string());
        };
        let rules = Rules::from(dense.kernel.initializer);
        let kernel = TensorSpec::new("kernel", vec![100, 100], &rules);
        Ok(kernel.initial(dialect, 7, 0, 0))
    };
    let all = DIALECTS.iter().map(|(name, dialect)| drawn(name, *dialect));
    let all: Vec<Vec<f32>> = all.collect::<Result<_, String>>()?;
    let largest = all
        .iter()
        .flatten()
        .fold(0.0f32, |most, w| most.max(w.abs()));
    let mut values: Vec<f32> = all[0].clone();
    values.sort_by(f32::total_cmp);
    values.dedup();
    if values.len() < BINS {
        // Not drawn by chance.
        return Ok(None);
    }
    let width = 2.0 * largest / BINS as f32;
    let x = (0..BINS)
        .map(|bin| (bin as f32 + 0.5) * width - largest)
        .collect();
    plot(PlotKind::Weights, x, |name, dialect| {
        let mut counts = vec![0.0f32; BINS];
        let drawn = drawn(name, dialect)?;
        for weight in &drawn {
            let bin = ((weight + largest) / width) as usize;
            counts[bin.min(BINS - 1)] += 1.0;
        }
        // Density: the area of all bars is 1.
        let area = drawn.len() as f32 * width;
        Ok(counts.into_iter().map(|count| count / area).collect())
    })
}
