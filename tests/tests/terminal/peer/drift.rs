//! What somebody changed at the service provider by hand, accounts that nobody in scope has, and the plans about them.

use super::{Stage, id, names};
use crate::files::arg;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use usher_tests::peer::Server;
use usher_tests::terminal::Said;

/// Fails unless standard output has this text.
fn printed(said: &Said, text: &str) -> Result<()> {
    ensure!(said.out.contains(text), "{text:?} was not said\nstdout: {}\nstderr: {}", said.out, said.err);
    Ok(())
}

#[tokio::test]
async fn drift_and_orphans_are_told_and_their_plans_mend_exactly_that() -> Result<()> {
    let stage = Stage::new(Server::Scim2Server).await?;
    stage.run_once()?.ended(0)?;
    let file = arg(&stage.file).to_owned();
    let path = stage.folder.path().join("plan.json");
    printed(&stage.usher(&["drift", &file])?.ended(0)?, "Nothing was changed there")?;

    // One value by hand, and somebody whom Entra does not know.
    let users = stage.peer.resources("Users").await?;
    let changed = users.first().context("people arrived")?;
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "name.familyName", "value": "Boss" }],
    });
    stage.peer.send("PATCH", &format!("Users/{}", id(changed)), Some(&patch)).await?;
    let stranger = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "scanner@nowhere.example", "active": true,
    });
    stage.peer.send("POST", "Users", Some(&stranger)).await?;
    let before = stage.peer.writes()?.len();
    let said = stage.usher(&["--json", "drift", &file, "--out", arg(&path)])?.ended(0)?;
    let found: Value = serde_json::from_str(&said.out)?;
    let differences = found["differences"].as_array().context("a list")?;
    assert_eq!(differences.len(), 1, "{found:#}");
    assert_eq!(differences[0]["attribute"], "name.familyName");
    assert_eq!(
        (&differences[0]["there"], &differences[0]["expected"]),
        (&json!("Boss"), &changed["name"]["familyName"])
    );
    assert_eq!(stage.new_writes(before)?, [] as [Value; 0], "nothing was written");
    stage.usher(&["apply", arg(&path)])?.ended(0)?;
    let writes = stage.new_writes(before)?;
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert_eq!(writes[0]["body"]["Operations"].as_array().map(Vec::len), Some(1), "{writes:#?}");
    printed(&stage.usher(&["drift", &file])?.ended(0)?, "Nothing was changed there")?;

    // One person leaves: an orphan until a plan disables the account. The stranger is listed, and stays.
    stage.unassign(&stage.people[..1]).await?;
    let said = stage.usher(&["orphans", &file])?.ended(0)?;
    for text in
        ["Orphans:", "Strangers:", "scanner@nowhere.example", "1 orphans, 0 not in scope, 1 strangers"]
    {
        printed(&said, text)?;
    }
    let mistyped = ["orphans", &file, "--force", "--out", arg(&path), "--only", "nobody@nowhere.example"];
    assert_eq!(stage.usher(&mistyped)?.code, 2);
    printed(&stage.usher(&["orphans", &file, "--force", "--out", arg(&path)])?.ended(0)?, "usher apply")?;
    let before = stage.peer.writes()?.len();
    stage.usher(&["apply", arg(&path)])?.ended(0)?;
    assert_eq!(stage.new_writes(before)?.len(), 1);
    let users = stage.peer.resources("Users").await?;
    let inactive: Vec<Value> = users.into_iter().filter(|user| user["active"] == false).collect();
    assert_eq!(names(&inactive, "externalId"), names(&stage.people[..1], "mailNickname"));
    let said = stage.usher(&["orphans", &file])?.ended(0)?;
    printed(&said, "0 orphans, 0 not in scope, 1 strangers. 1 who left")?;
    Ok(())
}
