//! The built program, started as a reader starts it, on built-in data: round trips, refusals, hostile files.

mod convert;
mod export;
mod photo;
mod rates;
mod refusals;
mod reproduce;
mod train;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, gone at the end. No data lie beside it, so that every set is the built-in one.
pub struct Desk(PathBuf);

/// What the program said.
pub struct Said {
    pub good: bool,
    pub out: String,
    pub err: String,
}

static DESKS: AtomicU32 = AtomicU32::new(0);

impl Desk {
    pub fn fresh() -> Self {
        let number = DESKS.fetch_add(1, Ordering::Relaxed);
        let name = format!("fireside-cli-{}-{number}/desk", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("a file");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("a text")
    }

    /// The names of all files, in order.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    pub fn run(&self, line: &str) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_fireside"))
            .args(line.split_whitespace())
            .current_dir(&self.0)
            .env_remove("FIRESIDE_DATA")
            .output()
            .expect("the program");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said {
            good: output.status.success(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs what has to go well, and gives what stands on standard output.
    pub fn good(&self, line: &str) -> String {
        let said = self.run(line);
        assert!(said.good, "fireside {line}: {}", said.err);
        said.out
    }

    /// Runs what has to be refused with all of these words, and leaves no file that was not there.
    pub fn refused(&self, line: &str, words: &[&str]) {
        let before = self.files();
        let said = self.run(line);
        assert!(!said.good, "fireside {line} went well: {}", said.out);
        assert!(said.err.contains("error: "), "{line}: {}", said.err);
        assert!(!said.err.contains("panicked"), "{line}: {}", said.err);
        for word in words {
            assert!(
                said.err.contains(word),
                "{line} says nothing of {word:?}: {}",
                said.err
            );
        }
        assert_eq!(self.files(), before, "fireside {line} left something");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap_or(&self.0));
    }
}

/// A file that a program of others wrote.
pub fn foreign(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("tests/reference/foreign").join(name)
}

/// An experiment on iris with a few neurons; `more` stands in its head, `training` among its settings.
pub fn flowers(more: &str, training: &str) -> String {
    let words = "{ en = \"-\", zh = \"-\" }";
    format!(
        "id = \"flowers\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"keras2\"\n{more}\n\
         [data]\nname = \"iris\"\nvalidation_split = 0.2\n\n\
         # The layers.\n[[layers]]\ntype = \"Dense\"\nunits = 5\nactivation = \"tanh\"\n\n\
         [[layers]]\ntype = \"Dense\"\nunits = 3\nactivation = \"softmax\"\n\n\
         [training]\nloss = \"categorical_crossentropy\"\noptimizer = \"adam\"\nepochs = 3\nbatch_size = 10\n{training}\n"
    )
}

/// The months before tell the next month's passengers: three numbers in, one out, as in `keras3_model.h5`.
pub fn months(layers: &str) -> String {
    let words = "{ en = \"-\", zh = \"-\" }";
    format!(
        "id = \"months\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"keras3\"\n\
         [data]\nname = \"airline\"\nlook_back = 3\nwindow = \"flat\"\nscaler = \"min_max\"\nscale_targets = true\n\
         {layers}\n[training]\nloss = \"mean_squared_error\"\nmetrics = [\"rmse\"]\noptimizer = \"adam\"\nepochs = 2\n\
         batch_size = 8\n"
    )
}

/// The layers of `keras3_model.h5`.
pub const TWO: &str =
    "[[layers]]\ntype = \"Dense\"\nunits = 2\n[[layers]]\ntype = \"Dense\"\nunits = 1\n";
