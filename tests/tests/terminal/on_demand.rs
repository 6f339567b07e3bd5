//! People who are provisioned by name: the guards count all of one command, and a run that stopped is told as one.

use crate::files::arg;
use crate::unattended::Unattended;
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::path::PathBuf;
use usher_tests::terminal::Said;

struct Stage {
    world: Unattended,
    file: PathBuf,
}

impl Stage {
    async fn new() -> Result<Self> {
        let world = Unattended::new("20", "2").await?;
        let file = world.file("named", |text| text)?;
        Ok(Self { world, file })
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        self.world.usher(arguments)
    }

    fn once(&self) -> Result<()> {
        let said = self.usher(&["run", "--once", arg(&self.file)])?;
        ensure!(matches!(said.code, 0 | 5), "{} {}", said.code, said.err);
        Ok(())
    }

    /// Who is active at GoTo.
    async fn active(&self) -> Result<usize> {
        let people = self.world.sandbox.list("goto/users").await?;
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
        let applications = self.world.sandbox.control("GET", "applications", None).await?;
        for application in applications["applications"].as_array().into_iter().flatten() {
            for one in application["assignments"].as_array().into_iter().flatten() {
                let principal = one["principalId"].as_str().unwrap_or_default();
                self.world.sandbox.control("DELETE", &format!("assignments/{principal}"), None).await?;
            }
        }
        Ok(())
    }

    async fn post_is_refused(&self, status: u16) -> Result<Value> {
        let effect = json!({ "status": { "status": status } });
        let fault = json!({ "service": "goto_api", "method": "POST", "effect": effect });
        self.world.sandbox.control("POST", "faults", Some(fault)).await
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
    stage.world.sandbox.control("DELETE", "faults", None).await?;
    stage.post_is_refused(400).await?;
    stage.usher(&["on-demand", "named", source])?.ended(5)?;
    stage.world.sandbox.control("DELETE", "faults", None).await?;
    let why = stage.usher(&["why", "named", source])?.ended(0)?;
    ensure!(why.out.contains("would create the account"), "{}", why.out);
    Ok(())
}
