//! Checks of the Rust side that are not tests.

use crate::step::{cargo, command, sh, step};
use anyhow::Result;

/// The feature set that every cargo step shares, so that build, clippy and tests reuse each other's work.
pub const FEATURES: &[&str] = &["--workspace", "--features", "usher-desktop/custom-protocol"];

/// Formatting.
pub fn format() -> Result<()> {
    step("Formatting", "run `cargo fmt --all`", || sh(&mut command(&cargo(), &["fmt", "--all", "--check"])))
}

/// Clippy, warnings as errors.
pub fn clippy() -> Result<()> {
    step("Clippy", "mend what clippy reports above", || {
        let mut args = vec!["clippy", "--quiet", "--all-targets", "--locked"];
        args.extend(FEATURES);
        args.extend(["--", "-D", "warnings"]);
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
