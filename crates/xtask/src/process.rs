//! Starting other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::step::Result;

/// Runs a command with its output on the terminal; fails when it can't be started or says no.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` failed ({status}); its own message is above").into())
    }
}

/// Runs a command and returns what it printed to standard output; its errors stay on the terminal.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let shown = shown(command);
    let Output { status, stdout, .. } = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(stdout)
    } else {
        Err(format!("`{shown}` failed ({status})").into())
    }
}

/// The sentence for a program that did not even start.
pub fn not_started(command: &Command, error: &std::io::Error) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let hint = match program.as_str() {
        "npm" | "node" | "npx" => ": install Node 20 or newer",
        "cargo" | "rustc" | "clippy-driver" | "rustup" => ": install Rust with rustup",
        _ => "",
    };
    format!("cannot start `{}` ({error}){hint}", shown(command))
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// A command without what `cargo run` put into the environment: a child cargo, or a build script that looks at these,
/// would otherwise see this program's package instead of its own, or another compiler's libraries.
pub fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let of_cargo_run = name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || matches!(
                name.as_ref(),
                "CARGO"
                    | "CARGO_BIN_NAME"
                    | "CARGO_CRATE_NAME"
                    | "OUT_DIR"
                    | "RUST_RECURSION_COUNT"
            );
        if of_cargo_run {
            command.env_remove(name.as_ref());
        } else if name == "LD_LIBRARY_PATH" || name == "DYLD_FALLBACK_LIBRARY_PATH" {
            let kept: Vec<PathBuf> = std::env::split_paths(&value)
                .filter(|path| !path_of_rust(path))
                .collect();
            match std::env::join_paths(kept) {
                Ok(kept) if !kept.is_empty() => command.env(name.as_ref(), kept),
                _ => command.env_remove(name.as_ref()),
            };
        }
    }
    command
}

fn path_of_rust(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.contains("/toolchains/") || text.contains("/release") || text.contains("/rustlib/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_to_install() {
        let mut command = Command::new("/nowhere/npm");
        command.arg("ci");
        let text = run(&mut command)
            .expect_err("there is no such program")
            .to_string();
        assert!(
            text.contains("npm ci") && text.contains("install Node 20"),
            "{text}"
        );
    }

    #[test]
    fn a_child_cargo_does_not_see_this_package() {
        let command = clean("cargo");
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        // `cargo test` sets both for this very test.
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(
                removed.iter().any(|found| found == name),
                "{name} stays: {removed:?}"
            );
        }
    }
}
