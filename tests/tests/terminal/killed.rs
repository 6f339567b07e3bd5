//! `kill -9` at every request of an apply: the next run ends as an uninterrupted one would have, and nobody is made
//! twice. The journal of the practice world says what was really received and processed.

use crate::files::{File, arg, with_secrets};
use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{Live, run, usher};
use usher_tests::wait;

/// How the request is caught at which the program dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// It has arrived and has not been processed.
    Before,
    /// It has been processed, and no reply was sent.
    After,
}

/// People with the application; with two groups and their members the apply has about sixty requests.
const PEOPLE: usize = 52;
/// Programs at a time. Most of the time is spent waiting: for a state, and for fifteen seconds until a create that nobody
/// shows counts as one that never arrived.
const AT_A_TIME: usize = 8;

/// A practice world in which exactly [`PEOPLE`] acceptable people and two groups have the application.
async fn world() -> Result<Sandbox> {
    let sandbox = Sandbox::start(&["--users", "80", "--groups", "3", "--rate", "0"])?;
    sandbox.control("PATCH", "goto/switches", Some(json!({ "verified_domains_only": false }))).await?;
    for application in sandbox.list("applications").await? {
        for assignment in application["assignments"].as_array().into_iter().flatten() {
            let id = assignment["id"].as_str().context("an assignment has an id")?;
            sandbox.control("DELETE", &format!("assignments/{id}"), None).await?;
        }
    }
    let length = |person: &Value, name: &str| person[name].as_str().unwrap_or_default().chars().count();
    let mut people = sandbox.list("people").await?;
    people.retain(|person| {
        let named = ["givenName", "surname"].iter().all(|name| (1..=60).contains(&length(person, name)));
        named && person["accountEnabled"] == true && person["userType"] == "Member"
    });
    people.truncate(PEOPLE);
    assert_eq!(people.len(), PEOPLE, "the world has enough people");
    let assign = |id: &Value| json!({ "principalId": id, "role": "User" });
    for person in &people {
        sandbox.control("POST", "assignments", Some(assign(&person["id"]))).await?;
    }
    for (name, members) in [("Pilot", &people[..20]), ("Sales", &people[10..])] {
        let members: Vec<&Value> = members.iter().map(|person| &person["id"]).collect();
        let group = json!({ "displayName": name, "securityEnabled": true, "members": members });
        let made = sandbox.control("POST", "groups", Some(group)).await?;
        sandbox.control("POST", "assignments", Some(assign(&made["id"]))).await?;
    }
    Ok(sandbox)
}

/// What GoTo holds, without what differs between two runs: ids and times.
#[derive(Debug, PartialEq, Eq)]
struct State {
    people: BTreeMap<String, Value>,
    groups: BTreeMap<String, (Value, BTreeSet<String>)>,
}

async fn state(sandbox: &Sandbox) -> Result<State> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let users = sandbox.list("goto/users").await?;
    let names: BTreeMap<String, String> =
        users.iter().map(|user| (text(&user["key"]), text(&user["attributes"]["userName"]))).collect();
    let people: BTreeMap<String, Value> = users
        .iter()
        .map(|user| (text(&user["attributes"]["userName"]), user["attributes"].clone()))
        .collect();
    ensure!(people.len() == users.len(), "nobody is there twice");
    let all = sandbox.list("goto/groups").await?;
    let mut groups = BTreeMap::new();
    for group in &all {
        let members = group["members"].as_array().context("a group has members")?;
        let members = members.iter().map(|member| names[&text(&member["key"])].clone()).collect();
        groups.insert(text(&group["attributes"]["displayName"]), (group["attributes"].clone(), members));
    }
    ensure!(groups.len() == all.len(), "no group is there twice");
    Ok(State { people, groups })
}

fn cycle(sandbox: &Sandbox, data: &Path) -> Result<Command> {
    let scim = sandbox.text("/scim");
    // A ceiling far above the practice world: two requests at a time, as in real use, but no waiting.
    let file = File {
        id: "killed",
        profile: "goto",
        base_url: &scim,
        dialect: "goto-v1",
        practice: false,
        rate: 1000,
    };
    let path = file.write(sandbox, data.parent().context("a folder")?)?;
    let mut command = usher(data, None, &["run", "--once", arg(&path)])?;
    with_secrets(&mut command, sandbox, &sandbox.text("/scim_token"));
    Ok(command)
}

/// Creates that were processed, by what they made.
async fn creates(sandbox: &Sandbox) -> Result<BTreeMap<String, usize>> {
    let mut made = BTreeMap::new();
    for entry in sandbox.writes("goto_api").await? {
        if entry["method"] == "POST" && entry["status"] == 201 {
            let body = &entry["body"];
            let name =
                body["userName"].as_str().or_else(|| body["displayName"].as_str()).context("a name")?;
            *made.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
    Ok(made)
}

/// An uninterrupted run: what it leaves, and where in the journal its writes begin and end.
struct Usual {
    state: State,
    creates: BTreeMap<String, usize>,
    reads: usize,
    writes: usize,
}

async fn usual() -> Result<Usual> {
    let sandbox = world().await?;
    let folder = tempfile::tempdir()?;
    run(&mut cycle(&sandbox, &folder.path().join("data"))?)?.ended(0)?;
    let requests = sandbox.requests("goto_api").await?;
    let is_write = |entry: &Value| entry["method"] != "GET";
    let first = requests.iter().position(is_write).context("a first write")?;
    let last = requests.iter().rposition(is_write).context("a last write")?;
    Ok(Usual {
        state: state(&sandbox).await?,
        creates: creates(&sandbox).await?,
        reads: first,
        writes: last + 1 - first,
    })
}

/// One run that dies at its write number `n`, and the next run.
async fn killed_at(usual: &Usual, n: usize, moment: Moment) -> Result<()> {
    let sandbox = world().await?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let skip = usual.reads + n;
    let effect = match moment {
        Moment::Before => json!({ "delay_ms": 3_600_000 }),
        Moment::After => json!("hold"),
    };
    let fault = json!({ "service": "goto_api", "skip": skip, "effect": effect });
    sandbox.control("POST", "faults", Some(fault)).await?;
    let mut live = Live::start(&mut cycle(&sandbox, &data)?)?;
    wait::until("the request at which the run dies", || {
        let ended = !matches!(live.is_running(), Ok(true));
        let (said, sandbox) = (live.err(), &sandbox);
        async move {
            ensure!(!ended, "the run ended by itself: {said}");
            let requests = sandbox.requests("goto_api").await?;
            Ok(requests.get(skip).and_then(|caught| match moment {
                Moment::Before => Some(()),
                // The status is noted when it was processed.
                Moment::After => caught["status"].as_u64().map(drop),
            }))
        }
    })
    .await?;
    live.group().kill()?;
    drop(live);
    sandbox.control("DELETE", "faults", None).await?;

    // It waits for fifteen seconds: the others go on meanwhile.
    let mut next = cycle(&sandbox, &data)?;
    tokio::task::spawn_blocking(move || run(&mut next)).await??.ended(0)?;
    ensure!(state(&sandbox).await? == usual.state, "the next run ends in another state");
    let made = creates(&sandbox).await?;
    ensure!(made == usual.creates, "somebody was made twice: {made:?}");
    Ok(())
}

async fn every_request(moment: Moment) -> Result<()> {
    let usual = usual().await?;
    assert!((55..=70).contains(&usual.writes), "about sixty writes: {}", usual.writes);
    // Somebody is in GoTo from the start and is linked.
    assert!((PEOPLE..PEOPLE + 2).contains(&usual.creates.len()), "{:?}", usual.creates);
    let usual = &usual;
    futures::stream::iter(0..usual.writes)
        .map(|n| async move {
            killed_at(usual, n, moment).await.with_context(|| format!("killed at write {n}, {moment:?}"))
        })
        .buffer_unordered(AT_A_TIME)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_killed_before_a_request_was_processed_is_finished_by_the_next() -> Result<()> {
    every_request(Moment::Before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_killed_before_the_reply_is_finished_by_the_next() -> Result<()> {
    every_request(Moment::After).await
}
