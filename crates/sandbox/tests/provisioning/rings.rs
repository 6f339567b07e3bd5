//! Rollout in rings over HTTP: who is let in gets an account with the next cycle, nobody else does, and nobody loses one.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use usher_plan::{Action, Cycle, Only};
use usher_runner::config::RunnerKind;
use usher_runner::{Extent, Report, Revision, Watch, Work};
use usher_sandbox::Dialect;

use crate::help::local::Local;

/// Only these may get an account.
fn ring(local: &mut Local, ids: &[&str]) {
    local.connection.runner.kind = RunnerKind::Local;
    local.connection.scope.ring = Some(ids.iter().map(|&id| id.to_owned()).collect());
}

/// How many people and groups were made, as the service provider heard it.
async fn made(local: &Local, mark: u64) -> (usize, usize) {
    let writes = local.world.goto_writes_since(mark).await;
    let posts = |what: &str| {
        let is_post = |line: &&(u64, String)| line.1.starts_with("POST") && line.1.contains(what);
        writes.iter().filter(is_post).count()
    };
    (posts("/Users"), posts("/Groups"))
}

fn waiting(report: &Report) -> BTreeSet<String> {
    let skips = report.plan.skips.iter().filter(|skip| skip.reason.code == "waits-for-ring");
    skips.map(|skip| skip.source.to_string()).collect()
}

/// People in scope who have no account, and could have one.
async fn could_be_made(local: &Local) -> Vec<String> {
    let revision = Revision { connection: &local.connection, hash: "0" };
    let everyone = Extent::Everyone { reread: false };
    let all = usher_runner::preview(&local.reading, revision, everyone, &Watch::silent()).await;
    let operations = all.expect("a plan").plan.operations.into_iter();
    let creates =
        operations.filter(|one| one.action == Action::Create && one.kind == usher_plan::ObjectKind::User);
    creates.filter_map(|one| Some(one.source?.to_string())).collect()
}

#[tokio::test]
async fn a_wider_ring_makes_exactly_who_came_into_it_with_the_next_cycle() {
    let mut local = Local::new(Dialect::GotoV1).await;
    let all = could_be_made(&local).await;
    let [one, other, ..] = all.as_slice() else { panic!("the world has people to provision") };
    ring(&mut local, &[one]);
    let mark = local.world.journal_mark().await;
    let first = local.run().await.expect("a first cycle ends");
    assert_eq!(made(&local, mark).await, (1, 0));
    assert_eq!(waiting(&first).iter().filter(|id| all.contains(id)).count(), all.len() - 1);
    // A second one settles what the first writes showed of the service provider.
    local.run().await.expect("a second cycle ends");
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    let idle = local.run().await.expect("a cycle over changes ends");
    assert_eq!((idle.plan.cycle, made(&local, mark).await), (Cycle::Incremental, (0, 0)));

    ring(&mut local, &[one, other]);
    let mark = local.world.journal_mark().await;
    let wider = local.run().await.expect("a cycle ends");
    assert_eq!(made(&local, mark).await, (1, 0), "exactly who came into the ring");
    let created = wider.plan.operations.iter().find(|one| one.action == Action::Create);
    assert_eq!(created.and_then(|one| one.source.as_ref()).map(|id| id.as_str()), Some(other.as_str()));

    // Narrower again: nobody loses anything, and nobody new comes.
    ring(&mut local, &[one]);
    let mark = local.world.journal_mark().await;
    let narrower = local.run().await.expect("a cycle ends");
    assert_eq!((narrower.plan.counts.disable, narrower.plan.counts.delete), (0, 0));
    assert_eq!(local.world.goto_writes_since(mark).await, []);

    local.connection.scope.ring = None;
    let mark = local.world.journal_mark().await;
    let everybody = local.run().await.expect("a cycle ends");
    assert_eq!(made(&local, mark).await.0, all.len() - 2);
    assert!(waiting(&everybody).is_empty());
}

#[tokio::test]
async fn who_joins_a_group_of_the_ring_is_made_by_the_next_pass_over_changes() {
    let mut local = Local::new(Dialect::GotoV1).await;
    let all = could_be_made(&local).await;
    let new = json!({ "displayName": "Pilots", "securityEnabled": true });
    let (_, made_group) = local.world.control(Method::POST, "/groups", Some(new)).await;
    let pilots = made_group["id"].as_str().expect("it has an id").to_owned();
    // It is assigned to nobody: it only says who goes first.
    ring(&mut local, &[&pilots]);
    local.world.advance(1).await;
    for _ in 0..2 {
        let mark = local.world.journal_mark().await;
        local.run().await.expect("a cycle ends");
        assert_eq!(made(&local, mark).await, (0, 0));
    }
    let pilot = all.first().expect("somebody is to be provisioned");
    local
        .world
        .control(Method::POST, &format!("/groups/{pilots}/members"), Some(json!({ "add": [pilot] })))
        .await;
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert_eq!(report.plan.cycle, Cycle::Incremental);
    assert_eq!(made(&local, mark).await, (1, 0));

    // Out of the group again: the account stays as it is.
    local
        .world
        .control(Method::POST, &format!("/groups/{pilots}/members"), Some(json!({ "remove": [pilot] })))
        .await;
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert_eq!((report.plan.cycle, report.plan.counts.disable), (Cycle::Incremental, 0));
    assert_eq!(local.world.goto_writes_since(mark).await, []);
}

#[tokio::test]
async fn somebody_who_is_asked_for_by_name_gets_an_account_and_is_told_to_wait_otherwise() {
    let mut local = Local::new(Dialect::GotoV1).await;
    let all = could_be_made(&local).await;
    ring(&mut local, &["nobody"]);
    local.run().await.expect("a first cycle ends");
    let person = all.first().expect("somebody is to be provisioned").as_str();
    let revision = Revision { connection: &local.connection, hash: "0" };
    let about = (usher_plan::ObjectKind::User, person);
    let told = usher_runner::why(&local.reading, revision, about, &Watch::silent()).await;
    let (story, plan) = told.expect("a story").expect("she is in Entra");
    assert!(plan.is_empty());
    assert_eq!(story.steps[3].reasons[0].code, "waits-for-ring");

    let only = Only { users: [person.into()].into_iter().collect(), ..Only::default() };
    let mark = local.world.journal_mark().await;
    local.work(Work::OnDemand(&only)).await.expect("an on-demand pass ends");
    assert_eq!(made(&local, mark).await, (1, 0));
    // And stays, like everybody who is provisioned.
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_writes_since(mark).await, []);
}

#[tokio::test]
async fn a_group_that_was_made_before_it_became_the_ring_lets_its_members_in() {
    let mut local = Local::new(Dialect::GotoV1).await;
    let all = could_be_made(&local).await;
    let [one, other, ..] = all.as_slice() else { panic!("the world has people to provision") };
    ring(&mut local, &[one]);
    local.run().await.expect("a first cycle ends");
    local.run().await.expect("a second cycle ends");
    let new = json!({ "displayName": "Pilots", "securityEnabled": true, "members": [other] });
    let (_, made_group) = local.world.control(Method::POST, "/groups", Some(new)).await;
    let pilots = made_group["id"].as_str().expect("it has an id").to_owned();
    local.world.advance(1).await;
    local.run().await.expect("a cycle over changes ends");
    ring(&mut local, &[&pilots]);
    let mark = local.world.journal_mark().await;
    local.run().await.expect("a cycle ends");
    assert_eq!(made(&local, mark).await, (1, 0));
}
