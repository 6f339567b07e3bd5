//! A run that stopped because GoTo went away: what its lost replies were about is settled by the next one.

use reqwest::Method;
use serde_json::{Value, json};
use usher_engine::{End, StopReason, UnitEnd};
use usher_plan::ExistingAccounts;
use usher_runner::{Revision, Watch, preview_with_accounts};
use usher_sandbox::Dialect;
use usher_store::{Kind, LinkOrigin, LogQuery};

use crate::help::local::Local;

/// GoTo makes an account whose reply is lost, and is gone after that.
async fn goes_away_after_a_lost_reply(local: &Local) {
    // Reads until the plan is there are answered. The first preview finds out about the dialect, too.
    let revision = || Revision { connection: &local.connection, hash: "0" };
    let mut mark = 0;
    for _ in 0..2 {
        mark = local.world.journal_mark().await;
        let looked = preview_with_accounts(&local.reading, revision(), false, &Watch::silent()).await;
        assert!(looked.is_ok(), "both sides can be read");
    }
    let reads = local.world.goto_requests_since(mark).await.len();
    let post = |fault: Value| {
        let mut fault = fault;
        fault["service"] = "goto_api".into();
        local.world.control(Method::POST, "/faults", Some(fault))
    };
    post(
        json!({ "method": "POST", "path_contains": "/Users", "skip": 3, "times": 1, "effect": "lose_reply" }),
    )
    .await;
    post(json!({ "method": "POST", "skip": 3, "effect": "drop" })).await;
    post(json!({ "method": "GET", "skip": reads, "effect": "drop" })).await;
}

/// User names of accounts that Usher keeps.
fn kept(local: &Local) -> Vec<(String, LinkOrigin)> {
    let links = local.reading.memory.now(|store| store.links(Kind::User).expect("they can be read"));
    links.into_iter().map(|link| (link.key.unwrap_or_default().to_lowercase(), link.origin)).collect()
}

fn unsettled(local: &Local) -> usize {
    local.reading.memory.now(|store| store.unsettled_runs().expect("they can be read")).len()
}

async fn is_settled_by_the_next(dialect: Dialect) {
    let mut local = Local::new(dialect).await;
    local.connection.guards.existing_accounts = ExistingAccounts::Ask;
    let before = local.world.goto_users().await;
    goes_away_after_a_lost_reply(&local).await;
    let stopped = local.run().await.expect("it stops cleanly");
    assert!(
        matches!(stopped.outcome.end, End::Stopped { why: StopReason::TargetUnreachable, .. }),
        "{:?}",
        stopped.outcome.end
    );
    assert!(stopped.outcome.units.iter().any(|unit| unit.end == UnitEnd::Unknown));
    let made: Vec<String> =
        local.world.goto_users().await.into_keys().filter(|name| !before.contains_key(name)).collect();
    let known = kept(&local);
    let lost: Vec<&String> = made.iter().filter(|name| known.iter().all(|(key, _)| key != *name)).collect();
    let [lost] = lost[..] else { panic!("one account was made without a reply: {lost:?}") };
    assert_eq!(unsettled(&local), 1);

    local.world.control(Method::DELETE, "/faults", None).await;
    let next = local.run().await.expect("the next cycle ends");
    assert_eq!(unsettled(&local), 0, "nobody wonders any more what became of it");
    assert!(kept(&local).contains(&(lost.clone(), LinkOrigin::Created)), "{:?}", kept(&local));
    let waits = next.plan.skips.iter().find(|skip| skip.display == *lost);
    assert_eq!(waits, None, "nobody is asked about what Usher made");
    // It is told once that it was made; what is settled is told once more for nobody else.
    let run = Some(stopped.run);
    let query = LogQuery { run, actions: vec!["create".to_owned()], ..LogQuery::default() };
    let log = local.reading.memory.now(|store| store.log(&query, None, 1000).expect("it can be read"));
    let done = log.records.iter().filter(|record| record.entry.status == "success");
    let mut sources: Vec<_> = done.filter_map(|record| record.entry.source.clone()).collect();
    let all = sources.len();
    sources.sort();
    sources.dedup();
    assert_eq!((sources.len(), all), (4, 4), "three with a reply, and the one without");

    let mark = local.world.journal_mark().await;
    local.run().await.expect("a third cycle ends");
    let mut writes = local.world.goto_writes_since(mark).await;
    writes.retain(|(status, _)| *status < 300);
    assert_eq!(writes, [], "whom GoTo refuses is tried again, and nothing else");
}

#[tokio::test]
async fn an_account_whose_reply_was_lost_before_a_stop_is_ours_in_the_next_cycle() {
    is_settled_by_the_next(Dialect::GotoV1).await;
}

#[tokio::test]
async fn an_account_whose_reply_was_lost_before_a_stop_is_ours_in_the_next_cycle_over_scim2() {
    is_settled_by_the_next(Dialect::Scim2).await;
}
