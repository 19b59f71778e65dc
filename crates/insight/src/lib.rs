//! Looking inside a network: what its layers give for a picture, which pixels a class hangs on, and which picture excites a
//! unit most. It changes nothing of the network, and knows neither data sets nor training: it takes pictures as the network
//! gets them, and hands numbers out. A host that wants to show how far something is, or to stop it, asks for it in pieces.

mod ascent;
mod error;
mod goal;
mod gradient;
mod occlusion;

pub use ascent::Ascent;
pub use error::InsightError;
pub use goal::Goal;
pub use gradient::{
    Filters, GradCam, Saliency, filters, grad_cam, layer, maps, measure, saliency, tokens,
};
pub use occlusion::occluded;

use fireside_spec::{Checked, Shape};

/// Channels, height and width of the pictures that a network takes.
///
/// # Errors
/// [`InsightError::NeedsPicture`] where it takes something else.
pub fn picture_shape(checked: &Checked) -> Result<[usize; 3], InsightError> {
    match checked.data.inputs.first().map(|input| input.shape) {
        Some(Shape::Picture {
            channels,
            height,
            width,
        }) => Ok([channels, height, width]),
        _ => Err(InsightError::NeedsPicture),
    }
}
