//! A filter or an expression that fails, in the practice world's provisioning service: it takes nothing away from anybody,
//! and the log tells it. And what the log says of filters that work.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use usher_graph::LogFilter;
use usher_mapping::{FilterClause, FilterGroup, Mappings, Source};
use usher_runner::entra::{self, JobAt, LogResult, LogRow, LogStage, RunCounts};
use usher_sandbox::Dialect;

use crate::help::{Practice, practice};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

fn group(name: &str, attribute: &str, operator: &str, values: &[&str]) -> FilterGroup {
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let clause = FilterClause { attribute: attribute.to_owned(), operator: operator.to_owned(), values };
    FilterGroup { name: name.to_owned(), clauses: vec![clause] }
}

/// The rows of the log that speak of somebody, newest cycle first.
async fn rows_of(at: &JobAt, id: &str) -> Vec<LogRow> {
    let mut log = entra::log(at, &LogFilter::default());
    let mut found = Vec::new();
    while let Some(page) = log.next().await.expect("the log can be read") {
        found.extend(page.into_iter().filter(|row| row.source.id.as_deref() == Some(id)));
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.at));
    found
}

fn scoping(row: &LogRow) -> &BTreeMap<String, String> {
    &row.steps.iter().find(|step| step.stage == LogStage::Scope).expect("scope is told").facts
}

async fn change(world: &Practice, name: &str, what: serde_json::Value) -> String {
    world.control(Method::PATCH, &format!("/people/{name}"), Some(what)).await;
    let (_, person) = world.control(Method::GET, &format!("/people/{name}"), None).await;
    person["id"].as_str().expect("people have ids").to_owned()
}

async fn next(world: &Practice, at: &JobAt, last: &RunCounts) -> RunCounts {
    world.advance(40).await;
    world.cycle_after(at, Some(last)).await.last.expect("a cycle ended")
}

/// Everybody arrives; then `breaks` fails for one of them, in a full cycle and in one after a change.
async fn nobody_loses_access(breaks: fn(&mut Mappings), code: &str) {
    let world = practice(Dialect::GotoV1).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.expect("it starts");
    let first = world.cycle_after(&at, None).await.last.expect("a cycle ended");
    let there = world.goto_users().await;
    let name = world.should_be_in_goto().await.into_iter().find(|name| there.get(name) == Some(&true));
    let name = name.expect("somebody arrived");
    let id = change(&world, &name, json!({ "department": "a".repeat(51) + "b c" })).await;
    let quiet = next(&world, &at, &first).await;
    let active = world.goto_users().await;

    let mut mappings = world.connection().mappings;
    breaks(&mut mappings);
    entra::write_mappings(&at, &mappings).await.expect("they are written");
    let full = next(&world, &at, &quiet).await;
    assert_eq!(world.goto_users().await, active, "after a full cycle: {full:?}");
    change(&world, &name, json!({ "surname": "Changed" })).await;
    next(&world, &at, &full).await;
    assert_eq!(world.goto_users().await, active, "after an incremental cycle");
    let rows = rows_of(&at, &id).await;
    let newest = &rows[0];
    assert_eq!(newest.result, LogResult::Failure, "{newest:?}");
    let trouble = newest.trouble.as_ref().expect("a failure has a reason");
    assert!(trouble.code == code, "{trouble:?}");
    let family = world.goto_user(&name).await["attributes"]["name"]["familyName"].take();
    assert!(family.is_string() && family != "Changed", "{family}");
}

#[tokio::test]
async fn a_filter_without_an_answer_takes_nothing_away() {
    nobody_loses_access(
        |mappings| {
            // Everybody else passes the second filter.
            mappings.users.scope = vec![
                group("Costly", "department", "REGEX MATCH", &["(a|aa)+$"]),
                group("All", "userPrincipalName", "IS NOT NULL", &[]),
            ];
        },
        "filter-failed",
    )
    .await;
}

#[tokio::test]
async fn an_expression_without_a_value_takes_nothing_away() {
    nobody_loses_access(
        |mappings| {
            let row = mappings.users.attributes.iter_mut().find(|row| row.target == DEPARTMENT);
            let costly = r#"Replace([department], , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "x", , )"#;
            row.expect("it is mapped").source = Source::Expression(costly.to_owned());
        },
        "expression-failed",
    )
    .await;
}

#[tokio::test]
async fn an_expression_on_active_that_fails_disables_nobody() {
    nobody_loses_access(
        |mappings| {
            let row = mappings.users.attributes.iter_mut().find(|row| row.target == "active");
            let costly =
                r#"IIF(IsPresent(Replace([department], , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "x", , )), "True", "True")"#;
            row.expect("it is mapped").source = Source::Expression(costly.to_owned());
        },
        "expression-failed",
    )
    .await;
}

#[tokio::test]
async fn the_log_has_every_filters_result_in_the_documented_form() {
    let world = practice(Dialect::GotoV1).await;
    let mut connection = world.connection();
    connection.mappings.users.scope = vec![
        group("Marketing department filter", "department", "EQUALS", &["Marketing"]),
        group("Named", "surname", "IS NOT NULL", &[]),
    ];
    let names: Vec<String> = world.assigned_directly().await.into_iter().map(|(_, name)| name).collect();
    let (inside, outside) = (&names[0], &names[1]);
    let inside = change(&world, inside, json!({ "department": "Marketing" })).await;
    let outside = change(&world, outside, json!({ "department": "Night shift", "surname": null })).await;
    let at = world.set_up_with(&connection).await;
    entra::start(&at, false).await.expect("it starts");
    world.cycle_after(&at, None).await;
    let told = async |id: &str| scoping(&rows_of(&at, id).await[0]).clone();
    let facts = told(&inside).await;
    assert_eq!(facts["Scoping filter evaluation passed"], "True");
    let results: serde_json::Value =
        serde_json::from_str(&facts["ScopeEvaluationResult"]).expect("it is JSON in a text");
    let marketing = "Marketing department filter.department EQUALS 'Marketing'";
    assert_eq!(results, json!({ marketing: true, "Named.surname IS NOT NULL": true }));
    let facts = told(&outside).await;
    assert_eq!(facts["Scoping filter evaluation passed"], "False");
    let results: serde_json::Value =
        serde_json::from_str(&facts["ScopeEvaluationResult"]).expect("it is JSON in a text");
    assert_eq!(results, json!({ marketing: false, "Named.surname IS NOT NULL": false }));
}
