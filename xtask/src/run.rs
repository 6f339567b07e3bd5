//! `cargo xtask run`: from a fresh clone to a window on the practice world.

use crate::step::{cargo, command, sh, step};
use crate::{system, ui};
use anyhow::Result;

/// Sets up, builds, and opens the window; with no display, runs the demo in the terminal.
pub fn run() -> Result<()> {
    if !has_display() {
        println!("There is no display here, so Usher shows the same job in the terminal: `usher demo`.");
        let remedy = "mend what the build reports above";
        step("Build usher", remedy, || sh(&mut command(&cargo(), &["build", "--quiet", "--bin", "usher"])))?;
        return sh(&mut command("target/debug/usher", &["demo"]));
    }
    system::packages(system::Want::Run)?;
    ui::install("ui")?;
    ui::build()?;
    step("Build Usher (the first time takes some minutes)", "mend what the build reports above", || {
        let args = ["build", "--package", "usher-desktop", "--features", "usher-desktop/custom-protocol"];
        sh(&mut command(&cargo(), &args))
    })?;
    println!("==> Usher opens on the practice world: nothing leaves this computer. Close the window to end.");
    sh(&mut command("target/debug/usher-desktop", &["--practice"]))
}

/// Whether a window can be shown.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
