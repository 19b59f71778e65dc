//! Everything that CI runs, step by step, the cheap ones first.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::counts::{Counts, Runner, counted};
use crate::engine::{self, with_clippy};
use crate::links;
use crate::others;
use crate::parity;
use crate::process::{clean, output, run};
use crate::release;
use crate::serve::Served;
use crate::site::{self, Site, npm, npm_ci};
use crate::sizes;
use crate::step::{House, Result, seconds};
use crate::toolchain::{apt_install, cargo};

/// One step of `cargo xtask test`.
struct Check {
    name: &'static str,
    what: &'static str,
    /// Steps whose failure makes this one pointless.
    needs: &'static [&'static str],
    run: fn(&House) -> Result<Counts>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "rustfmt",
        what: "the Rust code's form",
        needs: &[],
        run: |house| quiet(cargo(house).args(["fmt", "--all", "--check"])),
    },
    Check {
        name: "npm",
        what: "the packages of web/ and tests/",
        needs: &[],
        run: |house| {
            npm_ci(house, "web")?;
            npm_ci(house, "tests")?;
            Ok(Counts::default())
        },
    },
    Check {
        name: "prettier",
        what: "the form of everything in web/ and tests/",
        needs: &["npm"],
        run: |house| {
            script(house, "web", "format:check")?;
            script(house, "tests", "format:check")
        },
    },
    Check {
        name: "rust-build",
        what: "all Rust code with clippy as the compiler, warnings are errors",
        needs: &[],
        run: rust_build,
    },
    Check {
        name: "rust-test",
        what: "cargo test",
        needs: &["rust-build"],
        run: rust_test,
    },
    Check {
        name: "site",
        what: "engine, pages and packs, as `cargo xtask build` makes them",
        needs: &["npm", "rust-build"],
        run: |house| site::build(house, &dist(house)?).map(|()| Counts::default()),
    },
    Check {
        name: "eslint",
        what: "the TypeScript code's habits",
        needs: &["site"],
        run: |house| script(house, "web", "lint"),
    },
    Check {
        name: "svelte-check",
        what: "types of web/ and tests/, warnings are errors",
        needs: &["site"],
        run: |house| {
            script(house, "web", "check")?;
            script(house, "tests", "check")
        },
    },
    Check {
        name: "vitest",
        what: "unit tests of web/",
        needs: &["site"],
        run: |house| {
            counted(
                npm(house, "web").args(["run", "--silent", "test"]),
                Runner::Vitest,
            )
        },
    },
    Check {
        name: "sizes",
        what: "what a reader loads stays within its budget",
        needs: &["site"],
        run: budgets,
    },
    Check {
        name: "links",
        what: "every link of the site leads somewhere, and nothing is loaded from elsewhere",
        needs: &["site"],
        run: |house| walk(&dist(house)?),
    },
    Check {
        name: "sub-path",
        what: "the same site below /fireside/",
        needs: &["site"],
        run: |house| {
            let site = below(house)?;
            site::pages_and_packs(house, &site)?;
            walk(&site)
        },
    },
    Check {
        name: "release",
        what: "the site as a zip, unpacked again",
        needs: &["site"],
        run: |house| {
            let zip = house.target.join("xtask-release/fireside.zip");
            release::pack(&dist(house)?.out, &zip)?;
            let files = release::unpack(&zip, &unpacked(house))?;
            println!("    {files} files");
            walk(&Site::new(
                unpacked(house).join("fireside"),
                "/any/path/",
                None,
            )?)
        },
    },
    Check {
        name: "chromium",
        what: "a real browser, its WebGPU for Node, and Chinese letters",
        needs: &[],
        run: |_| chromium(),
    },
    Check {
        name: "parity-cpu",
        what: "the reference numbers, on the CPU engine in wasm",
        needs: &["site"],
        run: |house| parity::test(house, "cpu"),
    },
    Check {
        name: "parity-gpu",
        what: "the reference numbers of every kernel, on the GPU engine in Node with Dawn",
        needs: &["npm", "site", "chromium"],
        run: |house| parity::test(house, "gpu"),
    },
    Check {
        name: "browser",
        what: "Playwright on the built site",
        needs: &["npm", "site", "sub-path", "release", "chromium"],
        run: |house| playwright(house, &dist(house)?, &[]),
    },
    Check {
        name: "browser-sub-path",
        what: "Playwright on the site below /fireside/: the specs marked @subpath",
        needs: &["npm", "sub-path", "chromium"],
        run: |house| playwright(house, &below(house)?, &["--grep", "@subpath"]),
    },
    Check {
        name: "other-browsers",
        what: "the CPU engine in Firefox and in WebKitGTK, through WebDriver",
        needs: &["rust-build", "npm", "site"],
        run: |house| {
            others::install(house)?;
            let config = ["--config", "playwright.others.config.ts"];
            playwright(house, &dist(house)?, &config)
        },
    },
];

/// How a step ended.
enum End {
    Good,
    Bad(String),
    NotRun,
}

/// Prints the names of all steps.
pub fn list() {
    for check in CHECKS {
        println!("{:<17} {}", check.name, check.what);
    }
}

/// Runs all steps, or those named; says at the end what they counted. An error when anything failed.
pub fn test(house: &House, only: &[String]) -> Result<()> {
    for name in only {
        if !CHECKS.iter().any(|check| check.name == name) {
            let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
            return Err(format!("there is no step {name}; there are {}", names.join(", ")).into());
        }
    }
    let chosen: Vec<&Check> = CHECKS
        .iter()
        .filter(|check| only.is_empty() || only.iter().any(|name| name == check.name))
        .collect();
    let started = Instant::now();
    let mut results: Vec<(&Check, End, Counts, Duration)> = Vec::new();
    for (index, check) in chosen.iter().enumerate() {
        println!(
            "\n### {}/{} {}: {}",
            index + 1,
            chosen.len(),
            check.name,
            check.what
        );
        let broken = results
            .iter()
            .find(|(done, end, ..)| check.needs.contains(&done.name) && !matches!(end, End::Good));
        let step = Instant::now();
        let (end, counts) = if let Some((needed, ..)) = broken {
            println!("    not run: it needs {}", needed.name);
            (End::NotRun, Counts::default())
        } else {
            match (check.run)(house) {
                Ok(counts) if counts.failed == 0 => (End::Good, counts),
                Ok(counts) => (End::Bad(format!("{} failed", counts.failed)), counts),
                // A step without a count of its own is one failed test.
                Err(why) => (
                    End::Bad(why.to_string()),
                    Counts {
                        failed: 1,
                        ..Counts::default()
                    },
                ),
            }
        };
        if let End::Bad(why) = &end {
            println!("    FAILED: {why}");
        }
        results.push((check, end, counts, step.elapsed()));
    }
    summary(&results, started.elapsed())
}

fn summary(results: &[(&Check, End, Counts, Duration)], total: Duration) -> Result<()> {
    let mut sum = Counts::default();
    println!(
        "\n{:<17} {:>8} {:>13} {:>7} {:>7} {:>8}",
        "step", "result", "time", "passed", "failed", "skipped"
    );
    for (check, end, counts, time) in results {
        let word = match end {
            End::Good => "ok",
            End::Bad(_) => "FAILED",
            End::NotRun => "not run",
        };
        println!(
            "{:<17} {word:>8} {:>13} {:>7} {:>7} {:>8}",
            check.name,
            seconds(*time),
            counts.passed,
            counts.failed,
            counts.skipped
        );
        sum += *counts;
    }
    println!("{:<17} {:>8} {:>13}", "all", "", seconds(total));
    for (check, end, ..) in results {
        if let End::Bad(why) = end {
            println!("\n{} FAILED: {why}", check.name);
        }
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    if results.iter().all(|(_, end, ..)| matches!(end, End::Good)) {
        Ok(())
    } else {
        // The last line is said already; the exit code says the rest.
        Err("".into())
    }
}

fn dist(house: &House) -> Result<Site> {
    Site::new(house.at("dist"), "/", None)
}

/// The same site for a host that serves it below a path.
fn below(house: &House) -> Result<Site> {
    Site::new(house.target.join("xtask-sub-path/dist"), "/fireside/", None)
}

/// Where the check unpacks the release.
fn unpacked(house: &House) -> PathBuf {
    house.target.join("xtask-release/unpacked")
}

fn quiet(command: &mut Command) -> Result<Counts> {
    run(command).map(|()| Counts::default())
}

fn script(house: &House, folder: &str, name: &str) -> Result<Counts> {
    quiet(npm(house, folder).args(["run", "--silent", name]))
}

/// Two calls: this program's own dependencies (wasm-bindgen's library) share crates with the others, in other features; built
/// together, `cargo xtask` alone would find none of it compiled.
const PACKAGES: [&[&str]; 2] = [&["--workspace", "--exclude", "xtask"], &["-p", "xtask"]];

fn rust_build(house: &House) -> Result<Counts> {
    let inputs = engine::native_inputs(house)?;
    for packages in PACKAGES {
        let mut command = cargo(house);
        command
            .args(["build", "--release", "--all-targets"])
            .args(packages);
        run(with_clippy(&mut command))?;
    }
    engine::mark_native(house, &inputs)?;
    Ok(Counts::default())
}

fn rust_test(house: &House) -> Result<Counts> {
    let mut sum = Counts::default();
    for packages in PACKAGES {
        let mut command = cargo(house);
        command
            .args(["test", "--release", "--no-fail-fast"])
            .args(packages);
        sum += counted(with_clippy(&mut command), Runner::Cargo)?;
    }
    Ok(sum)
}

fn budgets(house: &House) -> Result<Counts> {
    let mut counts = Counts::default();
    for line in sizes::report(house, &dist(house)?.out)? {
        println!("    {line}");
        if line.kept() {
            counts.passed += 1;
        } else {
            counts.failed += 1;
        }
    }
    Ok(counts)
}

fn walk(site: &Site) -> Result<Counts> {
    let walk = links::walk(&site.out, &site.base)?;
    println!("    {} pages, {} links are good", walk.pages, walk.good);
    for line in &walk.wrong {
        println!("    {line}");
    }
    Ok(Counts {
        passed: u64::from(walk.wrong.is_empty()),
        failed: walk.wrong.len() as u64,
        skipped: 0,
    })
}

fn chromium() -> Result<Counts> {
    let mut missing = Vec::new();
    if !Path::new("/usr/bin/chromium").is_file() {
        missing.push("chromium");
    }
    if !Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file() {
        missing.push("fonts-noto-cjk");
    }
    // Dawn in Node loads its Vulkan through it.
    if !Path::new("/usr/lib/x86_64-linux-gnu/libvulkan.so.1").exists()
        && !Path::new("/usr/lib/aarch64-linux-gnu/libvulkan.so.1").exists()
    {
        missing.push("libvulkan1");
    }
    if !missing.is_empty() {
        apt_install(&missing)?;
    }
    let version = output(Command::new("/usr/bin/chromium").arg("--version"))?;
    println!("    {}", String::from_utf8_lossy(&version).trim());
    Ok(Counts::default())
}

fn playwright(house: &House, site: &Site, more: &[&str]) -> Result<Counts> {
    let served = Served::start(&site.out, &site.base, 0)?;
    let program: PathBuf = house.at("tests/node_modules/.bin/playwright");
    let mut command = clean(program);
    command
        .current_dir(house.at("tests"))
        .arg("test")
        .args(more)
        .env("FIRESIDE_URL", served.url())
        // Another version of the same site, for the specs in which a host gets a new one.
        .env("FIRESIDE_NEXT", below(house)?.out)
        .env("FIRESIDE_RELEASE", unpacked(house));
    counted(&mut command, Runner::Playwright)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_named_once_and_need_only_earlier_ones() {
        for (index, check) in CHECKS.iter().enumerate() {
            let earlier = &CHECKS[..index];
            assert!(earlier.iter().all(|other| other.name != check.name));
            for need in check.needs {
                assert!(earlier.iter().any(|other| other.name == *need), "{need}");
            }
        }
    }
}
