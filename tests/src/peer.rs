//! SCIM service providers that are not ours, each as a process of its own.

use crate::process::Group;
use anyhow::{Context as _, Result};
use reqwest::header::HeaderMap;
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

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// PyPI `scim2-server`, with its own storage in memory.
    Scim2Server,
    /// npm `scimmy` with `scimmy-routers`, which want a storage of their user's.
    Scimmy,
}

impl Server {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Scim2Server, Self::Scimmy];

    /// Its name in its registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scim2Server => "scim2-server",
            Self::Scimmy => "scimmy",
        }
    }

    fn command(self) -> Result<Command> {
        Ok(match self {
            Self::Scim2Server => {
                let mut command = Command::new(python()?);
                command.arg(script("scim2-server/serve.py")).args(["--bearer-token", TOKEN]);
                command
            }
            Self::Scimmy => {
                let mut command = Command::new("node");
                command.arg(script("scimmy/server.mjs")).env("SCIM_TOKEN", TOKEN);
                command
            }
        })
    }
}

const TOKEN: &str = "peer-token-for-tests";

/// A running server with an empty store.
pub struct Peer {
    /// Which one it is.
    pub server: Server,
    /// Its SCIM base address.
    pub base: String,
    /// The one bearer token that it takes.
    pub token: &'static str,
    folder: TempDir,
    http: reqwest::Client,
    _process: Group,
}

/// What a server answered to a plain request.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null where there was none.
    pub body: Value,
}

impl Peer {
    /// Starts one.
    pub fn start(server: Server) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = server.command()?;
        command.arg("--journal").arg(folder.path().join("journal"));
        // Its standard input stays open as long as this value lives: the server ends with it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Group::start(&mut command)?;
        let out = process.child().stdout.take().context("the server prints its address")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line)
            .with_context(|| format!("{} did not start (run `cargo xtask test`): {line:?}", server.name()))?;
        let base = said["url"].as_str().context("the server says its address")?.to_owned();
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { server, base, token: TOKEN, folder, http, _process: process })
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

    /// Sends a request by plain HTTP and not through our client.
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.send_with(method, path, body, &[("authorization", &format!("Bearer {}", self.token))]).await
    }

    /// The same with these headers and no others of our own.
    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Result<Answer> {
        let mut request = self.http.request(method.parse()?, format!("{}/{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/scim+json").body(body.to_string());
        }
        let reply = request.send().await?;
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let text = reply.text().await?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        Ok(Answer { status, headers, body })
    }

    /// All resources of one kind, by plain HTTP.
    pub async fn resources(&self, kind: &str) -> Result<Vec<Value>> {
        let page = self.send("GET", &format!("{kind}?startIndex=1&count=1000"), None).await?;
        anyhow::ensure!(page.status == 200, "{kind} answered {}: {}", page.status, page.body);
        let all = page.body["Resources"].as_array().cloned().unwrap_or_default();
        anyhow::ensure!(page.body["totalResults"] == all.len(), "one page holds everything: {}", page.body);
        Ok(all)
    }
}
