//! The local runner from the practice world's Graph to PyPI `scim2-server`, and what becomes of plans that were saved.

use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use usher_plan::Plan;
use usher_tests::peer::Peer;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

/// People who have the application, one by one.
const PEOPLE: usize = 40;

/// A practice Entra with exactly so many people assigned, a strange service provider, and a connection between them.
struct Stage {
    sandbox: Sandbox,
    peer: Peer,
    folder: TempDir,
    file: PathBuf,
    people: Vec<Value>,
}

impl Stage {
    async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(&["--users", "60", "--groups", "4", "--rate", "0"])?;
        let peer = Peer::start()?;
        for application in sandbox.list("applications").await? {
            for assignment in application["assignments"].as_array().into_iter().flatten() {
                let id = assignment["id"].as_str().context("an assignment has an id")?;
                sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
            }
        }
        let mut people = sandbox.list("people").await?;
        people.retain(|person| person["accountEnabled"] == true && person["userType"] == "Member");
        people.truncate(PEOPLE);
        assert_eq!(people.len(), PEOPLE, "the world has enough people");
        for person in &people {
            let body = json!({ "principalId": person["id"], "role": "User" });
            sandbox.control("POST", "assignments", Some(body)).await?;
        }
        for (name, members) in [("Pilot", &people[20..30]), ("Sales", &people[25..40])] {
            let members: Vec<&Value> = members.iter().map(|person| &person["id"]).collect();
            let group = json!({ "displayName": name, "securityEnabled": true, "members": members });
            let made = sandbox.control("POST", "groups", Some(group)).await?;
            let body = json!({ "principalId": made["id"], "role": "User" });
            sandbox.control("POST", "assignments", Some(body)).await?;
        }
        let folder = tempfile::tempdir()?;
        let file = File {
            id: "peer",
            profile: "scim",
            base_url: &peer.base,
            dialect: "auto",
            practice: false,
            rate: 0,
        };
        let file = file.write(&sandbox, folder.path())?;
        Ok(Self { sandbox, peer, folder, file, people })
    }

    fn usher(&self, arguments: &[&str]) -> Result<Said> {
        let mut command = usher(&self.folder.path().join("data"), None, arguments)?;
        run(with_secrets(&mut command, &self.sandbox, self.peer.token))
    }

    fn run_once(&self) -> Result<Said> {
        self.usher(&["run", "--once", arg(&self.file)])
    }

    async fn unassign(&self, people: &[Value]) -> Result<()> {
        for person in people {
            let id = person["id"].as_str().context("a person has an id")?;
            self.sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
        }
        Ok(())
    }

    /// Previews into a file.
    fn plan(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        self.usher(&["preview", "peer", "--out", arg(&path)])?.ended(0)?;
        Ok(path)
    }

    /// Writes in the peer's journal since there were so many.
    fn new_writes(&self, before: usize) -> Result<Vec<Value>> {
        Ok(self.peer.writes()?.split_off(before))
    }
}

fn names(people: &[Value], field: &str) -> BTreeSet<String> {
    people.iter().map(|person| person[field].as_str().unwrap_or_default().to_lowercase()).collect()
}

#[tokio::test]
async fn a_strange_service_provider_gets_people_groups_and_single_changes() -> Result<()> {
    let stage = Stage::new().await?;
    stage.run_once()?.ended(0)?;

    // Read back by plain HTTP.
    let users = stage.peer.resources("Users").await?;
    assert_eq!(names(&users, "userName"), names(&stage.people, "userPrincipalName"));
    assert_eq!(names(&users, "externalId"), names(&stage.people, "mailNickname"));
    let accounts: BTreeMap<&str, &Value> =
        users.iter().filter_map(|user| Some((user["id"].as_str()?, user))).collect();
    let groups = stage.peer.resources("Groups").await?;
    assert_eq!(names(&groups, "displayName"), BTreeSet::from(["pilot".to_owned(), "sales".to_owned()]));
    for group in &groups {
        let members = group["members"].as_array().context("members")?;
        let found: BTreeSet<String> = members
            .iter()
            .filter_map(|member| accounts.get(member["value"].as_str()?))
            .map(|user| user["userName"].as_str().unwrap_or_default().to_lowercase())
            .collect();
        let wanted = if group["displayName"] == "Pilot" { 20..30 } else { 25..40 };
        assert_eq!(found, names(&stage.people[wanted], "userPrincipalName"), "{}", group["displayName"]);
    }

    let before = stage.peer.writes()?.len();
    stage.run_once()?.ended(0)?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a second run has nothing to send");

    let person = &stage.people[3];
    let id = person["id"].as_str().context("an id")?;
    let change = json!({ "department": "Harbour Office" });
    stage.sandbox.control("PATCH", &format!("people/{id}"), Some(change)).await?;
    stage.run_once()?.ended(0)?;
    let writes = stage.new_writes(before)?;
    assert_eq!(writes.len(), 1, "one person changed: {writes:#?}");
    assert_eq!(writes[0]["method"], "PATCH");
    let operations = writes[0]["body"]["Operations"].as_array().context("a PatchOp")?;
    assert_eq!(operations.len(), 1, "one attribute changed: {operations:#?}");
    let user = stage.peer.resources("Users").await?;
    let user =
        user.iter().find(|user| user["externalId"] == person["mailNickname"]).context("still there")?;
    let enterprise = &user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
    assert_eq!(enterprise["department"], "Harbour Office");
    Ok(())
}

#[tokio::test]
async fn six_of_forty_leaving_need_a_person_and_exactly_the_shown_plan_is_carried_out() -> Result<()> {
    let stage = Stage::new().await?;
    stage.run_once()?.ended(0)?;
    let before = stage.peer.writes()?.len();
    let leaving = &stage.people[..6];
    stage.unassign(leaving).await?;

    stage.run_once()?.ended(3)?.told(&["guard", "Nothing was sent", "usher apply"])?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a guard stops the run before the first write");

    let plan = stage.plan("plan.json")?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a preview writes nothing");
    stage.usher(&["apply", arg(&plan)])?.ended(0)?;
    let writes = stage.new_writes(before)?;
    assert_eq!(writes.len(), 6, "{writes:#?}");
    for write in &writes {
        assert_eq!(write["method"], "PATCH");
        assert_eq!(write["body"]["Operations"].as_array().map(Vec::len), Some(1), "{write:#}");
    }
    let users = stage.peer.resources("Users").await?;
    let (left, stayed): (Vec<Value>, Vec<Value>) =
        users.into_iter().partition(|user| user["active"] == false);
    assert_eq!(names(&left, "externalId"), names(leaving, "mailNickname"));
    assert_eq!(stayed.len(), PEOPLE - 6);

    let before = stage.peer.writes()?.len();
    stage.usher(&["apply", arg(&plan)])?.ended(3)?.told(&["Something changed after the plan was made"])?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a plan is carried out once");
    Ok(())
}

/// The hash as the product computes it, from outside: every field but the time and the hash itself, in the order of the
/// saved form. Whoever edits a plan can do this, too.
fn recomputed(plan: &Plan) -> Result<String> {
    let fields = [
        ("format", serde_json::to_string(&plan.format)?),
        ("connection", serde_json::to_string(&plan.connection)?),
        ("practice", serde_json::to_string(&plan.practice)?),
        ("cycle", serde_json::to_string(&plan.cycle)?),
        ("configuration", serde_json::to_string(&plan.configuration)?),
        ("policy", serde_json::to_string(&plan.policy)?),
        ("target", serde_json::to_string(&plan.target)?),
        ("watermark", serde_json::to_string(&plan.watermark)?),
        ("operations", serde_json::to_string(&plan.operations)?),
        ("skips", serde_json::to_string(&plan.skips)?),
        ("failures", serde_json::to_string(&plan.failures)?),
        ("notes", serde_json::to_string(&plan.notes)?),
        ("guards", serde_json::to_string(&plan.guards)?),
        ("counts", serde_json::to_string(&plan.counts)?),
    ];
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let digest = Sha256::digest(format!("{{{}}}", fields.join(",")));
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read(path: &Path) -> Result<Plan> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

#[tokio::test]
async fn an_edited_plan_is_refused_even_with_a_recomputed_hash() -> Result<()> {
    let stage = Stage::new().await?;
    stage.usher(&["connection", "import", arg(&stage.file)])?.ended(0)?;
    let path = stage.plan("plan.json")?;
    let plan = read(&path)?;
    assert_eq!(recomputed(&plan)?, plan.hash, "the test computes hashes as the product does");

    type Edit = fn(&mut Plan);
    let edits: [(&str, Edit); 4] = [
        ("an operation less", |plan| drop(plan.operations.pop())),
        ("another value", |plan| plan.operations[0].display.push('!')),
        ("another account", |plan| plan.operations[1].source = plan.operations[0].source.clone()),
        ("another world", |plan| plan.practice = !plan.practice),
    ];
    for (what, edit) in edits {
        let mut edited = plan.clone();
        edit(&mut edited);
        let file = stage.folder.path().join("edited.json");
        std::fs::write(&file, serde_json::to_string(&edited)?)?;
        let said = stage.usher(&["apply", arg(&file)])?;
        said.ended(3).and_then(|said| said.told(&["The plan was altered"])).context(what)?;

        edited.hash = recomputed(&edited)?;
        std::fs::write(&file, serde_json::to_string(&edited)?)?;
        let said = stage.usher(&["apply", arg(&file)])?;
        assert!(matches!(said.code, 1..=3), "{what}: exit code {}\n{}{}", said.code, said.out, said.err);
        assert_eq!(stage.peer.writes()?, [] as [Value; 0], "{what}: nothing was written");
    }

    // What was shown goes through, so that the refusals above were about the edits.
    stage.usher(&["apply", arg(&path)])?.ended(0)?;
    assert_eq!(stage.peer.resources("Users").await?.len(), PEOPLE);
    Ok(())
}

#[tokio::test]
async fn practice_plans_and_live_plans_do_not_mix() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "20", "--rate", "0"])?;
    let folder = tempfile::tempdir()?;
    let (control, scim) = (sandbox.text("/control"), sandbox.text("/scim"));
    let worlds = [(true, "practice"), (false, "live")];
    let call = |practice: bool, data: &str, arguments: &[&str]| {
        let mut all = if practice { vec!["--sandbox", control.as_str()] } else { Vec::new() };
        all.extend(arguments);
        let mut command = usher(&folder.path().join(data), None, &all)?;
        run(with_secrets(&mut command, &sandbox, &sandbox.text("/scim_token")))
    };
    let plan_of = |name: &str| folder.path().join(format!("{name}.json"));
    for (practice, name) in worlds {
        let file =
            File { id: "mixed", profile: "goto", base_url: &scim, dialect: "goto-v1", practice, rate: 0 };
        let file = file.write(&sandbox, folder.path())?;
        call(practice, name, &["connection", "import", arg(&file)])?.ended(0)?;
        call(practice, name, &["preview", "mixed", "--out", arg(&plan_of(name))])?.ended(0)?;
        // The file of one world is not taken by the other.
        let said = call(!practice, "elsewhere", &["connection", "import", arg(&file)])?;
        said.ended(1)?.told(&["Practice and live do not mix"])?;
    }
    for (practice, name) in worlds {
        let other = if practice { "live" } else { "practice" };
        // The other world's plan on this world's connection of the same id.
        let said = call(practice, name, &["apply", arg(&plan_of(other))])?;
        assert!(matches!(said.code, 1 | 3), "{name}: {}\n{}{}", said.code, said.out, said.err);
        // This world's plan while the other world is open.
        call(!practice, name, &["apply", arg(&plan_of(name))])?
            .ended(1)?
            .told(&["Practice and live do not mix"])?;
    }
    assert_eq!(sandbox.writes("goto_api").await?, [] as [Value; 0], "nothing was written");
    Ok(())
}
