//! The sizes of the heavy operations: everything about a call but its numbers.

use super::Convolve;
use super::windows::Windows;

/// A convolution of pictures `[images, groups x channels, height, width]` with a kernel `[filters, channels, rows, columns]`.
/// Each group of channels has its own filters, so many that all groups together have `filters`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Convolution {
    pub images: usize,
    pub filters: usize,
    pub groups: usize,
    /// Over the channels of one group.
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
        how: Convolve,
    ) -> Self {
        let [images, all_channels, height, width] = input;
        let [filters, channels, rows, columns] = kernel;
        assert_eq!(
            all_channels,
            channels * how.groups,
            "convolution: channels of input and kernel"
        );
        assert!(
            how.groups > 0 && filters % how.groups == 0,
            "convolution: filters of {} groups",
            how.groups
        );
        if let Some(bias) = bias {
            assert_eq!(bias, [filters], "convolution: length of the bias");
        }
        Self {
            images,
            filters,
            groups: how.groups,
            windows: Windows::new(
                [channels, height, width],
                [rows, columns],
                how.stride,
                how.dilation,
                how.padding,
            ),
            relu: how.relu,
        }
    }

    /// `[images, groups x channels, height, width]`
    pub fn input(&self) -> [usize; 4] {
        let Windows {
            channels,
            height,
            width,
            ..
        } = self.windows;
        [self.images, self.groups * channels, height, width]
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
            windows: Windows::new([1, height, width], pool, stride, [1, 1], padding),
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

/// Products of matrices, one for each of `count`: `[m, k]` times `[k, n]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Products {
    pub count: usize,
    pub m: usize,
    pub n: usize,
    pub k: usize,
    /// Whether the numbers of the left, of the right factor lie with rows and columns exchanged.
    pub turned: [bool; 2],
}

impl Products {
    /// Checks the sizes: of both factors as they lie, with their count first.
    ///
    /// # Panics
    /// If they do not agree.
    pub fn new(left: [usize; 3], right: [usize; 3], turned: [bool; 2]) -> Self {
        let lie = |[count, rows, columns]: [usize; 3], turned| match turned {
            true => [count, columns, rows],
            false => [count, rows, columns],
        };
        let ([count, m, k], [others, rows, n]) = (lie(left, turned[0]), lie(right, turned[1]));
        assert_eq!([count, k], [others, rows], "products: sizes of the factors");
        Self {
            count,
            m,
            n,
            k,
            turned,
        }
    }
}
