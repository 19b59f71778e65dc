//! `MaxPooling2D`, `AveragePooling2D`.

use crate::ops;
use burn::tensor::Tensor;
use fireside_spec::layers::{Pool, Pool2d as Spec, window_padding};

/// Pooling over (rows, channels, h, w).
#[derive(Clone, Debug)]
pub(crate) struct Pool2d(pub Spec);

impl Pool2d {
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let Spec {
            pool,
            pool_size: [ph, pw],
            strides: [sh, sw],
            padding,
        } = self.0;
        let (top, bottom) = window_padding(height, ph, sh, padding);
        let (left, right) = window_padding(width, pw, sw, padding);
        let around = [top, bottom, left, right];
        match pool {
            Pool::Max => ops::max_pool2d(x, [ph, pw], [sh, sw], around),
            Pool::Average => ops::average_pool2d(x, [ph, pw], [sh, sw], around),
        }
    }
}
