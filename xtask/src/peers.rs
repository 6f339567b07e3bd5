//! The independent parties of the tests: a private Python environment and npm folders, all from lock-like lists.

use crate::step::{command, output, sh, step};
use crate::ui;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// The npm folders.
pub const NPM: &[&str] = &["tests/peers/oidc-provider", "tests/peers/scimmy"];

/// Where the private Python environment lives: below `target`, so that `cargo clean` removes it too.
fn environment() -> Result<PathBuf> {
    Ok(std::env::current_dir()?.join("target/peers"))
}

/// The private environment's interpreter, which tests find in `USHER_PEERS_PYTHON`.
pub fn python() -> Result<PathBuf> {
    let folder = environment()?;
    Ok(if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join("bin/python") })
}

/// Installs all of them.
pub fn install() -> Result<()> {
    NPM.iter().try_for_each(|folder| ui::install(folder))?;
    let wanted = std::fs::read(REQUIREMENTS)?;
    let folder = environment()?;
    let stamp = folder.join("usher-requirements.txt");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("Python packages of the test peers", "check that PyPI can be reached, then start again", || {
        let system =
            ["python3", "python", "py"].into_iter().find(|name| output(name, &["--version"]).is_ok());
        let Some(system) = system else { bail!("Python 3 is not installed") };
        if !Path::new(&python()?).exists() {
            sh(&mut command(system, &["-m", "venv", &folder.to_string_lossy()]))?;
        }
        let python = python()?;
        sh(&mut command(
            &python.to_string_lossy(),
            &["-m", "pip", "install", "--quiet", "-r", REQUIREMENTS],
        ))?;
        std::fs::write(&stamp, &wanted)?;
        Ok(())
    })
}
