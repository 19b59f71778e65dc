//! Where the windows of a convolution or pooling lie.

/// Sizes of a sliding window over pictures `[channels, height, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    /// Height and width of the window.
    pub size: [usize; 2],
    /// Steps down and to the right.
    pub stride: [usize; 2],
    /// Cells of the window lie so far apart, down and to the right.
    pub dilation: [usize; 2],
    /// Rows added above and columns added to the left.
    pub before: [usize; 2],
    /// Positions of the window: rows and columns of the output.
    pub output: [usize; 2],
}

impl Windows {
    /// Works out the positions of a window.
    ///
    /// `padding` is `[top, bottom, left, right]`.
    ///
    /// # Panics
    /// If the window, the stride or the dilation is zero, or the padded picture is smaller than what the window
    /// reaches; the check of an experiment refuses such layers before a network is built.
    pub(crate) fn new(
        [channels, height, width]: [usize; 3],
        size: [usize; 2],
        stride: [usize; 2],
        dilation: [usize; 2],
        padding: [usize; 4],
    ) -> Self {
        let [top, bottom, left, right] = padding;
        let padded = [height + top + bottom, width + left + right];
        for axis in 0..2 {
            assert!(
                size[axis] > 0 && stride[axis] > 0 && dilation[axis] > 0,
                "window, stride and dilation must not be zero"
            );
        }
        let reach = [0, 1].map(|axis| (size[axis] - 1) * dilation[axis] + 1);
        for axis in 0..2 {
            assert!(
                padded[axis] >= reach[axis],
                "window {reach:?} larger than the padded picture {padded:?}"
            );
        }
        Self {
            channels,
            height,
            width,
            size,
            stride,
            dilation,
            before: [top, left],
            output: [0, 1].map(|axis| (padded[axis] - reach[axis]) / stride[axis] + 1),
        }
    }

    /// Numbers in one window through all channels: rows of the matrix of windows.
    pub(crate) fn window(&self) -> usize {
        self.channels * self.size[0] * self.size[1]
    }

    /// Positions of the window: columns of the matrix of windows.
    pub(crate) fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }
}
