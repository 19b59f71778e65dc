//! Direct access to the numbers of a CPU tensor, for code that would otherwise pay for a chain of
//! tensor operations (optimizers, metrics).

use super::flex::{numbers, packed};
use burn::backend::Flex;
use burn::tensor::Tensor;

/// Lends the numbers of a CPU tensor in row-major order.
///
/// Nothing is copied if they lie in one piece (parameters, gradients and outputs of operations do).
/// `None` if the tensor lives on another engine or belongs to a gradient graph: take
/// [`Tensor::inner`] first.
pub fn with_f32<const D: usize, R>(
    tensor: &Tensor<D>,
    work: impl FnOnce(&[f32]) -> R,
) -> Option<R> {
    let primitive = tensor.clone().try_into_primitive::<Flex>().ok()?;
    Some(work(numbers(&packed(primitive))))
}

/// Lets `work` change the numbers of a CPU tensor (row-major) and returns the tensor.
///
/// Done in place, without a copy, if no other tensor shares the numbers; otherwise a copy is
/// changed and the others keep what they had. A tensor that [`with_f32`] would refuse comes back
/// unchanged as `Err`.
pub fn with_f32_mut<const D: usize, R>(
    tensor: Tensor<D>,
    work: impl FnOnce(&mut [f32]) -> R,
) -> Result<(Tensor<D>, R), Tensor<D>> {
    if !super::flex::runs(&tensor) || tensor.device().is_autodiff() {
        return Err(tensor);
    }
    let Ok(primitive) = tensor.clone().try_into_primitive::<Flex>() else {
        return Err(tensor);
    };
    // The last other handle: the numbers are shared only if they were shared before.
    drop(tensor);
    let mut primitive = packed(primitive);
    let range = primitive
        .layout()
        .contiguous_offsets()
        .unwrap_or((0, primitive.layout().num_elements()));
    let result = work(&mut primitive.storage_mut::<f32>()[range.0..range.1]);
    Ok((Tensor::from_primitive::<Flex>(primitive), result))
}
