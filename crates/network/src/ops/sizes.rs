//! The sizes of the heavy operations: everything about a call but its numbers.

use super::windows::Windows;

/// A convolution of pictures `[images, channels, height, width]` with a kernel `[filters, channels, rows, columns]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Convolution {
    pub images: usize,
    pub filters: usize,
    pub windows: Windows,
    /// Whether negative results become zero.
    pub relu: bool,
}

impl Convolution {
    /// Checks the sizes; arguments and panics as in [`super::conv2d`].
    pub fn new(
        input: [usize; 4],
        kernel: [usize; 4],
        bias: Option<[usize; 1]>,
        stride: [usize; 2],
        padding: [usize; 4],
        relu: bool,
    ) -> Self {
        let [images, channels, height, width] = input;
        let [filters, kernel_channels, rows, columns] = kernel;
        assert_eq!(
            channels, kernel_channels,
            "convolution: channels of input and kernel"
        );
        if let Some(bias) = bias {
            assert_eq!(bias, [filters], "convolution: length of the bias");
        }
        Self {
            images,
            filters,
            windows: Windows::new([channels, height, width], [rows, columns], stride, padding),
            relu,
        }
    }

    /// `[images, channels, height, width]`
    pub fn input(&self) -> [usize; 4] {
        let Windows {
            channels,
            height,
            width,
            ..
        } = self.windows;
        [self.images, channels, height, width]
    }

    /// `[filters, channels, rows, columns]`
    pub fn kernel(&self) -> [usize; 4] {
        let [rows, columns] = self.windows.size;
        [self.filters, self.windows.channels, rows, columns]
    }

    /// `[images, filters, height', width']`
    pub fn output(&self) -> [usize; 4] {
        let [height, width] = self.windows.output;
        [self.images, self.filters, height, width]
    }
}

/// What is taken from a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PoolKind {
    /// Its largest number.
    Max,
    /// The mean of its numbers without padding.
    Average,
}

/// A pooling of pictures `[images, channels, height, width]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pooling {
    pub kind: PoolKind,
    pub images: usize,
    pub channels: usize,
    /// Of one plane: pooling does not mix channels.
    pub windows: Windows,
}

impl Pooling {
    /// Checks the sizes; arguments and panics as in [`super::max_pool2d`].
    pub fn new(
        input: [usize; 4],
        kind: PoolKind,
        pool: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 4],
    ) -> Self {
        let [images, channels, height, width] = input;
        let [top, bottom, left, right] = padding;
        assert!(
            top.max(bottom) < pool[0] && left.max(right) < pool[1],
            "pooling: padding {padding:?} must be smaller than the window {pool:?}"
        );
        Self {
            windows: Windows::new([1, height, width], pool, stride, padding),
            kind,
            images,
            channels,
        }
    }

    /// `[images, channels, height, width]`
    pub fn input(&self) -> [usize; 4] {
        let Windows { height, width, .. } = self.windows;
        [self.images, self.channels, height, width]
    }

    /// `[images, channels, height', width']`
    pub fn output(&self) -> [usize; 4] {
        let [height, width] = self.windows.output;
        [self.images, self.channels, height, width]
    }
}

/// A dense product of `[rows, inputs]` and `[inputs, units]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DenseProduct {
    pub rows: usize,
    pub inputs: usize,
    pub units: usize,
    /// Whether negative results become zero.
    pub relu: bool,
}

impl DenseProduct {
    /// Checks the sizes; arguments and panics as in [`super::dense`].
    pub fn new(
        input: [usize; 2],
        kernel: [usize; 2],
        bias: Option<[usize; 1]>,
        relu: bool,
    ) -> Self {
        let [rows, inputs] = input;
        let [kernel_inputs, units] = kernel;
        assert_eq!(inputs, kernel_inputs, "dense: inputs of batch and kernel");
        if let Some(bias) = bias {
            assert_eq!(bias, [units], "dense: length of the bias");
        }
        Self {
            rows,
            inputs,
            units,
            relu,
        }
    }
}
