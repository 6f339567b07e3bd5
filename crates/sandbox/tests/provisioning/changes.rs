//! Passes over changes: they ask the service provider only about what changed, and what they leave behind is what a pass
//! over everyone would leave behind.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use usher_mapping::{Profile, defaults};
use usher_plan::{Action, Cycle, EntraObjectId, Guards, Operation, PeopleLosingAccess};
use usher_runner::{Extent, Revision, Watch};
use usher_sandbox::Dialect;

use crate::help::Practice;
use crate::help::local::Local;

/// SplitMix64, so that a seed means the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("it is below a usize")
    }

    fn one_of<'a>(&mut self, all: &'a [String]) -> &'a str {
        &all[self.below(all.len())]
    }
}

/// Ids of people or groups; of those in the recycle bin, where they are asked for.
async fn ids(world: &Practice, what: &str, deleted: bool) -> Vec<String> {
    let all = world.control(Method::GET, &format!("/{what}"), None).await.1[what].take();
    let all = all.as_array().expect("it is a list").clone().into_iter();
    all.filter(|one| one["deletedDateTime"].is_null() != deleted)
        .map(|one| one["id"].as_str().expect("it has an id").to_owned())
        .collect()
}

async fn assigned(world: &Practice) -> Vec<String> {
    let all = world.control(Method::GET, "/applications", None).await.1["applications"].take();
    let own = world.connection().scope.application;
    let found = all.as_array().expect("it is a list").iter().find(|one| one["id"] == own.as_str());
    let found = found.expect("it is there")["assignments"].as_array().expect("it is a list").clone();
    found.iter().map(|one| one["principalId"].as_str().expect("it has one").to_owned()).collect()
}

/// One change that an administrator could make, and what it was.
async fn edit(world: &Practice, dice: &mut Dice) -> String {
    let (people, groups) = (ids(world, "people", false).await, ids(world, "groups", false).await);
    let bin = ids(world, "people", true).await;
    let (person, group) = (dice.one_of(&people).to_owned(), dice.one_of(&groups).to_owned());
    let principals = assigned(world).await;
    let number = dice.below(1_000_000);
    let (method, path, body) = match dice.below(13) {
        0 => (Method::PATCH, format!("/people/{person}"), json!({ "department": format!("D{number}") })),
        1 => (
            Method::PATCH,
            format!("/people/{person}"),
            json!({ "accountEnabled": number.is_multiple_of(2) }),
        ),
        2 => (
            Method::PATCH,
            format!("/people/{person}"),
            json!({ "userPrincipalName": format!("u{number}@northwind.example") }),
        ),
        3 => (Method::DELETE, format!("/people/{person}"), Value::Null),
        4 if !bin.is_empty() => (Method::POST, format!("/people/{}/restore", dice.one_of(&bin)), Value::Null),
        11 if number.is_multiple_of(3) => {
            (Method::DELETE, format!("/people/{person}?purge=true"), Value::Null)
        }
        5 => (Method::POST, format!("/groups/{group}/members"), json!({ "add": [person] })),
        6 => (Method::POST, format!("/groups/{group}/members"), json!({ "remove": [person] })),
        7 => (Method::PATCH, format!("/groups/{group}"), json!({ "displayName": format!("G{number}") })),
        8 if !principals.contains(&person) => {
            (Method::POST, "/assignments".to_owned(), json!({ "principalId": person, "role": "User" }))
        }
        9 if !principals.contains(&group) => {
            (Method::POST, "/assignments".to_owned(), json!({ "principalId": group, "role": "User" }))
        }
        10 if !principals.is_empty() => {
            (Method::DELETE, format!("/assignments/{}", dice.one_of(&principals)), Value::Null)
        }
        12 => {
            let manager = if number.is_multiple_of(5) { Value::Null } else { json!(dice.one_of(&people)) };
            (Method::PATCH, format!("/people/{person}"), json!({ "manager": manager }))
        }
        _ => (
            Method::POST,
            "/people".to_owned(),
            json!({
                "userPrincipalName": format!("new{number}@northwind.example"), "displayName": format!("New {number}"),
                "givenName": "New", "surname": format!("Person {number}"), "mail": format!("new{number}@northwind.example"),
            }),
        ),
    };
    let said = format!("{method} {path} {body}");
    world.control(method, &path, (!body.is_null()).then_some(body)).await;
    said
}

/// What a pass over everyone, read anew, would still do for objects that do not wait for another try.
async fn left_to_do(local: &Local) -> Vec<Operation> {
    let revision = Revision { connection: &local.connection, hash: "0" };
    let everyone = Extent::Everyone { reread: true };
    let all = usher_runner::preview(&local.reading, revision, everyone, &Watch::silent()).await;
    let waiting: BTreeSet<String> = local.reading.memory.now(|store| {
        store.retries().expect("they can be read").into_iter().map(|retry| retry.source).collect()
    });
    let waits = |source: &Option<EntraObjectId>| {
        source.as_ref().is_some_and(|source| waiting.contains(source.as_str()))
    };
    let mut left = all.expect("a plan").plan.operations;
    left.retain_mut(|operation| {
        let memberships = !operation.members.is_empty();
        operation.members.retain(|member| !waits(&member.source));
        // Whose manager waits for another try waits with them.
        let references = operation.action == Action::SetReferences;
        operation.changes.retain(|change| match &change.after {
            usher_plan::Value::Reference(manager) => !waits(&manager.source),
            _ => true,
        });
        let empty = memberships && operation.members.is_empty() || references && operation.changes.is_empty();
        !(waits(&operation.source) || empty)
    });
    left
}

async fn changes_leave_nothing_to_do(seed: u64, dialect: Dialect) {
    let mut local = Local::new(dialect).await;
    if dialect == Dialect::Scim2 {
        // The tables that know managers.
        local.connection.profile = Profile::Scim;
        local.connection.mappings = defaults(Profile::Scim);
    }
    let any = PeopleLosingAccess { count: 1_000, percent: 100, at_least: 1_000 };
    local.connection.guards = Guards { people_losing_access: any, ..Guards::default() };
    local.connection.guards.members_leaving_group.percent = 100;
    let first = local.run().await.expect("a first cycle ends");
    assert_eq!(first.plan.cycle, Cycle::Initial);
    // What the first writes showed of the service provider decides about everyone, too: one more pass.
    local.run().await.expect("a second cycle ends");
    let mut dice = Dice(seed);
    let mut history = Vec::new();
    for round in 0..6 {
        for _ in 0..=dice.below(4) {
            history.push(edit(&local.world, &mut dice).await);
        }
        local.world.advance(40).await;
        let report = local.run().await.expect("a cycle ends");
        assert_eq!(report.plan.cycle, Cycle::Incremental);
        assert!(report.outcome.is_settled(), "seed {seed}, round {round}: {:?}", report.outcome.end);
        let left = left_to_do(&local).await;
        assert!(left.is_empty(), "seed {seed}, round {round}, after {history:#?}: {left:#?}");
        history.push(format!("-- cycle {round}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_leave_nothing_to_do_that_a_pass_over_everyone_would_find() {
    let seeds = std::env::var("USHER_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(6);
    for seed in 0..seeds {
        let dialect = if seed % 2 == 0 { Dialect::GotoV1 } else { Dialect::Scim2 };
        changes_leave_nothing_to_do(seed, dialect).await;
    }
}

/// Requests to GoTo of one cycle: reads, and writes.
async fn requests(local: &Local) -> (usize, Vec<String>) {
    let mark = local.world.journal_mark().await;
    let report = local.run().await.expect("a cycle ends");
    assert!(report.outcome.is_settled());
    let all = local.world.goto_requests_since(mark).await;
    let (reads, writes): (Vec<_>, Vec<_>) = all.iter().partition(|request| request["method"] == "GET");
    let said = |request: &&Value| format!("{} {}", request["method"], request["path"]).replace('"', "");
    (reads.len(), writes.iter().map(said).collect())
}

#[tokio::test]
async fn a_pass_over_changes_asks_about_what_changed_only() {
    let local = Local::new(Dialect::Scim2).await;
    local.run().await.expect("a first cycle ends");
    local.world.advance(40).await;
    let due = local.reading.memory.now(|store| store.retries().expect("they can be read").len());
    let (reads, writes) = requests(&local).await;
    assert!(reads <= 2 * due && writes.len() <= due, "whoever failed is tried once more: {reads} {writes:?}");
    // Nobody is due for two cycles now.
    local.world.advance(1).await;
    assert_eq!(requests(&local).await, (0, Vec::new()), "nothing changed");
    let person = local.world.assigned_directly().await.into_iter().next().expect("somebody is");
    let change = json!({ "department": "Elsewhere" });
    local.world.control(Method::PATCH, &format!("/people/{}", person.0), Some(change)).await;
    let (reads, writes) = requests(&local).await;
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0].starts_with("PATCH"), "{writes:?}");
    assert!(reads <= 2, "the account, and once more after the write: {reads}");
}

#[tokio::test]
async fn what_is_changed_at_goto_by_hand_is_mended_by_a_pass_over_everyone() {
    let local = Local::new(Dialect::Scim2).await;
    local.run().await.expect("a first cycle ends");
    local.run().await.expect("a second cycle ends");
    let (_, name) = local.world.assigned_directly().await.remove(0);
    let given = async || local.world.goto_user(&name).await["attributes"]["name"]["givenName"].clone();
    let right = given().await;
    let wrong = json!({ "attributes": { "name": { "givenName": "Wrong" } } });
    local.world.control(Method::PATCH, &format!("/goto/users/{name}"), Some(wrong)).await;
    local.run().await.expect("a cycle over changes ends");
    assert_eq!(given().await, "Wrong", "nobody changed in Entra");
    local.cycle(true).await.expect("a cycle over everyone ends");
    assert_eq!(given().await, right);
}
