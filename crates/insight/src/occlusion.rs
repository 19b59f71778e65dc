//! A grey square over a part of the picture.

use crate::error::InsightError;
use crate::gradient::{given, read};
use burn::tensor::{Tensor, TensorData};
use fireside_network::{Network, Value};

/// What the network gives for the picture with a square of `size` pixels, grey in each channel, laid at each of `places`
/// (row and column of its first pixel; what lies beyond the border is cut off): output after output.
///
/// `input` is one picture.
///
/// # Errors
/// [`InsightError::NeedsPicture`]; when the device fails.
pub async fn occluded(
    network: &Network,
    input: Value,
    grey: &[f32],
    size: usize,
    places: &[[usize; 2]],
) -> Result<Vec<f32>, InsightError> {
    let Value::Picture(tensor) = &input else {
        return Err(InsightError::NeedsPicture);
    };
    let ([_, channels, height, width], device) = (tensor.dims(), tensor.device());
    let picture = read(vec![input.into_flat()]).await?.swap_remove(0);
    let mut pictures = Vec::with_capacity(picture.len() * places.len());
    for [top, left] in places {
        let from = pictures.len();
        pictures.extend_from_slice(&picture);
        let planes = pictures[from..].chunks_exact_mut((height * width).max(1));
        for (plane, grey) in planes.zip(grey) {
            let rows = plane.chunks_exact_mut(width.max(1));
            for row in rows.skip(*top).take(size) {
                row.iter_mut()
                    .skip(*left)
                    .take(size)
                    .for_each(|v| *v = *grey);
            }
        }
    }
    let data = TensorData::new(pictures, [places.len(), channels, height, width]);
    let pictures = Value::Picture(Tensor::from_data(data, &device));
    given(network, pictures).await
}
