//! The practice world in a process of its own, which ends when this one lets go of it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use serde_json::Value;

/// A world that is served.
pub struct Practice {
    endpoints: Value,
    http: reqwest::Client,
    process: Child,
}

/// One request that the world received.
pub struct Received {
    /// Its method.
    pub method: String,
    /// Path and query below the SCIM base address.
    pub below: String,
    /// Its body, where it had one.
    pub body: Option<String>,
    /// What was answered.
    pub status: u64,
    /// When it arrived.
    pub at: Timestamp,
}

impl Practice {
    /// Starts a world of so many people that answers so many requests a second, or any number (0).
    pub fn start(users: usize, rate: u32) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["serve", &users.to_string(), &rate.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("it is piped")?).read_line(&mut line)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { endpoints: serde_json::from_str(&line)?, http, process })
    }

    /// One of its addresses or practice credentials, by JSON pointer.
    pub fn text(&self, pointer: &str) -> &str {
        let found = self.endpoints.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("the world says {pointer}"))
    }

    /// Asks the control endpoint.
    pub async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}/{path}", self.text("/control"));
        let request = self.http.request(method.parse()?, &url);
        let response = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = response.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Forgets which requests came so far.
    pub async fn forget_requests(&self) -> Result<()> {
        self.control("DELETE", "journal", None).await.map(drop)
    }

    /// What came to a service, in order of arrival.
    pub async fn received(&self, service: &str) -> Result<Vec<Received>> {
        let base = reqwest::Url::parse(self.text("/scim"))?.path().trim_end_matches('/').to_owned();
        let mut said = self.control("GET", &format!("journal?service={service}"), None).await?;
        let all: Vec<Value> = serde_json::from_value(said["requests"].take())?;
        let one = |entry: &Value| -> Result<Received> {
            let text = |name: &str| entry[name].as_str().unwrap_or_default();
            let path = text("path");
            let query = entry["query"].as_str().map(|query| format!("?{query}")).unwrap_or_default();
            Ok(Received {
                method: text("method").to_owned(),
                below: format!("{}{query}", path.strip_prefix(&base).unwrap_or(path)),
                body: entry.get("body").filter(|body| !body.is_null()).map(Value::to_string),
                status: entry["status"].as_u64().unwrap_or_default(),
                at: text("time").parse()?,
            })
        };
        all.iter().map(one).collect()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // Its standard input closes with this handle, and that ends it.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
