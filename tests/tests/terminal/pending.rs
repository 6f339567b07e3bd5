//! Two people are removed from Entra for good. One is kept by `usher pending --keep`, the other is deleted after the period,
//! by a plan that a person hands over.

use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Said, run, usher};

const DELETES: &str = "
[guards]
delete_grace_days = 10
users = { delete = true }

[users]
actions = [\"create\", \"update\", \"delete\"]
";

#[tokio::test]
async fn a_delete_waits_and_can_be_taken_back() -> Result<()> {
    let pinned = ["--users", "12", "--groups", "1", "--rate", "0", "--pin", "2026-01-05T08:00:00Z"];
    let sandbox = Sandbox::start(&pinned)?;
    let folder = tempfile::tempdir()?;
    let scim = sandbox.text("/scim");
    let file =
        File { id: "waits", profile: "goto", base_url: &scim, dialect: "goto-v1", practice: true, rate: 0 };
    let path = file.write(&sandbox, folder.path())?;
    std::fs::write(&path, std::fs::read_to_string(&path)? + DELETES)?;
    let (data, control) = (folder.path().join("data"), sandbox.text("/control"));
    let call = |arguments: &[&str]| -> Result<Said> {
        let mut all = vec!["--sandbox", control.as_str()];
        all.extend(arguments);
        run(with_secrets(&mut usher(&data, None, &all)?, &sandbox, &sandbox.text("/scim_token")))
    };
    let plan = folder.path().join("plan.json");
    let run_once = || call(&["run", "--once", arg(&path)]);
    run_once()?;
    ensure!(call(&["pending", "waits"])?.ended(0)?.out.contains("0 to be deleted, 0 kept."));

    let links = sandbox.list("goto/users").await?;
    let there = |name: &str| {
        links.iter().any(|user| {
            user["attributes"]["userName"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
    };
    let people = sandbox.list("people").await?;
    let names =
        people.iter().filter(|person| person["accountEnabled"] == true && person["userType"] == "Member");
    let names = names.filter_map(|person| person["userPrincipalName"].as_str());
    let assigned = assigned(&sandbox).await?;
    let is_assigned = |name: &&str| {
        people.iter().any(|person| person["userPrincipalName"] == **name && assigned.contains(&person["id"]))
    };
    let mut names = names.filter(|name| there(name)).filter(is_assigned);
    let (gone, kept) = (names.next().context("somebody")?, names.next().context("somebody else")?);
    for name in [gone, kept] {
        sandbox.control("DELETE", &format!("people/{name}?purge=true"), None).await?;
    }
    run_once()?;
    let list = call(&["--json", "pending", "waits"])?.ended(0)?.json()?;
    assert_eq!((&list["waiting"], &list["grace_days"]), (&json!(2), &json!(10)), "{list}");
    for row in list["rows"].as_array().context("rows")? {
        assert_eq!(row["because"]["id"], "reason-hard-deleted");
        ensure!(row["due"].as_str().is_some_and(|due| due.starts_with("2026-01-15")), "{row}");
    }

    let said = call(&["pending", "waits", "--keep", kept, "nobody@example.org"])?.ended(2)?;
    ensure!(said.err.contains("nobody@example.org"), "{}", said.err);
    let said = call(&["pending", "waits", "--keep", kept])?.ended(0)?;
    ensure!(said.out.contains("1 to be deleted, 1 kept."), "{}", said.out);
    sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 10 * 24 * 60 }))).await?;

    // The guard asks, and the plan says for whom.
    run_once()?.ended(3)?;
    let said = call(&["preview", "waits", "--out", arg(&plan)])?.ended(0)?;
    ensure!(said.out.contains("1 delete"), "{}", said.out);
    ensure!(said.out.contains("delete-kept"), "{}", said.out);
    // A decision in between makes an approved plan out of date.
    call(&["pending", "waits", "--keep", gone])?.ended(0)?;
    let refused = call(&["apply", arg(&plan)])?;
    ensure!(refused.code != 0 && refused.err.contains("nothing was written"), "{}", refused.err);
    let said = call(&["pending", "waits", "--release", gone])?.ended(0)?;
    ensure!(
        said.out.contains("to be deleted on 2026-01-25"),
        "whoever releases can think again: {}",
        said.out
    );
    sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 10 * 24 * 60 }))).await?;
    call(&["preview", "waits", "--force", "--out", arg(&plan)])?.ended(0)?;
    call(&["apply", arg(&plan)])?;

    let left = sandbox.list("goto/users").await?;
    let standing = |name: &str| {
        let known = |user: &&Value| {
            user["attributes"]["userName"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        left.iter().find(known).map(|user| user["active"].clone())
    };
    assert_eq!((standing(gone), standing(kept)), (None, Some(json!(false))));
    let said = call(&["pending", "waits"])?.ended(0)?;
    ensure!(said.out.contains("0 to be deleted, 1 kept.") && said.out.contains("kept by"), "{}", said.out);
    Ok(())
}

/// The ids of whoever is assigned to the application.
async fn assigned(sandbox: &Sandbox) -> Result<Vec<Value>> {
    let own = sandbox.text("/application/service_principal_id");
    let all = sandbox.list("applications").await?;
    let found = all.iter().find(|one| one["id"] == own.as_str()).context("the application")?;
    let assignments = found["assignments"].as_array().context("assignments")?;
    Ok(assignments.iter().map(|one| one["principalId"].clone()).collect())
}
