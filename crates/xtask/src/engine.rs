//! From Rust to the files the browser loads: native command line, wasm, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use walrus::ModuleConfig;
use wasm_bindgen_cli_support::Bindgen;

use crate::fuse;
use crate::modules::{ENGINE, Engine, LINK};
use crate::process::{clean, run};
use crate::share::share;
use crate::sizes::Size;
use crate::stamp::{Inputs, files};
use crate::step::{At, House, Result, Step};
use crate::toolchain::{self, WASM_TARGET, Wasm, cargo};
use crate::trim::trim;

/// Puts clippy in the compiler's place for the workspace's own crates, every warning an error. It compiles as well as it
/// lints, so the tests and the command line come out of the same pass, and Burn is compiled once.
pub fn with_clippy(command: &mut Command) -> &mut Command {
    command
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__")
}

/// The command-line program after [`native`].
pub fn fireside(house: &House) -> PathBuf {
    house
        .target
        .join("release")
        .join(format!("fireside{}", std::env::consts::EXE_SUFFIX))
}

/// Digest of the Rust sources of the given crates and of what all of them share.
pub fn rust_inputs(house: &House, kind: &str, crates: &[&str]) -> Result<Inputs> {
    let mut inputs = Inputs::new(kind);
    for name in crates {
        inputs.tree(&house.at("crates").join(name), &["target"])?;
    }
    inputs.file(&house.at("Cargo.toml"))?;
    inputs.file(&house.at("Cargo.lock"))?;
    Ok(inputs)
}

const SHARED: [&str; 9] = [
    "spec",
    "datasets",
    "gpu",
    "threads",
    "network",
    "optimizers",
    "training",
    "inference",
    "book",
];

/// Digest of what the command line is made from.
pub fn native_inputs(house: &House) -> Result<String> {
    let mut inputs = rust_inputs(house, "native", &[&SHARED[..], &["cli"]].concat())?;
    inputs.text("rustc", &toolchain::rustc_version("rustc")?);
    inputs.text("flags", &std::env::var("RUSTFLAGS").unwrap_or_default());
    Ok(inputs.finish())
}

/// Compiles the `fireside` command line. All packages are built at once (this program apart): one set of features, so that
/// the tests find everything compiled.
pub fn native(house: &House) -> Result<()> {
    let step = Step::start(
        "command line",
        "cargo build --release (the first time compiles Burn: 15 minutes on two cores)",
    );
    let (inputs, outputs) = (native_inputs(house)?, [fireside(house)]);
    let stamp = house.stamp("native");
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
        return Ok(());
    }
    let mut command = cargo(house);
    command.args(["build", "--release", "--workspace", "--exclude", "xtask"]);
    run(&mut command)?;
    stamp.set(&inputs, &outputs)?;
    step.done();
    Ok(())
}

/// Tells [`native`] that the command line was just compiled, with lints, by the tests; `inputs` as they were before.
pub fn mark_native(house: &House, inputs: &str) -> Result<()> {
    house.stamp("native").set(inputs, &[fireside(house)])
}

/// What decides how a package for the browser comes out that uses these crates besides those that all use.
pub fn wasm_inputs(
    house: &House,
    engine: &Engine,
    wasm: &Wasm,
    kind: &str,
    crates: &[&str],
) -> Result<Inputs> {
    let mut inputs = rust_inputs(house, kind, &[&SHARED[..], crates].concat())?;
    inputs.text("name", engine.name);
    inputs.text("compiler", &wasm.describe()?);
    inputs.text("settings", &(engine.settings)().join(" "));
    inputs.text("link", &LINK.join(" "));
    inputs.text("unreached", &format!("{:?}", engine.unreached));
    inputs.text("memory", &format!("{:?}", engine.memory));
    Ok(inputs)
}

/// Compiles one module and puts it where the site imports it.
pub fn engine(house: &House, engine: &Engine) -> Result<()> {
    let wasm = Wasm::prepare(house)?;
    let step = Step::start(
        &format!("engine {}", engine.name),
        "Rust to wasm (the first time compiles Burn again: 15 minutes on two cores)",
    );
    let own = engine.package.trim_start_matches("fireside-");
    let mut inputs = wasm_inputs(house, engine, &wasm, "engine", &[own])?;
    inputs.text("optimizer", &optimizer_version(house)?);
    inputs.text("passes", &engine.passes().join(" "));
    let (inputs, outputs) = (inputs.finish(), [engine.folder(house)]);
    let stamp = house.stamp(&format!("engine-{}", engine.name));
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
        return Ok(());
    }
    let scratch = house.target.join("wasm/bindgen").join(engine.name);
    compile(house, engine, &wasm, engine.package, &scratch)?;
    let file = scratch.join("fireside_bg.wasm");
    optimize(house, &step, &engine.passes(), &file)?;
    write_fusions(&file)?;
    put(&scratch, &engine.folder(house))?;
    stamp.set(&inputs, &outputs)?;
    step.done();
    Ok(())
}

/// Compiles a package with an engine's settings, and puts it into `folder` with its JavaScript side.
pub fn compile(
    house: &House,
    engine: &Engine,
    wasm: &Wasm,
    package: &str,
    folder: &Path,
) -> Result<()> {
    let mut command = wasm.cargo_rustc(house);
    command.args(["-p", package, "--lib", "--no-default-features"]);
    if engine.package == ENGINE {
        command.args(["--features", engine.name]);
    }
    command.args((engine.settings)());
    // Who refers to whom: `reach.rs`.
    command.args(LINK);
    run(&mut command)?;
    let compiled = house
        .target
        .join("wasm")
        .join(WASM_TARGET)
        .join("release")
        .join(format!("{}.wasm", package.replace('-', "_")));
    bind(&compiled, folder, engine)
}

/// wasm-bindgen: the JavaScript side of the wasm file, and its TypeScript types. What is never reached is taken out before, while the
/// functions still have names, and what the linker wrote down is true.
fn bind(compiled: &Path, folder: &Path, engine: &Engine) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).at("empty", folder)?;
    }
    let failed = |error| format!("wasm-bindgen on {}: {error:#}", compiled.display());
    let bytes = fs::read(compiled).at("read", compiled)?;
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .parse(&bytes)
        .map_err(failed)?;
    if !engine.unreached.is_empty() {
        trim(&mut module, &bytes, engine.unreached)?;
    }
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    share(&mut module, engine.memory)?;
    let mut bound = Bindgen::new()
        .input_bytes("fireside", module.emit_wasm())
        .out_name("fireside")
        .web(true)
        .map_err(failed)?
        .typescript(true)
        // `init()` finds the wasm file by itself: Vite sees that address and gives the file its hashed name.
        .omit_default_module_path(false)
        .generate_output()
        .map_err(failed)?;
    bound.emit(folder).map_err(failed)?;
    Ok(())
}

fn wasm_opt(house: &House) -> PathBuf {
    house.at("web/node_modules/.bin/wasm-opt")
}

fn optimizer_version(house: &House) -> Result<String> {
    let manifest = house.at("web/node_modules/binaryen/package.json");
    let text = fs::read_to_string(&manifest).map_err(|_| {
        "wasm-opt is missing: the npm package `binaryen` must be among web/package.json's devDependencies"
    })?;
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| format!("{} is no JSON: {error}", manifest.display()))?;
    Ok(value["version"].as_str().unwrap_or("unknown").to_owned())
}

/// wasm-opt in place. It drops the functions' names, too, which are for debuggers and a quarter of the file.
fn optimize(house: &House, step: &Step, passes: &[&str], file: &Path) -> Result<()> {
    let optimized = file.with_extension("opt.wasm");
    // Which features the file may use (simd128, bulk memory ...) wasm-opt reads from its `target_features` section.
    run(clean_node(house, &wasm_opt(house))
        .args(passes)
        .arg(file)
        .arg("-o")
        .arg(&optimized))?;
    step.note(&Size::of_file(&optimized)?.to_string());
    fs::rename(&optimized, file).at("replace", file)
}

/// Readies the file for multiply-add in one instruction, and writes beside it what a page changes for that: `fuse.rs`.
pub fn write_fusions(file: &Path) -> Result<()> {
    let mut bytes = fs::read(file).at("read", file)?;
    let edits = fuse::edits(&mut bytes)?;
    fs::write(file, bytes).at("write", file)?;
    let list = file.with_file_name("fused.json");
    fs::write(&list, fuse::json(&edits)).at("write", &list)
}

/// A program of `web/node_modules`.
fn clean_node(house: &House, program: &Path) -> Command {
    let mut command = clean(program);
    command.current_dir(house.at("web"));
    command
}

/// Makes a folder hold the same files as another one, touching only what differs: Vite watches it in development.
fn put(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).at("create", to)?;
    let inside = |path: &Path, top: &Path| path.strip_prefix(top).map(Path::to_path_buf);
    for path in files(to, &[])? {
        if inside(&path, to).is_ok_and(|name| !from.join(name).exists()) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    for path in files(from, &[])? {
        let Ok(name) = inside(&path, from) else {
            continue;
        };
        let (new, target) = (fs::read(&path).at("read", &path)?, to.join(name));
        if fs::read(&target).ok().as_ref() != Some(&new) {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).at("create", folder)?;
            }
            fs::write(&target, new).at("write", &target)?;
        }
    }
    Ok(())
}
