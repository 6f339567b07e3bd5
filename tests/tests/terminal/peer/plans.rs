//! What becomes of plans that were saved: approved, carried out once, edited, or taken to the other world.

use super::{PEOPLE, Stage, names};
use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use usher_plan::Plan;
use usher_tests::peer::Server;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{run, usher};

#[tokio::test]
async fn six_of_forty_leaving_need_a_person_and_exactly_the_shown_plan_is_carried_out() -> Result<()> {
    let stage = Stage::new(Server::Scim2Server).await?;
    stage.run_once()?.ended(0)?;
    let before = stage.peer.writes()?.len();
    let leaving = &stage.people[..6];
    stage.unassign(leaving).await?;

    stage.run_once()?.ended(3)?.told(&["guard", "Nothing was sent", "usher apply"])?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a guard stops the run before the first write");

    let plan = stage.plan("plan.json")?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "a preview writes nothing");
    stage.usher(&["--ticket", "CHG-4711", "apply", arg(&plan)])?.ended(0)?;
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

    let deeds = stage.usher(&["--json", "audit", "peer"])?.ended(0)?.json()?;
    let told =
        |deed: &Value| [&deed["action"], &deed["ticket"], &deed["details"]["disable"]].map(Value::clone);
    let told: Vec<_> = deeds.as_array().context("a list")?.iter().map(told).collect();
    let expected = [
        json!(["apply-begun", null, 6]),
        json!(["apply-begun", "CHG-4711", 6]),
        json!(["run-started", null, null]),
        json!(["run-started", null, null]),
        json!(["made-live", null, null]),
    ];
    assert_eq!(json!(told), json!(expected), "{deeds:#}");
    let said = stage.usher(&["audit", "peer"])?.ended(0)?.out;
    for text in ["Began to apply a plan", "[CHG-4711]", "5 entries."] {
        assert!(said.contains(text), "{text}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn a_plan_that_waits_is_approved_by_its_hash_and_only_while_it_fits() -> Result<()> {
    let stage = Stage::new(Server::Scim2Server).await?;
    stage.run_once()?.ended(0)?;
    let said = stage.usher(&["approve", "peer"])?.ended(0)?;
    assert!(said.out.contains("No plan waits"), "{}", said.out);
    stage.usher(&["approve", "peer", "--plan", "0123456789ab"])?.ended(3)?.told(&["No plan"])?;
    let before = stage.peer.writes()?.len();
    stage.unassign(&stage.people[..6]).await?;
    stage.run_once()?.ended(3)?.told(&["guard", "Nothing was sent", "usher approve peer"])?;

    // What waits is shown with everybody's name, and ends with 3 until a person has decided.
    let said = stage.usher(&["approve", "peer"])?.ended(3)?;
    for text in ["6 people would lose access", "disable 6, delete 0", "usher approve peer --plan "] {
        assert!(said.out.contains(text), "{text}: {}", said.out);
    }
    let waits = async || anyhow::Ok(stage.usher(&["--json", "approve", "peer"])?.ended(3)?.json()?);
    let plan = waits().await?;
    let rows = plan["rows"].as_array().context("rows")?;
    // Two people may have one name: the user name says who is meant.
    let users: Vec<&str> = rows.iter().filter_map(|row| row["detail"].as_str()).collect();
    assert!(users.iter().all(|user| user.contains('@') && said.out.contains(user)), "{users:?} {}", said.out);
    let names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names.len(), 6, "{rows:#?}");
    assert!(names.iter().all(|name| said.out.contains(name)), "{names:?} {}", said.out);
    let said = stage.usher(&["status", "peer"])?.ended(0)?;
    assert!(said.out.contains("usher approve peer"), "{}", said.out);

    // Whoever names another plan, or too little of this one, approves nothing.
    let hash = plan["hash"].as_str().context("a hash")?;
    for (named, code, told) in [
        (&hash[..7], 2, "first 8 characters"),
        (&hash[1..], 3, "not the plan that waits"),
        ("yes-please", 2, "first 8 characters"),
    ] {
        stage.usher(&["approve", "peer", "--plan", named])?.ended(code)?.told(&[told])?;
    }
    stage.run_once()?.ended(3)?;

    // Taken back, it waits again.
    let said = stage.usher(&["approve", "peer", "--plan", &hash[..12]])?.ended(0)?;
    assert!(said.out.contains("Approved by"), "{}", said.out);
    let said = stage.usher(&["approve", "peer"])?.ended(0)?;
    assert!(said.out.contains("--withdraw"), "{}", said.out);
    stage.usher(&["approve", "peer", "--withdraw"])?.ended(0)?;
    stage.usher(&["approve", "peer", "--withdraw"])?.ended(2)?.told(&["Nothing is approved"])?;
    stage.run_once()?.ended(3)?;

    // Approved, and then somebody else loses the assignment: that is another plan.
    let hash = waits().await?["hash"].as_str().context("a hash")?.to_owned();
    stage.usher(&["approve", "peer", "--plan", &hash])?.ended(0)?;
    stage.unassign(&stage.people[6..7]).await?;
    stage.run_once()?.ended(3)?.told(&["that approval has ended", "changed"])?;
    stage.usher(&["approve", "peer", "--plan", &hash])?.ended(3)?.told(&["not the plan that waits"])?;
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "nothing was written without a fitting approval");

    // The new one, approved, does exactly that once.
    let plan = waits().await?;
    let hash = plan["hash"].as_str().context("a hash")?;
    stage.usher(&["approve", "peer", "--plan", hash])?.ended(0)?;
    stage.run_once()?.ended(0)?;
    assert_eq!(stage.new_writes(before)?.len(), 7);
    let users = stage.peer.resources("Users").await?;
    assert_eq!(users.iter().filter(|user| user["active"] == false).count(), 7);
    let said = stage.usher(&["approve", "peer"])?.ended(0)?;
    assert!(said.out.contains("No plan waits"), "{}", said.out);

    // At once: approved and carried out in one call.
    let before = stage.peer.writes()?.len();
    stage.unassign(&stage.people[7..13]).await?;
    stage.run_once()?.ended(3)?;
    let plan = waits().await?;
    let hash = plan["hash"].as_str().context("a hash")?;
    let said = stage.usher(&["approve", "peer", "--plan", hash, "--run"])?.ended(0)?;
    assert!(said.out.contains("disabled 6"), "{}", said.out);
    assert_eq!(stage.new_writes(before)?.len(), 6);
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
    let stage = Stage::new(Server::Scim2Server).await?;
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

#[tokio::test]
async fn why_is_told_without_a_write_and_one_person_goes_on_demand() -> Result<()> {
    let stage = Stage::new(Server::Scim2Server).await?;
    let name = |person: &Value| person["userPrincipalName"].as_str().unwrap_or_default().to_owned();
    let (one, file) = (name(&stage.people[0]), arg(&stage.file).to_owned());

    // Nobody is there yet: the story ends with what a cycle would do.
    let said = stage.usher(&["why", &file, &one])?.ended(0)?;
    for text in ["Assigned yes", "ScopeEvaluationResult yes", "no account is linked", "Nothing has been sent"]
    {
        assert!(said.out.contains(text), "{text}: {}", said.out);
    }
    let said = stage.usher(&["--json", "why", &file, &one])?.ended(0)?;
    let story: Value = serde_json::from_str(&said.out)?;
    let stages: Vec<_> = story["steps"].as_array().into_iter().flatten().map(|step| &step["stage"]).collect();
    assert_eq!(stages, ["import", "scope", "match", "action"]);
    assert_eq!(stage.peer.writes()?, [] as [Value; 0], "nothing was written");

    // One person first, by user principal name; the others are not touched.
    stage.usher(&["on-demand", &file, &one])?.ended(0)?;
    let there = stage.peer.resources("Users").await?;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["userName"], one.as_str());

    // A group brings its members, and nobody else.
    let said = stage.usher(&["--json", "on-demand", &file, "--group", "pilot"])?.ended(0)?;
    let told: Vec<Value> = serde_json::from_str(&said.out)?;
    assert_eq!(told.len(), 11);
    assert_eq!(told[0]["name"], "Pilot");
    assert_eq!(stage.peer.resources("Users").await?.len(), 11);
    let groups = stage.peer.resources("Groups").await?;
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0]["members"].as_array().map(Vec::len), Some(10));
    let said = stage.usher(&["on-demand", &file, "--group", "Nobody's"])?;
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);

    // Somebody who is not assigned is told so, and nobody whom Entra does not know has a story.
    stage.unassign(&stage.people[1..2]).await?;
    let said = stage.usher(&["why", &file, &name(&stage.people[1])])?.ended(0)?;
    assert!(said.out.contains("Assigned no"), "{}", said.out);
    let said = stage.usher(&["why", &file, "nobody@nowhere.example"])?;
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert_eq!(stage.peer.resources("Users").await?.len(), 11);
    let said = stage.usher(&["restart", &file])?.ended(0)?;
    assert!(said.out.contains("looks at everyone again"), "{}", said.out);
    stage.run_once()?.ended(0)?;
    assert_eq!(stage.peer.resources("Users").await?.len(), PEOPLE - 1);

    // Links are forgotten on request only. Everybody is matched again, and nothing needs to be written.
    let said = stage.usher(&["restart", &file, "--scope", "full"])?;
    assert!(said.code == 3 && said.err.contains("Nothing was changed"), "{} {}", said.code, said.err);
    stage.usher(&["restart", &file, "--scope", "full", "--yes"])?.ended(0)?;
    let writes = stage.peer.writes()?.len();
    let said = stage.run_once()?.ended(0)?;
    assert_eq!(stage.peer.writes()?.len(), writes, "{}", said.out);
    assert_eq!(stage.peer.resources("Users").await?.len(), PEOPLE - 1);
    let said = stage.usher(&["restart", &file, "--scope", "force-deletes"])?;
    assert!(said.code != 0 && said.err.contains("approving its plan"), "{} {}", said.code, said.err);
    Ok(())
}
