//! `cargo xtask bench`: measurements, beside other people's work wherever there is some. They are in a world of their own
//! (`bench/`), so that nobody builds them who does not measure.

use crate::peers;
use crate::step::{cargo, command, sh, step};
use anyhow::{Result, bail};

/// Runs one benchmark.
pub fn run(what: Option<&str>) -> Result<()> {
    match what {
        Some("expression") => measure("Benchmark of the mapping language", "expression", &[]),
        Some("plan") => measure("Benchmark of planning", "plan", &[]),
        Some("apply") => {
            peers::install()?;
            measure("Benchmark of carrying a plan out", "service", &["apply"])
        }
        Some("cycle") => measure("Benchmark of whole cycles", "service", &["cycle"]),
        _ => bail!("there are four benchmarks: `cargo xtask bench expression`, `plan`, `apply`, `cycle`"),
    }
}

fn measure(title: &str, package: &str, what: &[&str]) -> Result<()> {
    step(title, "mend the build of bench/, or see docs/benchmarks.md", || {
        let package = format!("usher-bench-{package}");
        let mut args = vec!["run", "--quiet", "--release", "--locked", "--manifest-path", "bench/Cargo.toml"];
        args.extend(["--package", &package, "--"]);
        args.extend(what);
        sh(command(&cargo(), &args).env("USHER_PEERS_PYTHON", peers::python()?))
    })
}
