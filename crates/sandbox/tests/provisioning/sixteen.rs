//! The check of `docs/checks.md` that needs a whole service: what 404 means depends on what was asked.

use reqwest::Method;
use serde_json::json;
use usher_graph::LogFilter;
use usher_runner::entra::{self, LogResult};
use usher_sandbox::Dialect;

use crate::help::local::Local;
use crate::help::{Practice, practice};

async fn answers_404(world: &Practice, method: &str, path: &str, times: u32) {
    let fault = json!({ "service": "goto_api", "method": method, "path_contains": path, "times": times,
        "effect": { "status": { "status": 404 } } });
    world.control(Method::POST, "/faults", Some(fault)).await;
}

#[tokio::test]
async fn check_12_404_to_a_query_is_a_quarantine_at_once_in_entra() {
    let world = practice(Dialect::Scim2).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.expect("it starts");
    let first = world.cycle_after(&at, None).await.last.expect("a cycle ended");
    answers_404(&world, "GET", "/Users", 20).await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&first)).await;
    let quarantine = status.quarantine.expect("a quarantine, whatever the number of failures");
    assert!(quarantine.text.is_some(), "it says why");
}

#[tokio::test]
async fn check_12_404_to_a_query_ends_a_cycle_of_the_local_runner_before_anything_is_written() {
    let local = Local::new(Dialect::Scim2).await;
    local.run().await.expect("a first cycle ends");
    let mark = local.world.journal_mark().await;
    answers_404(&local.world, "GET", "/Users", 20).await;
    let ended = local.cycle(true).await;
    assert!(ended.is_err(), "nothing can be planned");
    assert_eq!(local.world.goto_writes_since(mark).await, [], "and nothing is written");
}

#[tokio::test]
async fn check_12_404_to_a_patch_is_one_persons_failure() {
    let world = practice(Dialect::Scim2).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.expect("it starts");
    let first = world.cycle_after(&at, None).await.last.expect("a cycle ended");
    let (_, name) = world.assigned_directly().await.remove(0);
    let change = json!({ "department": "Elsewhere" });
    world.control(Method::PATCH, &format!("/people/{name}"), Some(change)).await;
    answers_404(&world, "PATCH", "/Users", 1).await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&first)).await;
    assert_eq!(status.quarantine, None);
    let rows = entra::log(&at, &LogFilter::default()).next().await.expect("a log").expect("a page");
    // Others could not be planned in the first cycle; this one could, and was not there when it was written.
    let codes = rows.iter().filter(|row| row.result == LogResult::Failure);
    let codes = codes.filter_map(|row| Some(row.trouble.as_ref()?.code.as_str()));
    assert_eq!(codes.filter(|code| *code == "InvalidAnchor").count(), 1, "{rows:?}");
}
