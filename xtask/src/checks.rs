//! Checks of the Rust side that are not tests.

use crate::step::{cargo, command, sh, step};
use anyhow::Result;

/// The feature set that every cargo step shares, so that build, clippy and tests reuse each other's work.
pub const FEATURES: &[&str] = &["--workspace", "--features", "usher-desktop/custom-protocol"];

/// Formatting.
pub fn format() -> Result<()> {
    step("Formatting", "run `cargo fmt --all`", || sh(&mut command(&cargo(), &["fmt", "--all", "--check"])))
}

/// Clippy, warnings as errors. As the compiler of the build (`RUSTC_WORKSPACE_WRAPPER`) it would spare checking every
/// dependency once more, but a window that is built so finds none of its embedded files.
pub fn clippy() -> Result<()> {
    step("Clippy", "mend what clippy reports above", || {
        let mut args = vec!["clippy", "--quiet", "--all-targets", "--locked"];
        args.extend(FEATURES);
        args.extend(["--", "-D", "warnings"]);
        sh(&mut command(&cargo(), &args))
    })
}

/// Programs and tests.
pub fn build() -> Result<()> {
    let remedy = "mend what the build reports above";
    step("Build everything (the first time takes some minutes)", remedy, || {
        // With the tests at once: their dependencies switch on features of the programs' (tokio's `test-util`), so that
        // building the programs alone first would build both twice.
        let mut args = vec!["build", "--quiet", "--locked", "--all-targets"];
        args.extend(FEATURES);
        sh(&mut command(&cargo(), &args))
    })
}

/// Writes the generated files from the bridge table.
pub fn codegen() -> Result<()> {
    step("Generate bindings and permissions", "mend the build of usher-commands", || {
        let args = ["test", "--quiet", "--package", "usher-commands", "--test", "bindings"];
        sh(command(&cargo(), &args).env("USHER_CODEGEN", "write"))
    })
}
