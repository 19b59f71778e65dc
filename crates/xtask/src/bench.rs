//! How fast our engines are beside their peers: prepares what the bench in `tests/peers/` needs and runs it.

use std::path::PathBuf;

use clap::Args;

use crate::parity;
use crate::process::{clean, run};
use crate::site::{self, npm_ci};
use crate::step::{House, Result};

/// What `cargo xtask bench` takes.
#[derive(Args)]
pub struct Bench {
    /// Against @jax-js/jax and TensorFlow.js: the same weights, batches and updates for all
    #[arg(long, required = true)]
    peers: bool,
    /// In Node with Dawn, Chromium's WebGPU, instead of in Chromium
    #[arg(long)]
    dawn: bool,
    /// Results file; the runs of other machines in it stay [default: static/bench.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Fresh processes per engine and workload
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    processes: u32,
    /// Steps per process, if the time suffices for them
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// Seconds that the steps of one process may take; three are made in any case
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    budget: u32,
    /// Only these engines
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    engines: Vec<String>,
    /// Only these workloads; what was measured of others on this machine, with these versions, stays in the file
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    workloads: Vec<String>,
    /// Folder with the official data files [default: $FIRESIDE_DATA, data/, ../shared/data, then the built-in sample]
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Builds the engines and runs the bench; fails when an engine does, or when the losses of two engines differ.
pub fn bench(house: &House, bench: &Bench) -> Result<()> {
    // wasm-opt is one of the site's packages.
    npm_ci(house, "web")?;
    npm_ci(house, "tests")?;
    site::engines(house)?;
    let mut words = arguments(bench, house.target.join("peers"))?;
    // A bare product is an export of theirs.
    words.extend([
        "--checks".to_owned(),
        parity::all(house)?.display().to_string(),
    ]);
    let mut command = clean("node");
    command.arg(house.at("tests/peers/main.js"));
    command.args(words);
    run(&mut command)
}

/// The same for the bench itself, its paths made absolute.
fn arguments(bench: &Bench, work: PathBuf) -> Result<Vec<String>> {
    let mut words = vec![];
    let mut add = |name: &str, value: String| words.extend([format!("--{name}"), value]);
    add("work", work.display().to_string());
    add("processes", bench.processes.to_string());
    add("steps", bench.steps.to_string());
    add("budget", bench.budget.to_string());
    for (name, list) in [("engines", &bench.engines), ("workloads", &bench.workloads)] {
        if !list.is_empty() {
            add(name, list.join(","));
        }
    }
    for (name, path) in [("out", &bench.out), ("data", &bench.data)] {
        if let Some(path) = path {
            let path = std::path::absolute(path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            add(name, path.display().to_string());
        }
    }
    if bench.dawn {
        words.push("--dawn".into());
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        bench: Bench,
    }

    #[test]
    fn the_bench_gets_what_was_said() {
        let line = "bench --peers --dawn --steps 7 --engines a,b --out x.json";
        let Line { bench } = Line::try_parse_from(line.split(' ')).expect("a command");
        let words = arguments(&bench, "/work".into()).expect("paths").join(" ");
        assert!(
            words.starts_with("--work /work --processes 5 --steps 7 --budget 30 --engines a,b")
        );
        assert!(words.ends_with("x.json --dawn") && !words.contains("workloads"));
        assert!(
            Line::try_parse_from(["bench"]).is_err(),
            "--peers says what is compared"
        );
    }
}
