//! The demo's practice world as somebody outside sees it: read and changed through its control endpoint, never through the
//! clients that the demo is about.

use crate::failure::Failure;
use anyhow::{Context as _, anyhow};
use serde_json::{Value, json as object};
use std::collections::BTreeSet;
use usher_sandbox::Running;

/// What GoTo holds, read from the practice world itself and not through the client that wrote it.
pub struct Found {
    pub people: usize,
    pub groups: usize,
    pub memberships: usize,
    pub missing: Vec<String>,
    pub unexpected: Vec<String>,
}

/// Asks the practice world's control endpoint.
pub async fn ask(world: &Running, path: &str) -> Result<Value, Failure> {
    let url = format!("{}/{path}", world.endpoints.control.trim_end_matches('/'));
    let client = reqwest::Client::builder().no_proxy().build().context("a client for the practice world")?;
    let text = client
        .get(url)
        .send()
        .await
        .context("the practice world")?
        .text()
        .await
        .context("the practice world")?;
    Ok(serde_json::from_str(&text)?)
}

/// Tells the practice world's control endpoint.
pub async fn tell(world: &Running, method: &str, path: &str, body: &Value) -> Result<(), Failure> {
    let url = format!("{}/{path}", world.endpoints.control.trim_end_matches('/'));
    let client = reqwest::Client::builder().no_proxy().build().context("a client for the practice world")?;
    let method = method.parse().context("an HTTP method")?;
    let reply = client.request(method, url).json(body).send().await.context("the practice world")?;
    if !reply.status().is_success() {
        return Err(anyhow!("the practice world refused {path}: {}", reply.status()).into());
    }
    Ok(())
}

/// The list in an answer that is a list, or an object with one.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.as_array().or_else(|| value[name].as_array()).map(Vec::as_slice).unwrap_or_default()
}

/// User names of active people, and display names of groups, in the practice GoTo.
pub async fn in_goto(world: &Running) -> Result<(BTreeSet<String>, BTreeSet<String>, usize), Failure> {
    let (users, groups) = (ask(world, "goto/users").await?, ask(world, "goto/groups").await?);
    let name = |one: &Value, field: &str| {
        one["attributes"][field].as_str().or_else(|| one[field].as_str()).unwrap_or_default().to_lowercase()
    };
    let active = |one: &&Value| {
        one["attributes"]["active"] != Value::Bool(false) && one["active"] != Value::Bool(false)
    };
    let people = list(&users, "users").iter().filter(active).map(|one| name(one, "userName")).collect();
    let teams: Vec<&Value> = list(&groups, "groups").iter().collect();
    let memberships = teams.iter().map(|group| group["members"].as_array().map_or(0, Vec::len)).sum();
    Ok((people, teams.iter().map(|group| name(group, "displayName")).collect(), memberships))
}

/// Who should be in GoTo: enabled direct members of assigned security groups, worked out here from the practice
/// tenant's own data.
async fn should_be(world: &Running) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
    let (people, groups, applications) =
        (ask(world, "people").await?, ask(world, "groups").await?, ask(world, "applications").await?);
    let assigned: BTreeSet<&str> = list(&applications, "applications")
        .iter()
        .flat_map(|application| list(&application["assignments"], "assignments"))
        .filter_map(|assignment| assignment["principalId"].as_str())
        .collect();
    let (mut wanted, mut teams) = (BTreeSet::new(), BTreeSet::new());
    let id = |one: &'_ Value| one["id"].as_str().unwrap_or_default().to_owned();
    for group in list(&groups, "groups") {
        if group["securityEnabled"] == Value::Bool(true) && assigned.contains(id(group).as_str()) {
            teams.insert(group["displayName"].as_str().unwrap_or_default().to_lowercase());
            wanted.extend(
                list(&group["members"], "members").iter().filter_map(Value::as_str).map(str::to_owned),
            );
        }
    }
    let in_scope = |one: &&Value| {
        let enabled = one["accountEnabled"] != Value::Bool(false);
        enabled && (wanted.contains(&id(one)) || assigned.contains(id(one).as_str()))
    };
    let names = list(&people, "people").iter().filter(in_scope);
    let names = names.map(|one| sign_in_name(one["userPrincipalName"].as_str().unwrap_or_default()));
    Ok((names.collect(), teams))
}

/// Guests sign in with their own address (Microsoft Learn, "How application provisioning works").
pub fn sign_in_name(name: &str) -> String {
    let restored = name.split_once("#EXT#").and_then(|(local, _)| local.rsplit_once('_'));
    restored.map_or_else(|| name.to_owned(), |(person, domain)| format!("{person}@{domain}")).to_lowercase()
}

pub async fn read_back(world: &Running, before: &BTreeSet<String>) -> Result<Found, Failure> {
    let (people, groups, memberships) = in_goto(world).await?;
    let (wanted, teams) = should_be(world).await?;
    let missing = wanted.difference(&people).chain(teams.difference(&groups)).cloned().collect();
    // Accounts that were there before belong to somebody else, and stay as they are.
    let others = people.iter().filter(|name| !wanted.contains(*name) && !before.contains(*name));
    let unexpected = others.chain(groups.difference(&teams)).cloned().collect();
    Ok(Found { people: people.len(), groups: groups.len(), memberships, missing, unexpected })
}

/// Requests that changed the practice GoTo so far.
pub async fn writes(world: &Running) -> Result<usize, Failure> {
    let journal = ask(world, "journal?service=goto_api").await?;
    let changed = list(&journal, "requests").iter().filter(|one| one["method"] != "GET");
    Ok(changed.count())
}

/// Somebody who is in GoTo and should be gets another last name in Entra: a cycle that ran would write it.
pub async fn change_somebody(world: &Running) -> Result<(), Failure> {
    let ((present, ..), (wanted, _), people) =
        (in_goto(world).await?, should_be(world).await?, ask(world, "people").await?);
    let provisioned = |one: &&Value| {
        let name = sign_in_name(one["userPrincipalName"].as_str().unwrap_or_default());
        present.contains(&name) && wanted.contains(&name)
    };
    let somebody = list(&people, "people").iter().find(provisioned).context("nobody was provisioned")?;
    let path = format!("people/{}", somebody["id"].as_str().unwrap_or_default());
    tell(world, "PATCH", &path, &object!({ "surname": "Changed-While-Off" })).await
}
