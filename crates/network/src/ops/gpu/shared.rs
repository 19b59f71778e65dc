//! Pieces of WGSL that convolution and the dense product share.

const SLOPE_PLAIN: &str = r"
// The gradient of an output; where a relu cut it off, nothing passes.
fn slope(at: u32) -> f32 {
    return gradient[at];
}
";
const SLOPE_RELU: &str = r"
// The gradient of an output; where the relu cut it off, nothing passes.
fn slope(at: u32) -> f32 {
    return select(0.0, gradient[at], output[at] > 0.0);
}
";
const ACTIVATED: &str = r"
// Relu keeps what is not a number: a run that diverged must not look healthy.
fn activated(value: f32) -> f32 {
    return select(value, 0.0, RELU && value <= 0.0);
}
";
const BIAS: &str = r"
fn bias_of(unit: u32) -> f32 {
    return bias[unit];
}
";
const BIAS_NONE: &str = r"
fn bias_of(unit: u32) -> f32 {
    return 0.0;
}
";
const PUT_BIAS: &str = r"
fn put_bias(unit: u32, value: f32) {
    bias_gradient[unit] = value;
}
";
const PUT_BIAS_NONE: &str = r"
fn put_bias(unit: u32, value: f32) {}
";

/// The gradient of the output, cut off where the relu was.
pub(super) const fn slope(relu: bool) -> &'static str {
    if relu { SLOPE_RELU } else { SLOPE_PLAIN }
}

/// The activation and the bias of an output.
pub(super) const fn bias(given: bool) -> [&'static str; 2] {
    [ACTIVATED, if given { BIAS } else { BIAS_NONE }]
}

/// Where the gradient of a bias goes.
pub(super) const fn put_bias(wanted: bool) -> &'static str {
    if wanted { PUT_BIAS } else { PUT_BIAS_NONE }
}
