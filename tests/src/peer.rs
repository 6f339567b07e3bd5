//! The SCIM server of PyPI `scim2-server`, a service provider that is not ours, as a process of its own.

use crate::process::Group;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The interpreter of the private Python environment. A test that needs it fails without it; it is never left out.
pub fn python() -> Result<PathBuf> {
    let path = std::env::var_os("USHER_PEERS_PYTHON").context(
        "USHER_PEERS_PYTHON is not set: run `cargo xtask test`, which prepares the Python packages of tests/peers",
    )?;
    Ok(path.into())
}

/// A file below `tests/peers`.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

/// A running `scim2-server` with an empty store.
pub struct Peer {
    /// Its SCIM base address.
    pub base: String,
    /// The one bearer token that it takes.
    pub token: &'static str,
    folder: TempDir,
    http: reqwest::Client,
    _process: Group,
}

impl Peer {
    /// Starts one.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let token = "peer-token-for-tests";
        let mut command = Command::new(python()?);
        command.arg(script("scim2-server/serve.py")).args(["--bearer-token", token]);
        command.arg("--journal").arg(folder.path().join("journal"));
        // Its standard input stays open as long as this value lives: the server ends with it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Group::start(&mut command)?;
        let out = process.child().stdout.take().context("the server prints its address")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line)
            .with_context(|| format!("scim2-server did not start (run `cargo xtask test`): {line:?}"))?;
        let base = said["url"].as_str().context("the server says its address")?.to_owned();
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { base, token, folder, http, _process: process })
    }

    /// Everything that it received so far, in order.
    pub fn journal(&self) -> Result<Vec<Value>> {
        let text = std::fs::read_to_string(self.folder.path().join("journal")).unwrap_or_default();
        Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }

    /// What it received that could have changed something.
    pub fn writes(&self) -> Result<Vec<Value>> {
        let mut all = self.journal()?;
        all.retain(|entry| entry["method"] != "GET");
        Ok(all)
    }

    /// All resources of one kind, by plain HTTP and not through our client.
    pub async fn resources(&self, kind: &str) -> Result<Vec<Value>> {
        let url = format!("{}/{kind}?startIndex=1&count=1000", self.base);
        let reply = self.http.get(url).bearer_auth(self.token).send().await?.error_for_status()?;
        let page: Value = serde_json::from_str(&reply.text().await?)?;
        let all = page["Resources"].as_array().cloned().unwrap_or_default();
        anyhow::ensure!(page["totalResults"] == all.len(), "one page holds everything: {page}");
        Ok(all)
    }
}
