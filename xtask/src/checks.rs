//! Checks of the Rust side that are not tests.

use crate::step::{cargo, command, sh, step, without_warnings};
use anyhow::Result;
use std::process::Command;

/// The feature set that every cargo step shares, so that build, clippy and tests reuse each other's work.
pub const FEATURES: &[&str] = &["--workspace", "--features", "usher-desktop/custom-protocol"];

/// Formatting.
pub fn format() -> Result<()> {
    step("Formatting", "run `cargo fmt --all`", || sh(&mut command(&cargo(), &["fmt", "--all", "--check"])))
}

/// Clippy as the compiler of the workspace's own crates, so that what it looks at is built at the same time: a step of
/// its own would check every dependency once more. Every cargo step has to say the same, or builds anew.
pub fn as_clippy(command: &mut Command) -> &mut Command {
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
}

/// Programs and tests, with clippy's lints; a warning is an error.
pub fn build() -> Result<()> {
    let remedy = "mend what rustc and clippy report above";
    step("Build everything, under clippy (the first time takes some minutes)", remedy, || {
        // With the tests at once: their dependencies switch on features of the programs' (tokio's `test-util`), so that
        // building the programs alone first would build both twice.
        let mut args = vec!["build", "--quiet", "--locked", "--all-targets"];
        args.extend(FEATURES);
        without_warnings(as_clippy(&mut command(&cargo(), &args)))
    })
}

/// Writes the generated files from the bridge table.
pub fn codegen() -> Result<()> {
    step("Generate bindings and permissions", "mend the build of usher-commands", || {
        let args = ["test", "--quiet", "--package", "usher-commands", "--test", "bindings"];
        sh(as_clippy(command(&cargo(), &args).env("USHER_CODEGEN", "write")))
    })
}
