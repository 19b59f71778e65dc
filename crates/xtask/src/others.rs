//! The browsers beside Chromium: Firefox and WebKitGTK as Debian packages them, and the programs that drive them.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::{output, run};
use crate::step::{House, Result};
use crate::toolchain::{apt_install, cargo};

/// Debian 12 has no package of it; its makers publish its source as a crate.
const GECKODRIVER: &str = "0.37.1";
/// Below the target folder; `tests/others/browsers.ts` looks there.
const FOLDER: &str = "geckodriver";

/// A program, and the package that it is in.
const PROGRAMS: [(&str, &str); 3] = [
    ("/usr/bin/firefox-esr", "firefox-esr"),
    ("/usr/bin/WebKitWebDriver", "webkit2gtk-driver"),
    // WebKitGTK needs a screen.
    ("/usr/bin/Xvfb", "xvfb"),
];

/// Installs what is missing; an error where something cannot be had.
pub fn install(house: &House) -> Result<()> {
    let missing: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(program, _)| !Path::new(program).is_file())
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        apt_install(&missing)?;
    }
    let root = house.target.join(FOLDER);
    let driver = root.join("bin/geckodriver");
    if !is_right(&driver) {
        println!("    compiling geckodriver {GECKODRIVER}, once, some minutes");
        run(cargo(house)
            .args(["install", "geckodriver", "--locked", "--quiet", "--force"])
            .args(["--version", GECKODRIVER, "--root"])
            .arg(&root))?;
    }
    // WebKit's driver tells its version only to who asks for a session; the test prints it.
    for program in [Path::new("/usr/bin/firefox-esr"), driver.as_path()] {
        let said = output(Command::new(program).arg("--version"))?;
        let said = String::from_utf8_lossy(&said);
        println!("    {}", said.lines().next().unwrap_or_default());
    }
    Ok(())
}

/// Whether the driver is there, in the version that the tests were written with.
fn is_right(driver: &Path) -> bool {
    Command::new(driver)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(GECKODRIVER))
}
