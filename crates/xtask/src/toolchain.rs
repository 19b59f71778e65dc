//! The compilers: cargo for this machine, cargo for wasm, and how what is missing is fetched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{clean, not_started, output, run};
use crate::step::{At, House, Result, Step, seconds};

/// The target of the browser engines.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// 128-bit SIMD is in every browser since 2023; without it burn-flex and gemm run scalar. Symbols say for which types a function was
/// made; the older ones have a hash there.
const FLAGS: &str = "-Ctarget-feature=+simd128 -Csymbol-mangling-version=v0";

/// How long `rustup target add` may take before another way is tried.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(180);

/// Cargo of the active toolchain, working in the checkout and its target folder.
pub fn cargo(house: &House) -> Command {
    let mut command = clean("cargo");
    command
        .current_dir(&house.root)
        .env("CARGO_TARGET_DIR", &house.target);
    command
}

/// The active compiler's version: part of what a build depends on.
pub fn rustc_version(rustc: &str) -> Result<String> {
    let text = output(clean(rustc).arg("-vV"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The way in which this machine compiles for wasm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wasm {
    /// The active toolchain has the target's standard library (by rustup, or brought along).
    Active,
    /// Debian's packages; the standard library is built from its source. Holds the linker's name.
    Debian(String),
}

impl Wasm {
    /// Finds the compiler for wasm, fetching it when it is missing. Once found, a way is kept as long as it works, so that
    /// the engine's dependencies are not compiled again by another compiler.
    pub fn prepare(house: &House) -> Result<Self> {
        let choice = house.target.join("wasm").join("compiler");
        let wanted = std::env::var("FIRESIDE_WASM_COMPILER")
            .ok()
            .or_else(|| fs::read_to_string(&choice).ok());
        let found = match wanted.as_deref().map(str::trim) {
            Some("debian") => match Self::debian() {
                Some(debian) => Some(debian),
                None if std::env::var_os("FIRESIDE_WASM_COMPILER").is_some() => {
                    Some(install_debian()?)
                }
                None => None,
            },
            _ if has_wasm_target() => Some(Self::Active),
            _ => None,
        };
        let wasm = match found {
            Some(found) => found,
            None => Self::fetch()?,
        };
        if let Some(folder) = choice.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        fs::write(&choice, wasm.name()).at("write", &choice)?;
        Ok(wasm)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Debian(_) => "debian",
        }
    }

    fn fetch() -> Result<Self> {
        if has_wasm_target() {
            return Ok(Self::Active);
        }
        let step = Step::start("wasm compiler", "rustup target add wasm32-unknown-unknown");
        match add_with_rustup() {
            Ok(()) if has_wasm_target() => {
                step.done();
                return Ok(Self::Active);
            }
            Ok(()) => step.note("rustup says it is there, but the active `rustc` does not have it"),
            Err(why) => step.note(&format!("that did not work: {why}")),
        }
        if let Some(debian) = Self::debian() {
            step.note("Debian's packages for it are installed: they are used");
            step.done();
            return Ok(debian);
        }
        step.note("trying Debian's packages: rustc-web, cargo-web, rust-web-src, lld");
        let debian = install_debian().map_err(|why| {
            format!(
                "no compiler for {WASM_TARGET}: rustup could not add the target, and {why}.\n\
                 Do one of these, then start again:\n  \
                 rustup target add {WASM_TARGET}\n  \
                 apt-get install rustc-web cargo-web rust-web-src lld-22   (Debian)"
            )
        })?;
        step.done();
        Ok(debian)
    }

    /// Debian's compiler, when it, the library's source and the linker that fits it are installed.
    fn debian() -> Option<Self> {
        let version = debian_llvm()?;
        if !Path::new("/usr/bin/cargo").is_file()
            || !Path::new("/usr/lib/rustlib/src/rust/library/std").is_dir()
        {
            return None;
        }
        let linker = format!("wasm-ld-{version}");
        Path::new("/usr/bin")
            .join(&linker)
            .is_file()
            .then_some(Self::Debian(linker))
    }

    /// Everything that decides what the compiler makes, as text for a stamp.
    pub fn describe(&self) -> Result<String> {
        let version = match self {
            Self::Active => rustc_version("rustc")?,
            Self::Debian(_) => rustc_version("/usr/bin/rustc")?,
        };
        Ok(format!("{} {} {version}", self.name(), self.rustflags()))
    }

    fn rustflags(&self) -> String {
        match self {
            Self::Active => FLAGS.to_owned(),
            Self::Debian(linker) => format!("-Clinker={linker} {FLAGS}"),
        }
    }

    /// The start of a `cargo rustc` for wasm: own target folder, so that it never waits for the native one.
    pub fn cargo_rustc(&self, house: &House) -> Command {
        let mut command = match self {
            Self::Active => cargo(house),
            Self::Debian(_) => {
                let mut command = clean("/usr/bin/cargo");
                command
                    .current_dir(&house.root)
                    .env("RUSTC", "/usr/bin/rustc")
                    // `-Zbuild-std` asks for it: Debian ships the library's source, not its wasm build.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        };
        command
            .env("CARGO_TARGET_DIR", house.target.join("wasm"))
            .env("RUSTFLAGS", self.rustflags())
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            // A wrapper for the native build has no business here.
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .args(["rustc", "--release", "--target", WASM_TARGET]);
        if matches!(self, Self::Debian(_)) {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        command
    }
}

/// Whether the active compiler has a standard library for wasm.
fn has_wasm_target() -> bool {
    let Ok(sysroot) = output(clean("rustc").args(["--print", "sysroot"])) else {
        return false;
    };
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot).trim());
    sysroot
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .join("lib")
        .is_dir()
}

fn add_with_rustup() -> Result<()> {
    let mut command = clean("rustup");
    command
        .args(["target", "add", WASM_TARGET])
        .stdin(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| not_started(&command, &error))?;
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("rustup ended with {status}").into()),
            Ok(None) if started.elapsed() < RUSTUP_PATIENCE => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(None) => {
                // Either it is gone already or it is now: both are fine.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("no answer after {}", seconds(RUSTUP_PATIENCE)).into());
            }
            Err(error) => return Err(format!("lost sight of rustup: {error}").into()),
        }
    }
}

/// Major version of the LLVM in Debian's compiler: its linker must fit.
fn debian_llvm() -> Option<String> {
    if !Path::new("/usr/bin/rustc").is_file() {
        return None;
    }
    llvm_major(&rustc_version("/usr/bin/rustc").ok()?)
}

fn llvm_major(version: &str) -> Option<String> {
    let line = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    line.split('.').next().map(str::to_owned)
}

fn install_debian() -> Result<Wasm> {
    apt_install(&["rustc-web", "cargo-web", "rust-web-src"])?;
    let version = debian_llvm().ok_or("Debian's rustc does not name its LLVM version")?;
    apt_install(&[&format!("lld-{version}")])?;
    Wasm::debian().ok_or_else(|| "Debian's packages are installed but incomplete".into())
}

/// Installs Debian packages, as root or through a `sudo` that asks nothing.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let wanted = format!("apt-get install {}", packages.join(" "));
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(format!("there is no apt-get on this machine for `{wanted}`").into());
    }
    let silent = |command: &mut Command| {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let root = output(Command::new("id").arg("-u"))?.trim_ascii() == b"0";
    let prefix: &[&str] = if root {
        &[]
    } else if silent(Command::new("sudo").args(["-n", "true"])) {
        &["sudo", "-n"]
    } else {
        return Err(format!("`{wanted}` needs root: run it yourself, then start again").into());
    };
    let apt = |arguments: &[&str]| {
        let words = [
            prefix,
            &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"],
            arguments,
        ]
        .concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
    };
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    // The package lists may be missing or old: then they are fetched and it is tried again.
    if run(&mut apt(&install)).is_ok() {
        return Ok(());
    }
    run(&mut apt(&["update"]))?;
    run(&mut apt(&install))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llvm_version_is_read_from_rustc() {
        let text = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.3\n";
        assert_eq!(llvm_major(text).as_deref(), Some("22"));
        assert_eq!(llvm_major("rustc 1.63.0"), None);
    }

    #[test]
    fn wasm_builds_always_have_simd() {
        assert!(Wasm::Active.rustflags().contains("+simd128"));
        let debian = Wasm::Debian("wasm-ld-22".into()).rustflags();
        assert!(debian.contains("+simd128") && debian.contains("-Clinker=wasm-ld-22"));
    }
}
