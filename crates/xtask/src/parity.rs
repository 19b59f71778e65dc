//! The checks of `tests/tests/parity` on the engines of the browser: compiled as these are, run in Node.

use std::path::PathBuf;

use crate::counts::{Counts, Runner, counted};
use crate::engine::{compile, wasm_inputs, write_fusions};
use crate::modules::{ENGINE, ENGINES, Engine};
use crate::process::clean;
use crate::step::{House, Result, Step};
use crate::toolchain::Wasm;

/// Runs the checks on the engine of this name.
pub fn test(house: &House, name: &str) -> Result<Counts> {
    let engine = ENGINES.iter().find(|engine| engine.name == name);
    let engine = engine.ok_or_else(|| format!("there is no engine {name}"))?;
    let folder = build(house, engine)?;
    let mut command = clean("node");
    command.arg(house.at("tests/wasm/main.js"));
    command.arg(&folder).arg(name);
    counted(&mut command, Runner::Playwright)
}

/// The checks for the CPU and the GPU engine: a folder that has a folder of each.
pub fn all(house: &House) -> Result<PathBuf> {
    let mut folder = PathBuf::new();
    for engine in ENGINES.iter().filter(|engine| engine.package == ENGINE) {
        folder = build(house, engine)?;
    }
    folder.pop();
    Ok(folder)
}

/// Burn and the shared crates are there from the engine itself: only the checks are compiled.
fn build(house: &House, engine: &Engine) -> Result<PathBuf> {
    let wasm = Wasm::prepare(house)?;
    let step = Step::start(
        &format!("checks {}", engine.name),
        "the checks to wasm, with the engine's own settings",
    );
    let folder = house.target.join("wasm/bindgen/parity").join(engine.name);
    let mut inputs = wasm_inputs(house, engine, &wasm, "fused parity", &[])?;
    for part in ["Cargo.toml", "wasm/Cargo.toml"] {
        inputs.file(&house.at("tests").join(part))?;
    }
    for part in ["src", "tests/parity", "wasm/src"] {
        inputs.tree(&house.at("tests").join(part), &[])?;
    }
    let (inputs, outputs) = (inputs.finish(), [folder.clone()]);
    let stamp = house.stamp(&format!("parity-{}", engine.name));
    if stamp.is_fresh(&inputs, &outputs) {
        step.fresh();
    } else {
        compile(house, engine, &wasm, "fireside-parity", &folder)?;
        write_fusions(&folder.join("fireside_bg.wasm"))?;
        stamp.set(&inputs, &outputs)?;
        step.done();
    }
    Ok(folder)
}
