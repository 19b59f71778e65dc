//! Files: read within a bound, written as a whole or not at all.

use crate::Outcome;
use std::io::Read;
use std::path::Path;

/// The largest file that is read: a network of as many parameters as the language allows, with what an optimizer
/// keeps of it.
pub(crate) const LARGEST: u64 = 2 << 30;

/// What stands in a file of at most `most` bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One more than may be: what grows while it is read, or has no end, is found out, too.
    let read = file.take(most + 1).read_to_end(&mut bytes);
    read.map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(format!(
            "{}: more than {most} bytes, which is the most that is read here",
            path.display()
        ));
    }
    Ok(bytes)
}

/// The same as text.
pub(crate) fn text(path: &Path, most: u64) -> Result<String, String> {
    String::from_utf8(read(path, most)?).map_err(|_| {
        format!(
            "{}: this is not text in UTF-8; give a text file",
            path.display()
        )
    })
}

/// Writes a file as a whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let mut part = path.as_os_str().to_os_string();
    part.push(".part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&part);
        format!("{}: {error}", path.display())
    })
}

/// Says now, not after an hour of training, that there is no folder to write to.
pub(crate) fn has_folder(path: &Path) -> Outcome {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Err(format!("{} is a folder; name a file in it", path.display()));
    }
    match folder.is_dir() {
        true => Ok(()),
        false => Err(format!(
            "{}: there is no folder {}; make it first",
            path.display(),
            folder.display()
        )),
    }
}

/// The ending of a file's name, in lower case.
pub(crate) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// Writes to a file, or says it where none is named.
pub(crate) fn give(out: Option<&Path>, text: &str) -> Outcome {
    match out {
        Some(path) => {
            write(path, text.as_bytes())?;
            eprintln!("wrote {}", path.display());
        }
        None => crate::say(text.trim_end()),
    }
    Ok(())
}
