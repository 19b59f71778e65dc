//! Progress bars. They draw on standard error, so that `--json` stays clean.

use indicatif::{ProgressBar, ProgressStyle};

fn styled(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
    }
    bar
}

/// Bytes of a file.
pub(crate) fn bytes(length: u64, name: &str) -> ProgressBar {
    let bar = styled(length, "{msg} {bar:30} {bytes}/{total_bytes} {eta} left");
    bar.set_message(name.to_string());
    bar
}

/// Updates of a run.
pub(crate) fn updates(length: u64) -> ProgressBar {
    styled(length, "{prefix} {bar:30} {pos}/{len} {eta} left  {msg}")
}
