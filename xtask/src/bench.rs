//! `cargo xtask bench`: measurements beside other people's engines. Their crates are in a world of their own (`bench/`),
//! so that nobody builds them who does not measure.

use crate::step::{cargo, command, sh, step};
use anyhow::{Result, bail};

/// Runs one benchmark.
pub fn run(what: Option<&str>) -> Result<()> {
    match what {
        Some("expression") => step(
            "Benchmark of the mapping language",
            "mend the build of bench/, or see docs/benchmarks.md",
            || {
                let args = ["run", "--quiet", "--release", "--locked", "--manifest-path", "bench/Cargo.toml"];
                sh(&mut command(&cargo(), &args))
            },
        ),
        _ => bail!("there is one benchmark: `cargo xtask bench expression`"),
    }
}
