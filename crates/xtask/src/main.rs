//! `cargo xtask`: builds the site, serves it, tests everything.

mod bench;
mod check;
mod counts;
mod engine;
mod found;
mod fuse;
mod html;
mod links;
mod modules;
mod others;
mod parity;
mod process;
mod reach;
mod release;
mod serve;
mod share;
mod site;
mod sizes;
mod stamp;
mod step;
mod toolchain;
mod trim;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Parser, Subcommand};

use crate::serve::Served;
use crate::site::Site;
use crate::step::{House, Result, seconds};

/// Builds, serves and tests Fireside.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Makes the static site: any static host can serve the folder
    Build {
        #[command(flatten)]
        place: Place,
        /// Folder of the site
        #[arg(long, default_value = "dist")]
        out: PathBuf,
    },
    /// Makes only what the pages import (engines, book): then `npm run dev` in web/ works
    Generate {
        /// Only the engines
        #[arg(long)]
        engines: bool,
    },
    /// Builds the site and serves it on this machine
    Serve {
        #[command(flatten)]
        place: Place,
        /// Port on localhost
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Leave the browser alone
        #[arg(long)]
        no_open: bool,
    },
    /// Makes a zip of the site that works on any static host, below any path
    Release {
        /// Folder with the official data files [default: as for build]
        #[arg(long)]
        data: Option<PathBuf>,
        /// The zip
        #[arg(long, default_value = "fireside.zip")]
        out: PathBuf,
    },
    /// Measures our engines and their peers in the same browser
    Bench {
        #[command(flatten)]
        bench: bench::Bench,
    },
    /// Runs everything that CI runs
    Test {
        /// Only these steps (see --list); what they need is taken as it is
        #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
        only: Vec<String>,
        /// Shows the steps
        #[arg(long)]
        list: bool,
    },
}

#[derive(Args)]
struct Place {
    /// Path below which the host serves the site
    #[arg(long, default_value = "/", value_name = "/fireside/")]
    base: String,
    /// Folder with the official data files [default: $FIRESIDE_DATA, data/, ../shared/data, then the official addresses]
    #[arg(long)]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    match House::find().and_then(|house| go(&house, Arguments::parse().command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let why = why.to_string();
            if !why.is_empty() {
                eprintln!("\nerror: {why}");
            }
            ExitCode::FAILURE
        }
    }
}

fn go(house: &House, task: Task) -> Result<()> {
    // Paths that a person types are relative to where they stand, which `cargo run` leaves as it is.
    let here = |path: PathBuf| {
        std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    match task {
        Task::Build { place, out } => {
            let data = place.data.map(here).transpose()?;
            site::build(house, &Site::new(here(out)?, &place.base, data)?)
        }
        Task::Generate { engines: true } => site::engines(house),
        Task::Generate { engines: false } => site::generate(house),
        Task::Serve {
            place,
            port,
            no_open,
        } => {
            let started = Instant::now();
            serve::check_port(port)?;
            let data = place.data.map(here).transpose()?;
            let site = Site::new(house.at("dist"), &place.base, data)?;
            site::build(house, &site)?;
            let served = Served::start(&site.out, &site.base, port)?;
            println!(
                "\nFireside is at {}   (up after {}; Ctrl+C stops it)",
                served.url(),
                seconds(started.elapsed())
            );
            if !no_open {
                serve::open(&served.url());
            }
            served.forever();
            Ok(())
        }
        Task::Release { data, out } => {
            release::release(house, data.map(here).transpose()?, &here(out)?)
        }
        Task::Bench { bench } => bench::bench(house, &bench),
        Task::Test { list: true, .. } => {
            check::list();
            Ok(())
        }
        Task::Test { only, .. } => check::test(house, &only),
    }
}
