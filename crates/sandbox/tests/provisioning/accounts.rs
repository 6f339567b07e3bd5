//! Accounts that are at GoTo before Usher: what a person leaves alone is never written, what matches waits where the
//! connection asks, and several accounts of one person are named.

use reqwest::Method;
use serde_json::{Value, json};
use usher_plan::{Accounts, Action, ExistingAccounts, Standing};
use usher_runner::{Phase, Report, Revision, Watch, Work, preview_with_accounts, run};
use usher_sandbox::Dialect;
use usher_store::{Choice, Kind, LogEntry, LogQuery};

use crate::help::local::{Local, accounts};

const STRANGER: &str = "former.contractor@northwind.example";

async fn look(local: &Local) -> Accounts {
    let revision = Revision { connection: &local.connection, hash: "0" };
    let found = preview_with_accounts(&local.reading, revision, false, &Watch::silent()).await;
    found.expect("both sides can be read").1
}

/// User name and id of the accounts that match somebody in scope.
fn matched(found: &Accounts) -> Vec<(String, String)> {
    let all = found.accounts.iter().filter(|account| account.standing == Standing::Matched);
    all.map(|account| (account.name.clone(), account.target.to_string())).collect()
}

fn decide(local: &Local, target: &str, choice: Option<Choice>) {
    let now = (local.reading.clock)();
    let decisions = [(Kind::User, target.to_owned(), choice)];
    local.reading.memory.now(|store| store.decide(&decisions, "ana", now).expect("it is noted"));
}

/// Writes to one account since then.
async fn writes_to(local: &Local, target: &str, mark: u64) -> Vec<(u64, String)> {
    let all = local.world.goto_writes_since(mark).await;
    all.into_iter().filter(|(_, request)| request.contains(target)).collect()
}

async fn a_left_account_is_never_written(dialect: Dialect) {
    let local = Local::new(dialect).await;
    let found = look(&local).await;
    let (name, target) = matched(&found).first().expect("two people of the tenant are at GoTo").clone();
    let strangers: Vec<_> = found
        .accounts
        .iter()
        .filter(|account| account.standing == Standing::Stranger)
        .map(|account| account.name.as_str())
        .collect();
    assert!(strangers.contains(&STRANGER), "{strangers:?}");
    decide(&local, &target, Some(Choice::Leave));
    let before = [local.world.goto_user(&name).await, local.world.goto_user(STRANGER).await];

    let mark = local.world.journal_mark().await;
    local.run().await.expect("a cycle ends");
    // What changes in Entra, and who leaves there, changes nothing either.
    let person = json!({ "surname": "Somebody else" });
    local.world.control(Method::PATCH, &format!("/people/{name}"), Some(person)).await;
    local.run().await.expect("a cycle ends");
    local.world.control(Method::DELETE, &format!("/people/{name}"), None).await;
    local.run().await.expect("a cycle ends");
    local.cycle(true).await.expect("a cycle over everyone ends");
    assert_eq!(writes_to(&local, &target, mark).await, []);
    let after = [local.world.goto_user(&name).await, local.world.goto_user(STRANGER).await];
    let plain = |users: [Value; 2]| users.map(|user| (user["attributes"].clone(), user["groups"].clone()));
    assert_eq!(plain(after), plain(before));
}

#[tokio::test]
async fn a_left_account_and_a_stranger_are_never_written() {
    a_left_account_is_never_written(Dialect::GotoV1).await;
}

#[tokio::test]
async fn a_left_account_and_a_stranger_are_never_written_over_scim2() {
    a_left_account_is_never_written(Dialect::Scim2).await;
}

#[tokio::test]
async fn a_connection_that_asks_adopts_what_was_decided_and_a_decision_reaches_the_next_cycle() {
    let mut local = Local::new(Dialect::Scim2).await;
    local.connection.guards.existing_accounts = ExistingAccounts::Ask;
    let all = matched(&look(&local).await);
    assert!(all.len() >= 2, "{all:?}");
    decide(&local, &all[0].1, Some(Choice::Adopt));
    let report = local.run().await.expect("a cycle ends");
    let linked = |report: &Report| {
        let links = report.plan.operations.iter().filter(|operation| operation.action == Action::Link);
        links.filter_map(|operation| Some(operation.target.as_ref()?.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(linked(&report), [all[0].1.clone()]);
    // The next cycle would look at what changed only; what was decided is seen all the same.
    local.run().await.expect("a cycle ends");
    decide(&local, &all[1].1, Some(Choice::Adopt));
    let report = local.run().await.expect("a cycle ends");
    assert_eq!(linked(&report), [all[1].1.clone()]);
}

#[tokio::test]
async fn several_accounts_of_one_person_are_named_until_one_is_left() {
    let local = Local::new(Dialect::Scim2).await;
    let there = local.world.goto_users().await;
    let (_, name) = local
        .world
        .assigned_directly()
        .await
        .into_iter()
        .find(|(_, name)| !there.contains_key(name))
        .expect("somebody is not there yet");
    let mut ids = Vec::new();
    for spelled in [name.clone(), name.to_uppercase()] {
        let body =
            json!({ "attributes": { "userName": spelled, "name": { "givenName": "A", "familyName": "B" } } });
        let made = local.world.control(Method::POST, "/goto/users", Some(body)).await.1;
        ids.push(made["key"].as_str().map_or_else(|| made["key"].to_string(), str::to_owned));
    }
    let found = look(&local).await;
    let unclear: Vec<_> =
        found.accounts.iter().filter(|account| account.standing == Standing::Ambiguous).collect();
    assert_eq!(unclear.len(), 2, "{unclear:?}");
    assert!(unclear.iter().all(|account| account.claimants.len() == 1 && account.because.is_some()));
    let report = local.run().await.expect("a cycle ends");
    let failed: Vec<_> = report.plan.failures.iter().map(|failure| &*failure.reason.code).collect();
    assert!(failed.contains(&"DuplicateTargetEntries"), "{failed:?}");
    decide(&local, unclear[0].target.as_str(), Some(Choice::Leave));
    let report = local.run().await.expect("a cycle ends");
    let linked = report.plan.operations.iter().find(|operation| {
        operation.action == Action::Link && operation.target.as_ref() == Some(&unclear[1].target)
    });
    assert!(linked.is_some(), "{:?}", report.plan.failures);
}

/// A cycle during which somebody else makes an account, with a family name of its own, for somebody who is to get one.
async fn overtaken(local: &Local) -> (String, String, Report) {
    let there = local.world.goto_users().await;
    let mut direct = local.world.assigned_directly().await.into_iter();
    let (id, name) = direct.find(|(_, name)| !there.contains_key(name)).expect("somebody is missing");
    let url = format!("{}/goto/users", local.world.endpoints().control.trim_end_matches('/'));
    let body = json!({ "attributes": { "userName": name, "name": { "givenName": "A", "familyName": "B" } } });
    // Both sides are read when they are compared: it is made right after that.
    let watch = Watch::new(move |progress| {
        if progress.phase == Phase::Comparing {
            let made = reqwest::Client::new().post(&url).json(&body).send();
            let made = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(made));
            assert!(made.expect("the world answers").status().is_success());
        }
    });
    let revision = Revision { connection: &local.connection, hash: "0" };
    let work = Work::Cycle { everything: false };
    let report = run(&local.reading, &local.provider, revision, work, &local.lock, &watch).await;
    (id, name, report.expect("it ends"))
}

fn log_of(local: &Local, id: &str) -> Vec<LogEntry> {
    let about = LogQuery { object: Some(id.to_owned()), ..LogQuery::default() };
    let log = local.reading.memory.now(|store| store.log(&about, None, 9)).expect("it can be read");
    log.records.into_iter().map(|record| record.entry).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_somebody_makes_meanwhile_is_matched_told_as_such_and_brought_in_step() {
    let local = Local::new(Dialect::Scim2).await;
    let (id, name, report) = overtaken(&local).await;
    let (planned, done) = (&report.plan.counts, usher_runner::done(&report.plan, &report.outcome));
    assert_eq!(done.link, planned.link + 1, "{planned:?} {done:?}");
    assert!(done.create + done.failed < planned.create + planned.failed, "{planned:?} {done:?}");
    let told = log_of(&local, &id);
    assert_eq!((told.len(), &*told[0].action, &*told[0].status), (1, "other", "success"));
    assert!(told[0].body.contains("\"matched\"") && !told[0].body.contains("familyName"), "{}", told[0].body);
    local.run().await.expect("a cycle over changes ends");
    assert_ne!(accounts(&local.world).await[&name]["name"]["familyName"], "B");
    let next = local.run().await.expect("a cycle over changes ends");
    assert!(next.plan.operations.is_empty(), "and that was that: {:?}", next.plan.operations);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_asked_is_asked_about_an_account_that_somebody_makes_meanwhile() {
    let mut local = Local::new(Dialect::Scim2).await;
    local.connection.guards.existing_accounts = ExistingAccounts::Ask;
    let (id, name, _) = overtaken(&local).await;
    let told = log_of(&local, &id);
    assert_eq!((told.len(), &*told[0].status), (1, "failure"));
    assert!(told[0].body.contains("made-meanwhile"), "{}", told[0].body);
    let link = |local: &Local| local.reading.memory.now(|store| store.link_of_source(Kind::User, &id));
    assert!(link(&local).expect("it can be read").is_none(), "nobody adopted it");
    let found = look(&local).await;
    let account = found.accounts.iter().find(|account| account.name == name).expect("it is listed");
    assert_eq!(account.standing, Standing::Matched);
    decide(&local, account.target.as_str(), Some(Choice::Adopt));
    local.run().await.expect("a cycle ends");
    assert!(link(&local).expect("it can be read").is_some());
    assert_ne!(accounts(&local.world).await[&name]["name"]["familyName"], "B");
}
