//! The static site: the book as JSON, npm packages, Vite, data packs, all together in one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engine::{self, fireside, rust_inputs};
use crate::modules::ENGINES;
use crate::process::{clean, output, run};
use crate::sizes;
use crate::stamp::{Inputs, files};
use crate::step::{At, Failure, House, Result, Step};

/// The first page, by which a built site is known.
const INDEX: &str = "index.html";

/// What `cargo xtask build` makes.
#[derive(Debug, Clone)]
pub struct Site {
    /// Folder of the finished site.
    pub out: PathBuf,
    /// Path below which a host will serve it: "/" or "/fireside/".
    pub base: String,
    /// Folder with the official data files, when the usual places should not be searched.
    pub data: Option<PathBuf>,
}

impl Site {
    /// Checks and completes the base path: it begins and ends with a slash.
    pub fn new(out: PathBuf, base: &str, data: Option<PathBuf>) -> Result<Self> {
        let inner = base.trim_matches('/');
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        let good = inner.is_empty()
            || inner.split('/').all(|part| {
                !part.is_empty() && part != "." && part != ".." && part.chars().all(allowed)
            });
        if !good {
            return Err(format!(
                "--base {base}: give a path like / or /fireside/ (letters, digits, - _ . ~)"
            )
            .into());
        }
        let base = if inner.is_empty() {
            "/".to_owned()
        } else {
            format!("/{inner}/")
        };
        Ok(Self { out, base, data })
    }
}

/// Everything from sources to a folder that any static host can serve.
pub fn build(house: &House, site: &Site) -> Result<()> {
    npm_ci(house, "web")?;
    generate(house)?;
    pages_and_packs(house, site)?;
    let step = Step::start("sizes", "what a reader loads");
    for line in sizes::report(house, &site.out)? {
        step.note(&line.to_string());
    }
    step.done();
    println!("\nThe site is in {}", site.out.display());
    Ok(())
}

/// What the pages import and git does not hold: engines, book and reference.
pub fn generate(house: &House) -> Result<()> {
    engine::native(house)?;
    engines(house)?;
    texts(house)
}

/// All engines of the site.
pub fn engines(house: &House) -> Result<()> {
    ENGINES
        .iter()
        .try_for_each(|row| engine::engine(house, row))
}

/// The part of [`build`] that depends on where the site will be served.
pub fn pages_and_packs(house: &House, site: &Site) -> Result<()> {
    pages(house, site)?;
    packs(house, site)?;
    book_of_chapter_22(house, site)
}

/// The book that chapter 22 learns from, where the site has it, and its official file in a folder of data.
const BOOK: (&str, [&str; 3]) = (
    "texts/alice.txt",
    [
        "alice/alice_in_wonderland_pg11.txt",
        "text/alice_in_wonderland_pg11.txt",
        "alice_in_wonderland_pg11.txt",
    ],
);

/// Packs hold pictures; this one text is in the public domain, and served as it is. Without it the pages use their built-in tale.
fn book_of_chapter_22(house: &House, site: &Site) -> Result<()> {
    let (to, names) = (site.out.join(BOOK.0), BOOK.1);
    let places = data_folders(house, site);
    let mut all = places
        .iter()
        .flat_map(|place| names.map(|name| place.join(name)));
    let Some(from) = all.find(|path| path.is_file()) else {
        return Ok(());
    };
    let folder = to.parent().unwrap_or(&site.out);
    fs::create_dir_all(folder).at("make", folder)?;
    fs::copy(&from, &to).at("copy", &from)?;
    Ok(())
}

/// Where data are looked for.
fn data_folders(house: &House, site: &Site) -> Vec<PathBuf> {
    let shared = std::env::var_os("FIRESIDE_DATA").map(PathBuf::from);
    let mut places: Vec<PathBuf> = site.data.iter().cloned().chain(shared).collect();
    places.extend([house.at("data"), house.at("../shared/data")]);
    places
}

/// `npm ci` in a folder with a lock file.
pub fn npm_ci(house: &House, folder: &str) -> Result<()> {
    let step = Step::start(&format!("npm packages of {folder}/"), "npm ci");
    let place = house.at(folder);
    let lock = place.join("package-lock.json");
    if !lock.is_file() {
        return Err(format!("{} is missing: it belongs to the checkout", lock.display()).into());
    }
    let mut inputs = Inputs::new("npm");
    inputs.file(&lock)?;
    inputs.file(&place.join("package.json"))?;
    // npm writes this file last.
    let (inputs, outputs) = (
        inputs.finish(),
        [place.join("node_modules/.package-lock.json")],
    );
    let stamp = house.stamp(&format!("npm-{folder}"));
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
        return Ok(());
    }
    let mut command = npm(house, folder);
    run(command.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]))?;
    stamp.set(&inputs, &outputs)?;
    step.done();
    Ok(())
}

/// npm in one of the folders that have a package.json.
pub fn npm(house: &House, folder: &str) -> Command {
    let mut command = clean(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(house.at(folder));
    command
}

/// What pages are made from, as JSON: file in `web/src/lib/generated`, arguments of `fireside`.
const TEXTS: [(&str, &str, &[&str]); 2] = [
    ("book", "list --json", &["list", "--json"]),
    ("reference", "layers --json", &["layers", "--json"]),
];

/// The book and the reference as JSON, for the pages.
fn texts(house: &House) -> Result<()> {
    for (name, words, arguments) in TEXTS {
        let step = Step::start(name, &format!("fireside {words}"));
        let crates = ["spec", "book", "cli", "network", "optimizers"];
        let mut inputs = rust_inputs(house, name, &crates)?;
        inputs.text("form", "1");
        let target = house.at(&format!("web/src/lib/generated/{name}.json"));
        let (inputs, outputs) = (inputs.finish(), [target.clone()]);
        let stamp = house.stamp(name);
        if stamp.is_fresh(&inputs, &outputs) {
            step.fresh();
            continue;
        }
        let json = output(clean(fireside(house)).args(arguments))?;
        serde_json::from_slice::<serde_json::Value>(&json)
            .map_err(|error| format!("`fireside {words}` printed no JSON: {error}"))?;
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        if fs::read(&target).ok().as_ref() != Some(&json) {
            fs::write(&target, &json).at("write", &target)?;
        }
        stamp.set(&inputs, &outputs)?;
        step.done();
    }
    Ok(())
}

/// Folders below `web/` that hold nothing the build reads.
const NOT_SOURCES: [&str; 4] = ["node_modules", "build", "test-results", "coverage"];

/// Vite, and its result into the site's folder.
fn pages(house: &House, site: &Site) -> Result<()> {
    let step = Step::start("pages", &format!("vite build for {}", site.base));
    let mut inputs = Inputs::new("pages");
    inputs.tree(&house.at("web"), &NOT_SOURCES)?;
    inputs.tree(&house.at("static"), &[])?;
    inputs.text("base", &site.base);
    let (inputs, outputs) = (inputs.finish(), [site.out.clone()]);
    let stamp = house.stamp(&format!("pages-{}", site.out.display()));
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
        return Ok(());
    }
    let base = site.base.trim_end_matches('/');
    run(npm(house, "web")
        .args(["run", "--silent", "build", "--", "--logLevel", "warn"])
        .env("BASE_PATH", base))?;
    let built = house.at("web/build");
    if !built.join(INDEX).is_file() {
        return Err(format!("vite left no {}", built.join(INDEX).display()).into());
    }
    // What lies in the target folder is ours, also where a run was cut off half-way.
    replace(&built, &site.out, site.out.starts_with(&house.target))?;
    stamp.set(&inputs, &outputs)?;
    step.done();
    Ok(())
}

/// Makes `to` a copy of `from`, except for the packs in it, which have their own step.
///
/// A folder that is not `ours` is only emptied where an `index.html` says that it is a site. That
/// file goes last and comes first, so a run that was cut off leaves a folder the next one knows.
fn replace(from: &Path, to: &Path, ours: bool) -> Result<()> {
    if !ours && !to.join(INDEX).exists() && to.exists() && !files(to, &["packs"])?.is_empty() {
        return Err(format!(
            "{} is not empty and not a built site: choose another --out, or empty it yourself",
            to.display()
        )
        .into());
    }
    fs::create_dir_all(to).at("create", to)?;
    let mut old = entries(to)?;
    old.retain(|path| !path.ends_with("packs"));
    for path in old.iter().rev() {
        if path.is_dir() {
            fs::remove_dir_all(path).at("remove", path)?;
        } else {
            fs::remove_file(path).at("remove", path)?;
        }
    }
    copy(from, to)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).at("create", to)?;
    for path in entries(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).at("copy", &path)?;
        }
    }
    Ok(())
}

/// What lies in a folder, the `index.html` before all else.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).at("list", folder)? {
        found.push(entry.at("list", folder)?.path());
    }
    found.sort_by_key(|path| !path.ends_with(INDEX));
    Ok(found)
}

/// The data of the experiments, cut into compressed shards.
fn packs(house: &House, site: &Site) -> Result<()> {
    let step = Step::start("packs", "fireside data");
    let mut inputs = rust_inputs(house, "packs", &["spec", "datasets", "book", "cli"])?;
    for place in &data_folders(house, site) {
        inputs.listing(place, &[])?;
    }
    let folder = site.out.join("packs");
    let (inputs, outputs) = (inputs.finish(), [folder.clone()]);
    let stamp = house.stamp(&format!("packs-{}", site.out.display()));
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
        return Ok(());
    }
    let data = |more: &[&str]| {
        let mut command = clean(fireside(house));
        command.current_dir(&house.root).arg("data").args(more);
        if let Some(data) = &site.data {
            command.arg("--from").arg(data);
        }
        command.arg("--out").arg(&folder);
        command
    };
    let made = || Ok::<_, Failure>(!files(&folder, &[])?.is_empty());
    run(&mut data(&[]))?;
    if !made()? {
        step.note("not on this machine: trying the official addresses");
        if let Err(why) = run(&mut data(&["--download", "data"])) {
            step.note(&why.to_string());
        }
    }
    if made()? {
        stamp.set(&inputs, &outputs)?;
    } else {
        step.note("no official data: the pages use their built-in samples and say so");
    }
    step.done();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_are_completed_or_refused() {
        let base = |text: &str| Site::new(PathBuf::new(), text, None).map(|site| site.base);
        assert_eq!(base("/").expect("good"), "/");
        assert_eq!(base("").expect("good"), "/");
        assert_eq!(base("fireside").expect("good"), "/fireside/");
        assert_eq!(base("/a/b/").expect("good"), "/a/b/");
        for bad in ["/../x/", "/a b/", "https://x/", "/a//b/", "/\"/"] {
            assert!(base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_foreign_folder_is_not_emptied() {
        let place = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        let (from, to) = (place.join("from"), place.join("to"));
        fs::create_dir_all(from.join("deep")).expect("a folder");
        fs::create_dir_all(to.join("packs")).expect("a folder");
        fs::write(from.join(INDEX), "new").expect("a file");
        fs::write(from.join("deep/a.js"), "a").expect("a file");
        fs::write(to.join("thesis.txt"), "years of work").expect("a file");
        assert!(replace(&from, &to, false).is_err());
        assert!(to.join("thesis.txt").is_file());

        fs::write(to.join(INDEX), "old").expect("a file");
        fs::write(to.join("packs/shard"), "kept").expect("a file");
        replace(&from, &to, false).expect("a site may be replaced");
        assert!(!to.join("thesis.txt").exists() && to.join("packs/shard").is_file());
        assert_eq!(fs::read(to.join("deep/a.js")).expect("copied"), b"a");
        assert!(entries(&to).expect("a list")[0].ends_with(INDEX));

        // A run that was killed: in our own folder the next one goes on by itself.
        fs::remove_file(to.join(INDEX)).expect("a file");
        assert!(replace(&from, &to, false).is_err());
        replace(&from, &to, true).expect("our own folder");
        assert!(to.join(INDEX).is_file() && to.join("packs/shard").is_file());
        fs::remove_dir_all(&place).expect("to clean up");
    }
}
