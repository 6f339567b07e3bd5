//! The web UI: packages by name from the npm registry, checks, build.

use crate::step::{command, sh, step, succeeds};
use anyhow::{Result, bail};
use std::path::Path;

/// npm's program on this system.
fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Installs the packages of `folder` when its lock file has changed since the last time.
pub fn install(folder: &str) -> Result<()> {
    let lock = std::fs::read(Path::new(folder).join("package-lock.json"))?;
    let stamp = Path::new(folder).join("node_modules/.usher-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !succeeds(npm(), &["--version"]) {
        bail!("Node.js with npm is not installed: https://nodejs.org, version 20.19 or later");
    }
    let what = format!("npm packages of {folder}");
    step(&what, "check that the npm registry can be reached, then start again", || {
        sh(command(npm(), &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))?;
        std::fs::write(&stamp, &lock)?;
        Ok(())
    })
}

/// Builds `ui/dist`, which the desktop application embeds.
pub fn build() -> Result<()> {
    step("Build the web UI", "mend what vite reports above", || npm_run("build"))
}

/// Types, lint and component tests.
pub fn check() -> Result<()> {
    step("Types of the web UI", "mend what tsc reports above", || npm_run("typecheck"))?;
    step("Lint of the web UI", "mend what eslint reports above", || npm_run("lint"))?;
    step("Component tests of the web UI", "mend the failing tests above", || npm_run("test"))
}

fn npm_run(script: &str) -> Result<()> {
    sh(command(npm(), &["run", "--silent", script]).current_dir("ui"))
}
