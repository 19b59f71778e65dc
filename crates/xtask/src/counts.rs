//! How many tests passed and failed, read from what the test runners print.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use crate::process::{not_started, shown};
use crate::step::Result;

/// The tests of one or more runners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, were interrupted, or passed only when repeated.
    pub failed: u64,
    /// Tests that were not run.
    pub skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Counts {
    /// Adds `number` to the field that a runner's word means; whether it was such a word.
    fn add(&mut self, number: u64, word: &str) -> bool {
        let field = match word {
            "passed" => &mut self.passed,
            "failed" | "flaky" | "interrupted" => &mut self.failed,
            "ignored" | "skipped" | "todo" | "did not run" => &mut self.skipped,
            _ => return false,
        };
        *field += number;
        true
    }
}

/// A test runner whose summary can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// `cargo test`: one line per test program.
    Cargo,
    /// Vitest: one line.
    Vitest,
    /// Playwright, and our checks in wasm: a line per kind of outcome.
    Playwright,
}

impl Runner {
    /// Sums up a runner's output.
    pub fn counts(self, output: &str) -> Counts {
        let mut counts = Counts::default();
        for line in plain(output).lines().map(str::trim) {
            match self {
                Self::Cargo => {
                    if let Some(rest) = line.strip_prefix("test result: ") {
                        let rest = rest.split_once(". ").map_or(rest, |(_, rest)| rest);
                        pairs(&mut counts, rest.split(';'));
                    }
                }
                Self::Vitest => {
                    if let Some(rest) = line.strip_prefix("Tests ") {
                        let rest = rest.split('(').next().unwrap_or_default();
                        pairs(&mut counts, rest.split('|'));
                    }
                }
                Self::Playwright => {
                    // "12 passed (1.2m)"; names of failed tests follow on lines of their own.
                    let line = line.split(" (").next().unwrap_or_default();
                    pairs(&mut counts, std::iter::once(line));
                }
            }
        }
        counts
    }
}

fn pairs<'a>(counts: &mut Counts, parts: impl Iterator<Item = &'a str>) {
    for part in parts {
        if let Some((number, word)) = part.trim().split_once(' ')
            && let Ok(number) = number.parse()
        {
            counts.add(number, word.trim());
        }
    }
}

/// Runs a test runner, passes on what it prints, and counts. A runner that fails without a failed test (it did not compile,
/// it crashed) or that ran nothing is an error.
pub fn counted(command: &mut Command, runner: Runner) -> Result<Counts> {
    let (good, text) = watch(command)?;
    let counts = runner.counts(&text);
    if !good && counts.failed == 0 {
        return Err(format!("`{}` failed; its own message is above", shown(command)).into());
    }
    if counts.passed + counts.failed == 0 {
        return Err(format!("`{}` ran no test at all", shown(command)).into());
    }
    Ok(counts)
}

/// Runs a command, passes its output on as it comes, and keeps it. Returns whether it ended well.
fn watch(command: &mut Command) -> Result<(bool, String)> {
    if std::io::stdout().is_terminal() {
        command
            .env("CARGO_TERM_COLOR", "always")
            .env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let errors = child.stderr.take();
    let errors = std::thread::spawn(move || errors.map(tee).unwrap_or_default());
    let mut text = child.stdout.take().map(tee).unwrap_or_default();
    text.push_str(&errors.join().unwrap_or_default());
    let status = child
        .wait()
        .map_err(|error| format!("lost sight of `{}`: {error}", shown(command)))?;
    Ok((status.success(), text))
}

fn tee(from: impl Read) -> String {
    let mut reader = BufReader::new(from);
    let mut text = String::new();
    let mut line = Vec::new();
    // A broken pipe ends the output as its end does.
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(&line);
        let _ = out.flush();
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    text
}

/// Text without the escape sequences that colour it.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if rest.next() == Some('[') {
            // Up to the final letter of the sequence.
            rest.by_ref().find(char::is_ascii_alphabetic);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn cargo_is_summed_over_its_programs() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: \u{1b}[31mFAILED\u{1b}[0m. 4 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out\n";
        assert_eq!(Runner::Cargo.counts(text), counts(7, 2, 1));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let text = " Test Files  1 failed | 3 passed (4)\n\u{1b}[2m      Tests \u{1b}[22m 1 failed | 33 passed | 2 skipped (36)\n";
        assert_eq!(Runner::Vitest.counts(text), counts(33, 1, 2));
    }

    #[test]
    fn playwright_counts_every_kind_of_failure() {
        let text = "Running 9 tests using 1 worker\n  ✓  1 a.spec.ts:3:1 › 12 passed tests stay (2s)\n\
            \n  1 failed\n    a.spec.ts:9:1 › b\n  1 flaky\n    a\n  2 did not run\n  5 passed (1.2m)\n";
        assert_eq!(Runner::Playwright.counts(text), counts(5, 2, 2));
    }

    #[test]
    fn no_summary_means_no_tests() {
        for runner in [Runner::Cargo, Runner::Vitest, Runner::Playwright] {
            assert_eq!(runner.counts("error: could not compile"), Counts::default());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_runner_that_fails_or_runs_nothing_is_an_error() {
        let shell = |text: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", text]);
            counted(&mut command, Runner::Playwright)
        };
        let good = shell("echo '  2 passed (1s)'").expect("good");
        assert_eq!((good.passed, good.failed), (2, 0));
        let bad = shell("printf '  1 failed\n  2 passed (1s)\n' >&2; exit 1");
        assert_eq!(bad.expect("counted").failed, 1);
        assert!(shell("echo '  2 passed (1s)'; exit 1").is_err());
        assert!(shell("true").is_err());
    }
}
