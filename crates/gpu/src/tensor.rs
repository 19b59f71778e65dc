//! Burn's tensors and the buffers behind them.

use burn::backend::wgpu::{CubeBackend, CubeTensor, into_contiguous};
use burn::backend::{DispatchDevice, TensorMetadata};
use burn::tensor::{DType, Device, Shape, Tensor};

/// A tensor on the GPU: a buffer with its shape.
pub type GpuTensor = CubeTensor;

/// Whether a tensor lives on the GPU, with or without gradients.
pub fn is_gpu<const D: usize>(tensor: &Tensor<D>) -> bool {
    on_gpu(&tensor.device())
}

/// Whether tensors of a device live on the GPU.
pub fn on_gpu(device: &Device) -> bool {
    matches!(
        device.clone().without_autodiff().as_dispatch(),
        DispatchDevice::Cube(_)
    )
}

/// The buffer behind a tensor without gradients.
///
/// # Panics
/// If the tensor is not on the GPU; ask [`is_gpu`] first.
pub fn from_tensor<const D: usize>(tensor: Tensor<D>) -> GpuTensor {
    tensor
        .try_into_primitive::<CubeBackend>()
        .expect("a tensor of the GPU without gradients")
}

/// A buffer with room for `shape`, its numbers not yet written, on the device of `like`.
pub fn empty<const D: usize>(like: &GpuTensor, shape: [usize; D]) -> GpuTensor {
    let numbers: usize = shape.iter().product();
    let handle = like.client.empty((numbers * size_of::<f32>()).max(4));
    CubeTensor::new_contiguous(
        like.client.clone(),
        like.device.clone(),
        Shape::from(shape),
        handle,
        DType::F32,
    )
}

/// The tensor itself if its numbers lie row-major in one piece, else a copy that does.
pub fn packed(tensor: GpuTensor) -> GpuTensor {
    into_contiguous(tensor)
}

/// The sizes of a tensor.
pub fn sizes<const D: usize>(tensor: &GpuTensor) -> [usize; D] {
    tensor.shape().dims()
}

/// Whether the adapter behind a tensor is a processor that plays a GPU.
pub fn software(tensor: &GpuTensor) -> bool {
    tensor.client.properties().identity.physical.is_none()
}
