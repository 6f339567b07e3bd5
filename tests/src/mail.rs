//! A mail server that is not ours (PyPI `aiosmtpd`), with a certificate of its own.

use crate::peer::{python, script};
use crate::process::Group;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Who may send.
pub const USER: &str = "usher@northwind.example";
/// With which password.
pub const PASSWORD: &str = "canary-mail-password-1";
/// Whom the server does not know.
pub const NOBODY: &str = "nobody@northwind.example";

/// A running server.
pub struct MailServer {
    /// Its port on 127.0.0.1, which its certificate calls `localhost`.
    pub port: u16,
    folder: TempDir,
    _process: Group,
}

impl MailServer {
    /// Starts one: `plain` without sign-in, `starttls` and `tls` with.
    pub fn start(mode: &str) -> Result<Self> {
        Self::start_at(mode, 0)
    }

    /// The same at a certain port.
    pub fn start_at(mode: &str, port: u16) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, certified.cert.pem())?;
        std::fs::write(&key, certified.signing_key.serialize_pem())?;
        let mut command = Command::new(python()?);
        command.arg(script("smtp/serve.py")).args(["--mode", mode, "--refuse", NOBODY]);
        command.args(["--port", &port.to_string()]).arg("--cert").arg(&cert).arg("--key").arg(&key);
        command.arg("--journal").arg(folder.path().join("journal"));
        if mode != "plain" {
            command.args(["--user", USER, "--password", PASSWORD]);
        }
        // Its standard input stays open as long as this value lives: the server ends with it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Group::start(&mut command)?;
        let out = process.child().stdout.take().context("the server prints its port")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line)
            .with_context(|| format!("aiosmtpd did not start (run `cargo xtask test`): {line:?}"))?;
        let port = u16::try_from(said["port"].as_u64().context("a port")?)?;
        Ok(Self { port, folder, _process: process })
    }

    /// The certificate, for those who shall trust it.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// Every mail that it took, in order.
    pub fn mails(&self) -> Result<Vec<Value>> {
        mails(&self.folder.path().join("journal"))
    }
}

fn mails(journal: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(journal).unwrap_or_default();
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
