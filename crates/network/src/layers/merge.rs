//! `Add`, `Multiply`, `Concatenate`.

use super::Pass;
use crate::value::Value;
use burn::tensor::Tensor;
use fireside_spec::DataFormat;
use fireside_spec::layers::Merge;

/// Several values of fitting shapes become one.
pub(super) fn forward(spec: &Merge, inputs: Vec<Value>, format: DataFormat) -> Value {
    let shape = inputs[0].shape();
    if let Merge::Concatenate(_) = spec {
        let axis = spec.axis(shape, format).unwrap_or(0);
        return concatenate(inputs, axis, format);
    }
    let flat = inputs.into_iter().map(Value::into_flat);
    let joined = flat.reduce(|a, b| match spec {
        Merge::Multiply => a * b,
        _ => a + b,
    });
    // `spec::check` wants at least two inputs.
    Value::from_flat(joined.unwrap_or_else(|| unreachable!("no inputs")), shape)
}

/// The mask that goes on: a step is padding where it is padding in one of the inputs; of inputs one behind the other
/// in time the masks are so, too, of one without a mask every step is real.
pub(super) fn mask(spec: &Merge, inputs: &[Value], pass: &Pass) -> Option<Tensor<2>> {
    let some = pass.masks.iter().flatten();
    let shape = inputs[0].shape();
    if shape.step().is_none() || spec.axis(shape, pass.format) != Some(0) {
        return some.cloned().reduce(|a, b| a * b);
    }
    let device = some.map(Tensor::device).next()?;
    let each = inputs.iter().zip(&pass.masks).map(|(input, mask)| {
        let steps = input.shape().step().map_or(0, |(steps, _)| steps);
        let real = || Tensor::ones([input.rows(), steps], &device);
        mask.clone().unwrap_or_else(real)
    });
    Some(Tensor::cat(each.collect(), 1))
}

/// Joins along `axis` of a row, counted in the order of `format`.
fn concatenate(inputs: Vec<Value>, axis: usize, format: DataFormat) -> Value {
    // The engine's axes are channels first.
    let own = |rank: usize| match (format, rank) {
        (DataFormat::ChannelsLast, 3) => [2, 3, 1][axis],
        (DataFormat::ChannelsLast, 4) => [1, 3, 4, 2][axis],
        _ => axis + 1,
    };
    macro_rules! join {
        ($variant:ident, $rank:literal) => {{
            let tensors: Vec<Tensor<{ $rank + 1 }>> = inputs
                .into_iter()
                .filter_map(|value| match value {
                    Value::$variant(tensor) => Some(tensor),
                    _ => None,
                })
                .collect();
            Value::$variant(Tensor::cat(tensors, own($rank)))
        }};
    }
    match inputs[0] {
        Value::Flat(_) => join!(Flat, 1),
        Value::Sequence(_) => join!(Sequence, 2),
        Value::Picture(_) => join!(Picture, 3),
        Value::Frames(_) => join!(Frames, 4),
    }
}
