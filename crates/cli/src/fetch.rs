//! Downloads official files with progress, resume and checksum.

use crate::Outcome;
use crate::progress;
use fireside_datasets::catalog::OfficialFile;
use fireside_datasets::{Entry, checksum};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// Gets the official files of `entry` that are not in `folder` yet.
pub(crate) fn official(entry: &Entry, folder: &Path) -> Outcome {
    let downloads = entry.official.downloads();
    if downloads.is_empty() {
        return Err(format!("{} has no official address any more", entry.name));
    }
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (url, file) in downloads {
        let path = folder.join(file.name);
        if path.is_file() {
            continue;
        }
        one(&url, file, &path)?;
    }
    Ok(())
}

/// One file: into `<name>.part`, going on where an earlier try stopped, renamed when its checksum is right.
fn one(url: &str, file: &OfficialFile, path: &Path) -> Outcome {
    let part = path.with_extension("part");
    let failed = |error: std::io::Error| format!("{}: {error}", part.display());
    let have = std::fs::metadata(&part).map_or(0, |meta| meta.len());
    let have = if have >= file.bytes { 0 } else { have };
    // Without a network this must end soon; the transfer itself may take its time.
    let mut request = ureq::get(url)
        .config()
        .timeout_connect(Some(Duration::from_secs(10)))
        .build();
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let mut answer = request.call().map_err(|error| {
        format!("{url}: {error}. Without a network, put the official files into data/ by hand")
    })?;
    // A server that does not know ranges sends everything again.
    let resumed = have > 0 && answer.status() == 206;
    let mut out = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed)
        .open(&part)
        .map_err(failed)?;
    let bar = progress::bytes(file.bytes, file.name);
    bar.set_position(if resumed { have } else { 0 });
    let mut body = answer.body_mut().as_reader();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = body
            .read(&mut buffer)
            .map_err(|error| format!("{url}: {error}"))?;
        if count == 0 {
            break;
        }
        // More than the stated size is not the official file: stop before the disk is full.
        if bar.position() + count as u64 > file.bytes {
            return Err(format!(
                "{url}: longer than the {} bytes it should have",
                file.bytes
            ));
        }
        out.write_all(&buffer[..count]).map_err(failed)?;
        bar.inc(count as u64);
    }
    bar.finish();
    let found = checksum::sha256_hex(&std::fs::read(&part).map_err(failed)?);
    if found != file.sha256 {
        std::fs::remove_file(&part).map_err(failed)?;
        return Err(format!(
            "{url}: wrong checksum (expected {}, found {found}); the file was removed, try again",
            file.sha256
        ));
    }
    std::fs::rename(&part, path).map_err(failed)
}
