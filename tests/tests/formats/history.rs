//! TensorBoard's reader gets our event files: the bytes here are those that it read (`foreign.py check`).

use crate::leave;
use fireside_formats::history::{Series, tensorboard};

fn series(name: &str, points: &[(u64, f64)]) -> Series {
    Series {
        name: name.into(),
        points: points.to_vec(),
    }
}

#[test]
fn event_files() {
    let all = [
        series("loss", &[(0, 0.75), (1, 0.5), (300, 0.125)]),
        series("val_acc", &[(1, 0.875), (300, 1.0)]),
        series("损失", &[(300, -2.0)]),
    ];
    let time = |step: Option<u64>| match step {
        None => 1_500_000_000.0,
        Some(step) => 1_500_000_000.0 + 60.0 * (step + 1) as f64,
    };
    let bytes = tensorboard::events(&all, &time);
    leave("events.out.tfevents.1500000000.fireside", &bytes);
    let known = crate::file("events.out.tfevents.1500000000.fireside");
    assert_eq!(bytes, known);
}
