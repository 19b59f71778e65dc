//! Steps that announce themselves, where the checkout is, and how failures are said.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What went wrong, in a sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Failure>;

/// Adds what was being done, and to which path, to an error of the file system.
pub trait At<T> {
    /// `verb` as in "read", "create".
    fn at(self, verb: &str, path: &Path) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, verb: &str, path: &Path) -> Result<T> {
        self.map_err(|error| Failure(format!("cannot {verb} {}: {error}", path.display())))
    }
}

/// Where the checkout and the compiled things are.
#[derive(Debug, Clone)]
pub struct House {
    /// The top of the checkout.
    pub root: PathBuf,
    /// Cargo's target folder: the one that this program itself was compiled into.
    pub target: PathBuf,
}

impl House {
    /// Finds both folders from the environment that `cargo run` gives and from this program's own place.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.toml").is_file())
            .ok_or("cannot find the checkout: start this as `cargo xtask` inside it")?
            .to_path_buf();
        let exe = std::env::current_exe()
            .map_err(|error| format!("cannot find this program: {error}"))?;
        let target = exe
            .ancestors()
            .nth(2)
            .ok_or("cannot find the target folder: start this as `cargo xtask`")?
            .to_path_buf();
        Ok(Self { root, target })
    }

    /// A path inside the checkout, with forward slashes.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

/// Says what comes next and, when it is dropped into [`Step::done`], how long it took.
pub struct Step {
    started: Instant,
}

impl Step {
    /// Announces a step: its name and what it does.
    pub fn start(name: &str, what: &str) -> Self {
        println!("\n==> {name}: {what}");
        Self {
            started: Instant::now(),
        }
    }

    /// A line below the announcement.
    pub fn note(&self, text: &str) {
        println!("    {text}");
    }

    /// Ends the step.
    pub fn done(self) {
        println!("    done in {}", seconds(self.started.elapsed()));
    }

    /// Ends a step that had nothing to do.
    pub fn fresh(self) {
        println!("    nothing changed");
    }
}

/// A duration as a person reads it.
pub fn seconds(time: Duration) -> String {
    let total = time.as_secs_f64();
    if total < 60.0 {
        format!("{total:.1} s")
    } else {
        let whole = time.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }
}
