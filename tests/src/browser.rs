//! A real Chromium that plays the person at the sign-in pages.

use crate::process::Group;
use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder};
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A headless Chromium with an empty profile.
pub struct Browser {
    /// The WebDriver client.
    pub client: Client,
    _driver: Group,
    _profile: TempDir,
}

impl Browser {
    /// Starts one.
    pub async fn start() -> Result<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = Group::start(&mut command)?;
        let out = driver.child().stdout.take().context("chromedriver prints its port")?;
        let mut port = None;
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some(rest) = line.split("on port ").nth(1) {
                port = rest.trim_end_matches('.').parse::<u16>().ok();
                break;
            }
        }
        let port = port.context("chromedriver did not say on which port it listens")?;
        let profile = tempfile::tempdir()?;
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        let capabilities = json!({ "goog:chromeOptions": options });
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities.as_object().cloned().context("capabilities are an object")?)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await?;
        Ok(Self { client, _driver: driver, _profile: profile })
    }

    /// Ends the session; the processes end on drop.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await?;
        Ok(())
    }
}
