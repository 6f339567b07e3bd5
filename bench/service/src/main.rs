//! Carrying out, and whole cycles, against the practice world in a process of its own.
//!
//! `cargo xtask bench apply` and `cargo xtask bench cycle` run it; `docs/benchmarks.md` says what it found.

mod apply;
mod ceiling;
mod cycle;
mod fill;
mod ours;
mod practice;
mod python;
mod raw;
mod serve;

use anyhow::{Result, bail};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("serve") => serve::serve(&arguments[1..]).await,
        Some("apply") => apply::measure().await,
        Some("cycle") => cycle::measure().await,
        _ => bail!("say apply or cycle"),
    }
}
