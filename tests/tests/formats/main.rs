//! Foreign formats: files of other programs (`tests/reference/foreign.py` made them), hostile ones, and what
//! other programs' readers get from ours.

mod architecture;

mod burn;
mod exports;
mod history;
mod hostile;
mod networks;
mod trainings;
mod weights;

use fireside_formats::Expected;
use fireside_tests::files::root;

/// A file of `tests/reference/foreign`.
fn file(name: &str) -> Vec<u8> {
    let path = root().join("tests/reference/foreign").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Leaves a file for `foreign.py check`, where that is asked for.
fn leave(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("FIRESIDE_WRITE") {
        let path = std::path::Path::new(&folder).join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// The network of `foreign.py`.
fn network() -> Vec<Expected> {
    let rows: &[(&str, &[usize], &str)] = &[
        ("conv2d_1/kernel", &[3, 3, 1, 2], "Conv2D"),
        ("conv2d_1/bias", &[2], "Conv2D"),
        ("batch_normalization_1/gamma", &[2], "BatchNormalization"),
        ("batch_normalization_1/beta", &[2], "BatchNormalization"),
        (
            "batch_normalization_1/moving_mean",
            &[2],
            "BatchNormalization",
        ),
        (
            "batch_normalization_1/moving_variance",
            &[2],
            "BatchNormalization",
        ),
        ("dense_1/kernel", &[18, 3], "Dense"),
        ("dense_1/bias", &[3], "Dense"),
        ("dense_2/kernel", &[3, 2], "Dense"),
        ("dense_2/bias", &[2], "Dense"),
    ];
    rows.iter().map(|row| expected(*row)).collect()
}

fn expected((name, shape, class): (&str, &[usize], &str)) -> Expected {
    Expected {
        name: name.into(),
        shape: shape.to_vec(),
        class: class.into(),
    }
}

/// The values that `foreign.py` gives tensor `k`.
fn values(k: usize, shape: &[usize]) -> Vec<f32> {
    let count: usize = shape.iter().product();
    let value = |i: usize| ((37 * i + 11 * k) % 101) as f32 / 64.0 - 0.75;
    (0..count).map(value).collect()
}

fn all_values(network: &[Expected]) -> Vec<Vec<f32>> {
    let tensors = network.iter().enumerate();
    tensors.map(|(k, one)| values(k, &one.shape)).collect()
}
