//! What a name or a file on the command line hits, and what becomes live by it: only what a person switched on.

use crate::files::arg;
use crate::unattended::Unattended;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use usher_tests::terminal::{Live, Said, run};

struct Stage(Unattended);

impl Stage {
    async fn new() -> Result<Self> {
        Ok(Self(Unattended::new("10", "2").await?))
    }

    fn file(&self, id: &str, change: impl Fn(String) -> String) -> Result<PathBuf> {
        self.0.file(id, change)
    }

    fn command(&self, arguments: &[&str]) -> Result<std::process::Command> {
        self.0.command(&[&["--json"], arguments].concat())
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        run(&mut self.command(arguments)?)
    }

    /// One cycle; a name that is too long for GoTo fails in it.
    fn once(&self, file: &Path) -> Result<()> {
        let said = self.usher(&["run", "--once", arg(file)])?;
        ensure!(matches!(said.code, 0 | 5), "{} {}", said.code, said.err);
        Ok(())
    }

    fn not_live(&self, id: &str) -> Result<Vec<Value>> {
        let shown = self.usher(&["connection", "show", id])?.ended(0)?;
        let view: Value = serde_json::from_str(&shown.out)?;
        view["not_live"].as_array().cloned().context("what is not live yet")
    }
}

fn everyone(text: String) -> String {
    text.replace("assigned_only = true", "assigned_only = false")
}

#[tokio::test]
async fn a_restart_of_the_service_makes_no_draft_live() -> Result<()> {
    let stage = Stage::new().await?;
    let file = stage.file("kept", |text| text)?;
    stage.once(&file)?;
    ensure!(stage.not_live("kept")?.is_empty(), "a file that is run is live");

    let changed = stage.file("kept", everyone)?;
    // Whoever only looks changes nothing, whatever the file says by now.
    stage.usher(&["status", arg(&changed)])?.ended(0)?;
    stage.usher(&["log", arg(&changed)])?.ended(0)?;
    ensure!(stage.not_live("kept")?.is_empty(), "looking is no import");
    stage.usher(&["connection", "import", arg(&changed)])?.ended(0)?;
    ensure!(stage.not_live("kept")?.len() == 1, "{:?}", stage.not_live("kept")?);

    let before = stage.0.sandbox.list("goto/users").await?.len();
    let mut service = Live::start(&mut stage.command(&["run", "kept"])?)?;
    let waits = |line: &Value| line["next"].is_string() && line["last"].is_object();
    service.line("a cycle has ended", 0, waits).await?;
    service.terminate().await?.ended(0)?;
    ensure!(stage.not_live("kept")?.len() == 1, "the draft waits for a person still");
    ensure!(stage.0.sandbox.list("goto/users").await?.len() == before, "and nobody came by it");
    Ok(())
}

#[tokio::test]
async fn off_before_the_first_on_is_remembered_with_its_reason() -> Result<()> {
    let stage = Stage::new().await?;
    let file = stage.file("off", |text| text)?;
    stage.once(&file)?;
    stage.usher(&["off", "off", "--reason", "Merger: not before May"])?.ended(0)?;
    let status = stage.usher(&["status", "off"])?.ended(0)?;
    let status: Value = serde_json::from_str(&status.out)?;
    ensure!(status["off_reason"] == "Merger: not before May", "{status}");
    let refused = stage.usher(&["run", "off"])?;
    ensure!(refused.code == 3 && refused.err.contains("switched off"), "{} {}", refused.code, refused.err);
    Ok(())
}

#[tokio::test]
async fn an_id_is_one_connection_and_a_name_of_several_is_none() -> Result<()> {
    let stage = Stage::new().await?;
    // The one that is listed first is called as the other one's id.
    let named = |name: &'static str| move |text: String| text.replace("A test", name);
    stage.usher(&["connection", "import", arg(&stage.file("alpha", named("zeta"))?)])?.ended(0)?;
    stage.usher(&["connection", "import", arg(&stage.file("zeta", named("Contoso"))?)])?.ended(0)?;
    stage.usher(&["connection", "import", arg(&stage.file("beta", named("Contoso"))?)])?.ended(0)?;
    // A file of the working folder is not taken for the id that it is called like.
    std::fs::write(stage.0.folder.path().join("zeta"), "no connection file")?;

    let several = stage.usher(&["status", "Contoso"])?;
    ensure!(several.code == 2, "{}", several.err);
    ensure!(several.err.contains("beta, zeta"), "{}", several.err);
    stage.usher(&["connection", "remove", "zeta", "--confirm", "Contoso"])?.ended(0)?;
    let left = stage.usher(&["connection", "list"])?.ended(0)?;
    let left: Value = serde_json::from_str(&left.out)?;
    let ids: Vec<&str> =
        left.as_array().context("a list")?.iter().filter_map(|row| row["id"].as_str()).collect();
    ensure!(ids == ["beta", "alpha"], "{ids:?}");
    Ok(())
}
