//! The practice world, until the other end of standard input is closed.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use usher_sandbox::{Dialect, Options, start};

use crate::fill::fill;

/// Serves a world with so many people, in step on both sides, and requests a second (0: any number); prints where.
pub async fn serve(arguments: &[String]) -> Result<()> {
    let number = |at: usize| -> Result<u32> { Ok(arguments.get(at).context("two numbers")?.parse()?) };
    let (people, rate) = (number(0)? as usize, number(1)?);
    let goto_rate = (rate > 0).then_some(rate);
    let options = Options { users: 0, groups: 0, dialect: Dialect::Scim2, goto_rate, ..Options::default() };
    let running = start(options).await?;
    if people > 0 {
        fill(&running.world, people);
    }
    println!("{}", serde_json::to_string(&running.endpoints)?);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    running.stop().await;
    Ok(())
}
