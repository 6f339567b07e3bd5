//! `usher` as a timer or a script runs it: a practice world, connection files, secrets in the environment, no desktop.

use crate::files::{File, with_secrets};
use anyhow::Result;
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// A practice world, and a folder for files and for Usher's data.
pub struct Unattended {
    /// The world.
    pub sandbox: Sandbox,
    /// The folder.
    pub folder: TempDir,
}

impl Unattended {
    /// A world in which any domain will do.
    pub async fn new(people: &str, groups: &str) -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", people, "--groups", groups, "--rate", "0"])?;
        sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
        Ok(Self { sandbox, folder: tempfile::tempdir()? })
    }

    /// Writes a connection file, changed.
    pub fn file(&self, id: &str, change: impl Fn(String) -> String) -> Result<PathBuf> {
        let base_url = self.sandbox.text("/scim");
        let file =
            File { id, profile: "goto", base_url: &base_url, dialect: "goto-v1", practice: true, rate: 0 };
        let path = file.write(&self.sandbox, self.folder.path())?;
        std::fs::write(&path, change(file.text(&self.sandbox)))?;
        Ok(path)
    }

    /// A command in that folder.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let control = self.sandbox.text("/control");
        let mut all = vec!["--sandbox", control.as_str(), "--memory-credentials"];
        all.extend(arguments);
        let mut command = usher(&self.folder.path().join("data"), None, &all)?;
        with_secrets(&mut command, &self.sandbox, &self.sandbox.text("/scim_token"));
        command.current_dir(self.folder.path());
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        Ok(command)
    }

    /// Runs it.
    pub fn usher(&self, arguments: &[&str]) -> Result<Said> {
        run(&mut self.command(arguments)?)
    }
}
