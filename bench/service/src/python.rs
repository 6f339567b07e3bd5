//! PyPI `scim2-client` in a plain loop: how somebody would do it in a script of a few lines.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::practice::{Practice, Received};

/// Makes the people whom these requests make; says how long that took, the start of Python not counted.
pub async fn create(practice: &Practice, requests: &[Received]) -> Result<f64> {
    let python =
        std::env::var("USHER_PEERS_PYTHON").context("`cargo xtask bench apply` says which Python")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scim2_client_loop.py");
    let bodies: Vec<&str> = requests.iter().filter_map(|request| request.body.as_deref()).collect();
    let mut child = Command::new(python)
        .args([script, practice.text("/scim")])
        .env("SCIM_TOKEN", practice.text("/scim_token"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().context("it is piped")?;
    input.write_all(format!("[{}]", bodies.join(",")).as_bytes()).await?;
    drop(input);
    let ended = child.wait_with_output().await?;
    ensure!(ended.status.success(), "scim2-client ended with {}", ended.status);
    Ok(String::from_utf8(ended.stdout)?.trim().parse()?)
}
