//! What a reader loads, in bytes as a static host sends them, and the budgets for it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::html;
use crate::modules::ENGINES;
use crate::stamp::{Inputs, files};
use crate::step::{At, House, Result};

/// Most bytes of the home page (HTML, scripts, styles) after brotli 11.
const FIRST_PAGE: u64 = 150_000;
/// Most bytes of the fonts that the home page may load.
const FONTS: u64 = 150_000;

/// The bytes of a file in the three ways in which it may travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// As it lies on the disk.
    pub raw: u64,
    /// After gzip at level 9.
    pub gzip: u64,
    /// After brotli at quality 11.
    pub brotli: u64,
}

impl Size {
    /// Measures bytes.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        let failed = |error: std::io::Error| format!("cannot compress: {error}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes).map_err(failed)?;
        let gzip = gzip.finish().map_err(failed)?.len() as u64;
        let mut brotli = Vec::new();
        {
            let mut writer = brotli::CompressorWriter::new(&mut brotli, 1 << 16, 11, 22);
            writer.write_all(bytes).map_err(failed)?;
            writer.flush().map_err(failed)?;
        }
        Ok(Self {
            raw: bytes.len() as u64,
            gzip,
            brotli: brotli.len() as u64,
        })
    }

    /// Measures a file.
    pub fn of_file(path: &Path) -> Result<Self> {
        Self::of(&fs::read(path).at("read", path)?)
    }

    /// Measures a large file, or remembers what it was: brotli 11 takes seconds for a megabyte.
    fn remembered(house: &House, path: &Path) -> Result<Self> {
        let mut inputs = Inputs::new("size");
        inputs.file(path)?;
        let note = house
            .target
            .join("xtask-stamps")
            .join(format!("size-{}", &inputs.finish()[..24]));
        if let Some(size) = fs::read_to_string(&note)
            .ok()
            .and_then(|text| Self::parse(&text))
        {
            return Ok(size);
        }
        let size = Self::of_file(path)?;
        if let Some(folder) = note.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        let text = format!("{} {} {}", size.raw, size.gzip, size.brotli);
        fs::write(&note, text).at("write", &note)?;
        Ok(size)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|word| word.parse().ok());
        let size = Self {
            raw: numbers.next()??,
            gzip: numbers.next()??,
            brotli: numbers.next()??,
        };
        numbers.next().is_none().then_some(size)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} raw, {} gzip 9, {} brotli 11",
            kilobytes(self.raw),
            kilobytes(self.gzip),
            kilobytes(self.brotli)
        )
    }
}

/// Bytes as kB of 1,000 bytes.
fn kilobytes(bytes: u64) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

/// One measured budget.
#[derive(Debug)]
pub struct Budget {
    /// What is measured.
    pub what: String,
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub limit: u64,
}

impl Budget {
    /// Whether it is kept.
    pub fn kept(&self) -> bool {
        self.used <= self.limit
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<34} {:>10} of {:>9}{}",
            self.what,
            kilobytes(self.used),
            kilobytes(self.limit),
            if self.kept() { "" } else { "   TOO MUCH" }
        )
    }
}

/// Measures a built site.
pub fn report(house: &House, out: &Path) -> Result<Vec<Budget>> {
    let page = first_page(out)?;
    let mut brotli = 0;
    for path in &page.code {
        brotli += Size::remembered(house, path)?.brotli;
    }
    let mut fonts = 0;
    for path in &page.fonts {
        fonts += fs::metadata(path).at("look at", path)?.len();
    }
    let mut lines = vec![
        Budget {
            what: format!("home page, {} files, brotli 11", page.code.len()),
            used: brotli,
            limit: FIRST_PAGE,
        },
        Budget {
            what: format!("its fonts, {} files", page.fonts.len()),
            used: fonts,
            limit: FONTS,
        },
    ];
    for engine in ENGINES {
        let wasm = engine.wasm(house);
        let bytes = fs::read(&wasm).at("read", &wasm)?;
        let shipped = files(out, &["packs"])?.into_iter().any(|path| {
            path.extension().is_some_and(|ending| ending == "wasm")
                && fs::read(path).is_ok_and(|shipped| shipped == bytes)
        });
        if !shipped {
            return Err(format!(
                "the engine {} is not in {}: no page loads it, or the site is older than the engine",
                engine.name,
                out.display()
            )
            .into());
        }
        let size = Size::remembered(house, &wasm)?;
        lines.push(Budget {
            what: format!("engine {}, brotli 11", engine.name),
            used: size.brotli,
            limit: engine.brotli,
        });
        lines.push(Budget {
            what: format!("engine {}, gzip 9", engine.name),
            used: size.gzip,
            limit: engine.gzip,
        });
    }
    Ok(lines)
}

/// What the browser loads for the home page before the reader does anything.
struct FirstPage {
    code: BTreeSet<PathBuf>,
    fonts: BTreeSet<PathBuf>,
}

fn first_page(out: &Path) -> Result<FirstPage> {
    let index = out.join("index.html");
    let text = fs::read_to_string(&index).at("read", &index)?;
    let mut page = FirstPage {
        code: BTreeSet::from([index.clone()]),
        fonts: BTreeSet::new(),
    };
    let mut waiting = Vec::new();
    for link in html::loaded(&text) {
        // Links may be absolute below the base path: such a one names its file by everything from `_app` on.
        let link = link.find("_app/").map_or(link.as_str(), |at| &link[at..]);
        waiting.push(out.join(html::plain(link)));
    }
    while let Some(path) = waiting.pop() {
        let Ok(path) = fs::canonicalize(&path) else {
            continue;
        };
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            Some("woff2") => {
                page.fonts.insert(path);
            }
            Some("js" | "mjs" | "css") if page.code.insert(path.clone()) => {
                let text = fs::read_to_string(&path).at("read", &path)?;
                let folder = path.parent().unwrap_or(out);
                let next = if ending == Some("css") {
                    html::latin_fonts(&text)
                } else {
                    html::static_imports(&text)
                };
                waiting.extend(next.iter().map(|link| folder.join(html::plain(link))));
            }
            _ => {}
        }
    }
    if page.code.len() < 2 {
        return Err(format!("{} loads no script: this is not the site", index.display()).into());
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_shrink_and_can_be_remembered() {
        let bytes = b"the quick brown fox ".repeat(500);
        let size = Size::of(&bytes).expect("compressible");
        assert_eq!(size.raw, 10_000);
        assert!(size.brotli < size.gzip && size.gzip < 200, "{size}");
        let text = format!("{} {} {}", size.raw, size.gzip, size.brotli);
        assert_eq!(Size::parse(&text), Some(size));
        assert_eq!(Size::parse("1 2"), None);
    }

    #[test]
    fn the_first_page_is_followed_through_scripts_and_styles() {
        let place = std::env::temp_dir().join(format!("xtask-sizes-{}", std::process::id()));
        let app = place.join("_app/immutable");
        fs::create_dir_all(&app).expect("a folder");
        fs::write(
            place.join("index.html"),
            r#"<link href="./_app/immutable/a.css" rel="stylesheet"><link rel="modulepreload" href="./_app/immutable/a.js">"#,
        )
        .expect("a file");
        fs::write(app.join("a.css"), "@font-face{src:url(./f.woff2)}").expect("a file");
        fs::write(
            app.join("a.js"),
            r#"import{x}from"./b.js";import("./later.js")"#,
        )
        .expect("a file");
        for name in ["b.js", "later.js", "f.woff2"] {
            fs::write(app.join(name), "//").expect("a file");
        }
        let page = first_page(&place).expect("a page");
        let names: Vec<String> = page
            .code
            .iter()
            .chain(&page.fonts)
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        for name in ["index.html", "a.css", "a.js", "b.js", "f.woff2"] {
            assert!(
                names.iter().any(|found| found == name),
                "{name} in {names:?}"
            );
        }
        assert_eq!(names.len(), 5, "{names:?}");
        fs::remove_dir_all(&place).expect("to clean up");
    }
}
