//! A real Chromium that plays the person at the sign-in pages.

use crate::process::Group;
use crate::wait;
use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder, Locator};
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
        let mut lines = BufReader::new(out).lines();
        let port = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .find_map(|line| {
                // The first line says "on port 0", as it was asked.
                let said =
                    line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse::<u16>();
                said.ok()
            })
            .context("chromedriver did not say on which port it listens")?;
        // Read on: a closed pipe would end it.
        std::thread::spawn(move || lines.for_each(drop));
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

    /// Types into a field, once it is there.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let field = wait::until(&format!("the field {css} in the browser"), || async {
            Ok(self.client.find(Locator::Css(css)).await.ok())
        })
        .await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Presses a button, once it is there.
    pub async fn click(&self, css: &str) -> Result<()> {
        let waiting = wait::until(&format!("the button {css} in the browser"), || async {
            let button = self.client.find(Locator::Css(css)).await?;
            button.click().await?;
            Ok(Some(()))
        })
        .await;
        match waiting {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("the browser shows: {}", self.text().await?))),
        }
    }

    /// What the page shows.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Waits until the page shows this text somewhere.
    pub async fn shows(&self, text: &str) -> Result<()> {
        wait::until(&format!("the browser shows {text:?}"), || async {
            let body = self.text().await?;
            anyhow::ensure!(body.contains(text), "it shows {body:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Waits until the browser stands on the last page of a sign-in, which Usher serves.
    pub async fn came_back(&self) -> Result<()> {
        wait::until("the browser came back to Usher", || async {
            // The practice pages are on 127.0.0.1; the registered redirect URIs say localhost.
            let url = self.client.current_url().await?;
            let page = self.text().await?;
            anyhow::ensure!(url.host_str() == Some("localhost") && !page.is_empty(), "it shows {page:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Ends the session; the processes end on drop.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await?;
        Ok(())
    }
}
