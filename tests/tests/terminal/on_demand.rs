//! People who are provisioned by name: the guards count all of one command, and a run that stopped is told as one.

use crate::files::{File, arg, with_secrets};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

struct Stage {
    sandbox: Sandbox,
    folder: TempDir,
    file: PathBuf,
}

impl Stage {
    async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", "20", "--groups", "2", "--rate", "0"])?;
        sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
        let folder = tempfile::tempdir()?;
        let base_url = sandbox.text("/scim");
        let file = File {
            id: "named",
            profile: "goto",
            base_url: &base_url,
            dialect: "goto-v1",
            practice: true,
            rate: 0,
        };
        let file = file.write(&sandbox, folder.path())?;
        Ok(Self { sandbox, folder, file })
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        let control = self.sandbox.text("/control");
        let mut all = vec!["--sandbox", control.as_str(), "--memory-credentials"];
        all.extend(arguments);
        let mut command = usher(&self.folder.path().join("data"), None, &all)?;
        with_secrets(&mut command, &self.sandbox, &self.sandbox.text("/scim_token"));
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        run(&mut command)
    }

    fn once(&self) -> Result<()> {
        let said = self.usher(&["run", "--once", arg(&self.file)])?;
        ensure!(matches!(said.code, 0 | 5), "{} {}", said.code, said.err);
        Ok(())
    }

    /// Who is active at GoTo.
    async fn active(&self) -> Result<usize> {
        let people = self.sandbox.list("goto/users").await?;
        Ok(people.iter().filter(|person| person["active"] == true).count())
    }

    /// The ids of the people for whom a cycle would do this.
    fn planned(&self, action: &str) -> Result<Vec<String>> {
        let plan: Value = self.usher(&["--json", "preview", "named"])?.json()?;
        let operations = plan["operations"].as_array().into_iter().flatten();
        let of = operations.filter(|one| one["action"] == action && one["kind"] == "user");
        Ok(of.filter_map(|one| Some(one["source"].as_str()?.to_owned())).collect())
    }

    async fn unassign_all(&self) -> Result<()> {
        let applications = self.sandbox.control("GET", "applications", None).await?;
        for application in applications["applications"].as_array().into_iter().flatten() {
            for one in application["assignments"].as_array().into_iter().flatten() {
                let principal = one["principalId"].as_str().unwrap_or_default();
                self.sandbox.control("DELETE", &format!("assignments/{principal}"), None).await?;
            }
        }
        Ok(())
    }

    async fn post_is_refused(&self, status: u16) -> Result<Value> {
        let effect = json!({ "status": { "status": status } });
        let fault = json!({ "service": "goto_api", "method": "POST", "effect": effect });
        self.sandbox.control("POST", "faults", Some(fault)).await
    }
}

#[tokio::test]
async fn all_names_of_one_command_count_together() -> Result<()> {
    let stage = Stage::new().await?;
    stage.once()?;
    let before = stage.active().await?;
    stage.unassign_all().await?;
    let leavers = stage.planned("disable")?;
    ensure!(leavers.len() > 3, "{before} are there");
    let why = stage.usher(&["why", "named", &leavers[0]])?.ended(0)?;
    ensure!(why.out.contains("would disable the account"), "{}", why.out);
    let mut command = vec!["on-demand", "named"];
    command.extend(leavers.iter().take(4).map(String::as_str));
    stage.usher(&command)?.ended(3)?.told(&["lose access"])?;
    ensure!(stage.active().await? == before, "nobody lost access");
    // As many as a cycle may disable by itself.
    command.pop();
    stage.usher(&command)?.ended(0)?;
    ensure!(stage.active().await? == before - 3, "three did");
    Ok(())
}

#[tokio::test]
async fn a_run_on_demand_that_stopped_is_no_success() -> Result<()> {
    let stage = Stage::new().await?;
    stage.usher(&["connection", "import", arg(&stage.file)])?.ended(0)?;
    let source = &stage.planned("create")?[0];
    stage.post_is_refused(401).await?;
    let said = stage.usher(&["on-demand", "named", source])?.ended(4)?;
    said.told(&["no longer accepted the sign-in"])?;
    stage.sandbox.control("DELETE", "faults", None).await?;
    stage.post_is_refused(400).await?;
    stage.usher(&["on-demand", "named", source])?.ended(5)?;
    stage.sandbox.control("DELETE", "faults", None).await?;
    let why = stage.usher(&["why", "named", source])?.ended(0)?;
    ensure!(why.out.contains("would create the account"), "{}", why.out);
    Ok(())
}
