//! Stamps tell whether a step has anything to do: they remember from which inputs its outputs were made.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::step::{At, House, Result};

impl House {
    /// The stamp of a step. One target folder may serve several checkouts, so the checkout's path is part of the name.
    pub fn stamp(&self, name: &str) -> Stamp {
        let mut place = Inputs::new("place");
        place.text("root", &self.root.to_string_lossy());
        let place = place.finish();
        let safe: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        Stamp {
            path: self
                .target
                .join("xtask-stamps")
                .join(format!("{safe}-{}", &place[..12])),
        }
    }
}

/// A digest over everything that a step reads.
pub struct Inputs(Sha256);

impl Inputs {
    /// Starts a digest; `kind` keeps different steps apart.
    pub fn new(kind: &str) -> Self {
        let mut inputs = Self(Sha256::new());
        inputs.text("kind", kind);
        inputs
    }

    /// Adds a named piece of text: lengths go in first, so that no two lists of pieces give the same bytes.
    pub fn text(&mut self, key: &str, value: &str) {
        for part in [key.as_bytes(), value.as_bytes()] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds a file's content; a missing file counts as "absent".
    pub fn file(&mut self, path: &Path) -> Result<()> {
        self.text("file", &path.to_string_lossy());
        let Ok(mut file) = fs::File::open(path) else {
            self.text("is", "absent");
            return Ok(());
        };
        let length = file.metadata().at("look at", path)?.len();
        self.0.update(length.to_le_bytes());
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer).at("read", path)?;
            if read == 0 {
                return Ok(());
            }
            self.0.update(&buffer[..read]);
        }
    }

    /// Adds the content of every file below a folder, except below folders named in `skip`.
    pub fn tree(&mut self, folder: &Path, skip: &[&str]) -> Result<()> {
        for path in files(folder, skip)? {
            self.file(&path)?;
        }
        Ok(())
    }

    /// Adds name, size and time of every file below a folder: for what is too large to be read each time.
    pub fn listing(&mut self, folder: &Path, skip: &[&str]) -> Result<()> {
        self.text("listing", &folder.to_string_lossy());
        for path in files(folder, skip)? {
            self.metadata(&path)?;
        }
        Ok(())
    }

    fn metadata(&mut self, path: &Path) -> Result<()> {
        let metadata = fs::metadata(path).at("look at", path)?;
        let time = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |time| time.as_nanos());
        self.text(
            &path.to_string_lossy(),
            &format!("{} {time}", metadata.len()),
        );
        Ok(())
    }

    /// The digest as hexadecimal text.
    pub fn finish(self) -> String {
        self.0
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// All files below a folder, sorted; nothing when the folder is absent. Hidden entries and folders named in `skip` are left out.
pub fn files(folder: &Path, skip: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).at("list", &folder)? {
            let entry = entry.at("list", &folder)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                if !skip.contains(&name.as_ref()) {
                    waiting.push(path);
                }
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Remembers from which inputs an output was made.
pub struct Stamp {
    path: PathBuf,
}

impl Stamp {
    /// Whether the outputs are there, untouched, and made from these inputs.
    pub fn is_fresh(&self, inputs: &str, outputs: &[PathBuf]) -> bool {
        let Ok(kept) = fs::read_to_string(&self.path) else {
            return false;
        };
        outputs_digest(outputs).is_some_and(|outputs| kept == format!("{inputs}\n{outputs}\n"))
    }

    /// Remembers that the outputs were made from these inputs just now.
    pub fn set(&self, inputs: &str, outputs: &[PathBuf]) -> Result<()> {
        let digest = outputs_digest(outputs).ok_or_else(|| {
            format!(
                "a step ended well but left nothing at {}",
                outputs
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        })?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        fs::write(&self.path, format!("{inputs}\n{digest}\n")).at("write", &self.path)
    }
}

/// Digest of names, sizes and times of the outputs (files, or folders with all they hold but `packs`, which has its own stamp);
/// none when one of them is missing or an empty folder.
fn outputs_digest(outputs: &[PathBuf]) -> Option<String> {
    let mut digest = Inputs::new("outputs");
    for output in outputs {
        if output.is_file() {
            digest.metadata(output).ok()?;
        } else if files(output, &["packs"]).ok()?.is_empty() {
            return None;
        } else {
            digest.listing(output, &["packs"]).ok()?;
        }
    }
    Some(digest.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-step-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("in/deep")).expect("a temporary folder");
        fs::create_dir_all(folder.join("in/node_modules")).expect("a temporary folder");
        fs::write(folder.join("in/a.rs"), "one").expect("a file");
        fs::write(folder.join("in/deep/b.rs"), "two").expect("a file");
        fs::write(folder.join("in/node_modules/c.js"), "three").expect("a file");
        folder
    }

    fn digest(folder: &Path) -> String {
        let mut inputs = Inputs::new("test");
        inputs
            .tree(&folder.join("in"), &["node_modules"])
            .expect("a digest");
        inputs.finish()
    }

    #[test]
    fn digest_follows_content_and_names_but_not_skipped_folders() {
        let place = folder("digest");
        let first = digest(&place);
        assert_eq!(first, digest(&place));
        fs::write(place.join("in/node_modules/c.js"), "changed").expect("a file");
        assert_eq!(first, digest(&place));
        fs::write(place.join("in/deep/b.rs"), "owt").expect("a file");
        let second = digest(&place);
        assert_ne!(first, second);
        fs::rename(place.join("in/a.rs"), place.join("in/z.rs")).expect("a rename");
        assert_ne!(second, digest(&place));
        fs::remove_dir_all(&place).expect("to clean up");
    }

    #[test]
    fn pieces_of_text_cannot_run_into_each_other() {
        let of = |pieces: &[(&str, &str)]| {
            let mut inputs = Inputs::new("t");
            for (key, value) in pieces {
                inputs.text(key, value);
            }
            inputs.finish()
        };
        assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
        assert_ne!(of(&[("a", "")]), of(&[("a", ""), ("", "")]));
    }

    #[test]
    fn a_stamp_is_fresh_only_with_the_same_inputs_and_untouched_outputs() {
        let place = folder("stamp");
        let house = House {
            root: place.clone(),
            target: place.join("target"),
        };
        let stamp = house.stamp("engine cpu");
        let output = [place.join("in")];
        assert!(!stamp.is_fresh("x", &output));
        stamp.set("x", &output).expect("a stamp");
        assert!(stamp.is_fresh("x", &output));
        assert!(!stamp.is_fresh("y", &output));
        fs::write(place.join("in/a.rs"), "longer than before").expect("a file");
        assert!(!stamp.is_fresh("x", &output));
        stamp.set("x", &output).expect("a stamp");
        fs::remove_dir_all(place.join("in")).expect("to remove");
        assert!(!stamp.is_fresh("x", &output));
        assert!(stamp.set("x", &output).is_err());
        fs::remove_dir_all(&place).expect("to clean up");
    }
}
