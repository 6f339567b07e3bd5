//! `usher sandbox --json` as a process of its own, driven through its control endpoint.

use crate::process::{Group, program};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// A running sandbox.
pub struct Sandbox {
    /// The object of its first line.
    pub endpoints: Value,
    http: reqwest::Client,
    _process: Group,
}

impl Sandbox {
    /// Starts one with the given arguments after `usher sandbox --json`.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(program("usher")?);
        command.args(["sandbox", "--json"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Group::start(&mut command)?;
        let out = process.child().stdout.take().context("the sandbox prints its endpoints")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let endpoints =
            serde_json::from_str(&line).with_context(|| format!("the first line is JSON: {line}"))?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { endpoints, http, _process: process })
    }

    /// A text of the first line, by JSON pointer.
    pub fn text(&self, pointer: &str) -> String {
        let found = self.endpoints.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("the sandbox's first line has {pointer}")).to_owned()
    }

    /// Asks the control endpoint.
    pub async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}/{}", self.text("/control").trim_end_matches('/'), path.trim_start_matches('/'));
        let mut request = self.http.request(method.parse()?, &url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        anyhow::ensure!(status.is_success(), "{method} {path} answered {status}: {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// What a service received that could have changed something, in order.
    pub async fn writes(&self, service: &str) -> Result<Vec<Value>> {
        let mut all = self.requests(service).await?;
        all.retain(|entry| entry["method"] != "GET");
        Ok(all)
    }

    /// Everything that a service received, in order.
    pub async fn requests(&self, service: &str) -> Result<Vec<Value>> {
        let said = self.control("GET", &format!("journal?service={service}"), None).await?;
        Ok(said["requests"].as_array().cloned().unwrap_or_default())
    }

    /// A list of the control endpoint: an array, or an object with one under the path's last name.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>> {
        let said = self.control("GET", path, None).await?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let list = said.as_array().or_else(|| said[name].as_array());
        list.cloned().with_context(|| format!("{path} is a list: {said}"))
    }
}
