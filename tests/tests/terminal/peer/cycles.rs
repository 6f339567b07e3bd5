//! The life of a connection at each service provider: everybody, nothing, one change, one leaver, a group's changes, nothing.
//!
//! What arrives is read back by plain HTTP, and what was sent is counted in the server's own journal.

use super::{Stage, id, names};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use usher_tests::peer::Server;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// `PATCH Users/17`, without what comes before.
fn line(write: &Value) -> String {
    let path = write["path"].as_str().unwrap_or_default();
    let start = path.find("Users").or_else(|| path.find("Groups")).unwrap_or_default();
    format!("{} {}", write["method"].as_str().unwrap_or_default(), &path[start..])
}

/// How often each line occurs.
fn counted(writes: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for write in writes {
        *counts.entry(line(write)).or_default() += 1;
    }
    counts
}

/// The operations of a PatchOp as `op path`.
fn operations(write: &Value) -> Vec<String> {
    let all = write["body"]["Operations"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|one| format!("{} {}", text(&one["op"]), text(&one["path"]))).collect()
}

impl Stage {
    /// One run; gives what was written.
    fn cycle(&self) -> Result<Vec<Value>> {
        let before = self.peer.writes()?.len();
        self.run_once()?.ended(0)?;
        self.new_writes(before)
    }

    async fn account(&self, person: &Value) -> Result<Value> {
        let users = self.peer.resources("Users").await?;
        let found = users.into_iter().find(|user| user["externalId"] == person["mailNickname"]);
        found.with_context(|| format!("{} is still there", person["userPrincipalName"]))
    }

    /// The members of a group by user name, and the group's id there.
    async fn team(&self, name: &str) -> Result<(String, BTreeSet<String>)> {
        let users = self.peer.resources("Users").await?;
        let accounts: BTreeMap<&str, &Value> = users.iter().map(|user| (id(user), user)).collect();
        let groups = self.peer.resources("Groups").await?;
        let group = groups.iter().find(|group| group["displayName"] == name).context("the group")?;
        let members = group["members"].as_array().context("members")?;
        let found: Vec<Value> = members
            .iter()
            .filter_map(|member| Some((*accounts.get(member["value"].as_str()?)?).clone()))
            .collect();
        assert_eq!(found.len(), members.len(), "every member is listed, once: {members:?}");
        Ok((id(group).to_owned(), names(&found, "userName")))
    }

    async fn change(&self, person: &Value, change: Value) -> Result<()> {
        self.sandbox.control("PATCH", &format!("people/{}", id(person)), Some(change)).await?;
        Ok(())
    }
}

async fn a_life(server: Server) -> Result<()> {
    let stage = Stage::new(server).await?;
    let people = &stage.people;
    let none: [Value; 0] = [];

    let writes = stage.cycle()?;
    let users = stage.peer.resources("Users").await?;
    assert_eq!(names(&users, "userName"), names(people, "userPrincipalName"));
    assert_eq!(names(&users, "externalId"), names(people, "mailNickname"));
    assert!(users.iter().all(|user| user["active"] == true), "everybody can sign in: {users:#?}");
    let (pilot, members) = stage.team("Pilot").await?;
    assert_eq!(members, names(&people[20..30], "userPrincipalName"));
    let (sales, members) = stage.team("Sales").await?;
    assert_eq!(members, names(&people[25..40], "userPrincipalName"));
    let mut expected = BTreeMap::from([
        ("POST Users".to_owned(), people.len()),
        ("POST Groups".to_owned(), 2),
        (format!("PATCH Groups/{pilot}"), 1),
        (format!("PATCH Groups/{sales}"), 1),
    ]);
    // Whoever is led by one of them is told when everybody is there; the others' managers are nobody's at the peer.
    let mut led = 0;
    for person in people {
        let account = stage.account(person).await?;
        let there = account[ENTERPRISE]["manager"]["value"].as_str().map(str::to_owned);
        let Some(manager) = people.iter().find(|other| other["id"] == person["manager"]) else {
            assert_eq!(there, None, "{account:#}");
            continue;
        };
        assert_eq!(there.as_deref(), Some(id(&stage.account(manager).await?)), "{account:#}");
        expected.insert(format!("PATCH Users/{}", id(&account)), 1);
        led += 1;
    }
    assert!(led > 5, "managers are among them: {led}");
    assert_eq!(
        counted(&writes),
        expected,
        "one request for each, one for each manager, and one for each group's members"
    );

    assert_eq!(stage.cycle()?, none, "a second run has nothing to send");

    let person = &people[3];
    let account = stage.account(person).await?;
    stage.change(person, json!({ "department": "Harbour Office" })).await?;
    let writes = stage.cycle()?;
    assert_eq!(counted(&writes), BTreeMap::from([(format!("PATCH Users/{}", id(&account)), 1)]));
    assert_eq!(operations(&writes[0]).len(), 1, "one attribute changed: {writes:#?}");
    assert_eq!(stage.account(person).await?[ENTERPRISE]["department"], "Harbour Office");

    // Simple, complex, in a list that is there, in a list that is not, in an entry that is there without it.
    let changes = json!({ "jobTitle": "Harbour Master", "surname": "Ny", "mail": "harbour@northwind.example",
        "mobilePhone": "+47 400 00 000", "faxNumber": "+47 400 00 001", "city": "Bergen" });
    stage.change(person, changes).await?;
    let writes = stage.cycle()?;
    assert_eq!(counted(&writes), BTreeMap::from([(format!("PATCH Users/{}", id(&account)), 1)]));
    let now = stage.account(person).await?;
    let of = |list: &str, kind: &str| {
        let entries = now[list].as_array().into_iter().flatten().filter(|entry| entry["type"] == kind);
        entries.map(|entry| entry["value"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (&now["title"], &now["name"]["familyName"]),
        (&json!("Harbour Master"), &json!("Ny")),
        "{now:#}"
    );
    assert_eq!(of("emails", "work"), ["harbour@northwind.example"], "{now:#}");
    assert_eq!(
        (of("phoneNumbers", "mobile"), of("phoneNumbers", "fax")),
        (vec!["+47 400 00 000".to_owned()], vec!["+47 400 00 001".to_owned()]),
        "{now:#}"
    );
    let addresses = now["addresses"].as_array().context("addresses")?;
    assert_eq!(addresses.len(), 1, "the address is the one that was there: {addresses:#?}");
    let before = &account["addresses"][0];
    assert!(
        before["locality"].is_null() && before["country"].is_string(),
        "it had a country only: {before:#}"
    );
    assert_eq!((&addresses[0]["locality"], &addresses[0]["country"]), (&json!("Bergen"), &before["country"]));
    assert_eq!(now["name"]["givenName"], account["name"]["givenName"], "what did not change stays: {now:#}");

    stage.unassign(std::slice::from_ref(person)).await?;
    let writes = stage.cycle()?;
    assert_eq!(counted(&writes), BTreeMap::from([(format!("PATCH Users/{}", id(&account)), 1)]));
    assert_eq!(operations(&writes[0]), ["replace active"]);
    assert_eq!(stage.account(person).await?["active"], false, "there, and without access");

    let group = stage.sandbox.list("groups").await?;
    let group = group.iter().find(|group| group["displayName"] == "Pilot").context("the group")?;
    let (joins, leaves) = (id(&people[0]), id(&people[20]));
    let path = format!("groups/{}", id(group));
    stage.sandbox.control("PATCH", &path, Some(json!({ "displayName": "Pilot, phase 2" }))).await?;
    let members = json!({ "add": [joins], "remove": [leaves] });
    stage.sandbox.control("POST", &format!("{path}/members"), Some(members)).await?;
    let writes = stage.cycle()?;
    assert_eq!(counted(&writes), BTreeMap::from([(format!("PATCH Groups/{pilot}"), 3)]));
    let mut said: Vec<String> = writes.iter().flat_map(operations).collect();
    said.sort();
    let (joined, left) = (stage.account(&people[0]).await?, stage.account(&people[20]).await?);
    let removal = format!("remove members[value eq \"{}\"]", id(&left));
    assert_eq!(said, ["add members", &removal, "replace displayName"], "three things changed");
    let added = writes.iter().find(|write| operations(write) == ["add members"]).context("one who joins")?;
    assert_eq!(
        added["body"]["Operations"][0]["value"],
        json!([{ "value": id(&joined) }]),
        "only who joins is named"
    );
    let mut expected = names(&people[21..30], "userPrincipalName");
    expected.extend(names(&people[..1], "userPrincipalName"));
    assert_eq!(stage.team("Pilot, phase 2").await?, (pilot, expected));
    assert_eq!(stage.team("Sales").await?, (sales, names(&people[25..40], "userPrincipalName")));

    assert_eq!(stage.cycle()?, none, "the last run has nothing to send");
    assert_eq!(stage.peer.resources("Users").await?.len(), people.len(), "nobody was deleted");
    Ok(())
}

#[tokio::test]
async fn a_life_at_scim2_server() -> Result<()> {
    a_life(Server::Scim2Server).await
}

#[tokio::test]
async fn a_life_at_scimmy() -> Result<()> {
    a_life(Server::Scimmy).await
}
