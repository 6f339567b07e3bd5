//! What a run tells: members that were refused, values that do not show, and who was passed over.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use usher_runner::{Report, done, log::Body};
use usher_sandbox::Dialect;
use usher_store::LogQuery;

use crate::help::local::Local;

async fn settled() -> Local {
    let local = Local::new(Dialect::Scim2).await;
    for _ in 0..2 {
        local.run().await.expect("a cycle ends");
    }
    local
}

/// Status, members and reason of each entry of a run about this name.
fn told(local: &Local, report: &Report, name: &str) -> Vec<(String, BTreeSet<String>, String)> {
    let query = LogQuery { run: Some(report.run), ..LogQuery::default() };
    let log = local.reading.memory.now(|store| store.log(&query, None, 1000).expect("it can be read"));
    let mine = log.records.into_iter().map(|record| record.entry).filter(|entry| entry.display == name);
    let mut all: Vec<_> = mine
        .map(|entry| {
            let body: Body = serde_json::from_str(&entry.body).expect("it is one");
            let members = body.members.iter().filter_map(|member| Some(member.source.as_ref()?.to_string()));
            (entry.status, members.collect(), body.trouble.unwrap_or(body.reason).code.to_string())
        })
        .collect();
    all.sort();
    all
}

async fn change(local: &Local, method: Method, path: &str, body: Value) {
    let (status, said) = local.world.control(method, path, Some(body)).await;
    assert!((200..300).contains(&status), "{status} {said}");
}

#[tokio::test]
async fn a_member_who_is_refused_is_told_apart_from_those_who_came() {
    let local = settled().await;
    let groups = local.world.control(Method::GET, "/groups", None).await.1["groups"].take();
    let (name, _) = local.world.goto_members().await.into_iter().next().expect("there is a group");
    let groups = groups.as_array().expect("it is a list").clone();
    let group = groups.iter().find(|group| group["displayName"] == name.as_str()).expect("it is in Entra");
    let id = group["id"].as_str().expect("it has an id");
    let joining: BTreeSet<String> =
        local.world.assigned_directly().await.into_iter().take(2).map(|(id, _)| id).collect();
    change(&local, Method::POST, &format!("/groups/{id}/members"), json!({ "add": joining })).await;
    // Both are refused together, then one of them alone.
    let refuses = json!({ "service": "goto_api", "method": "PATCH", "path_contains": "/Groups", "times": 2,
        "effect": { "status": { "status": 400 } } });
    change(&local, Method::POST, "/faults", refuses).await;
    let report = local.run().await.expect("a cycle ends");
    let counts = done(&report.plan, &report.outcome);
    assert_eq!((counts.failed, counts.members_added, counts.update), (1, 1, 1));
    let entries = told(&local, &report, &name);
    let [(refused, one, why), (came, other, _)] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((refused.as_str(), why.as_str(), came.as_str()), ("failure", "refused-by-target", "success"));
    assert_eq!((one.len(), other.len()), (1, 1));
    assert_eq!(one.union(other).cloned().collect::<BTreeSet<_>>(), joining);
}

#[tokio::test]
async fn who_is_passed_over_in_a_cycle_over_changes_is_told() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    change(&local, Method::PATCH, &format!("/people/{id}"), json!({ "accountEnabled": false })).await;
    local.run().await.expect("a cycle ends");
    change(&local, Method::PATCH, &format!("/people/{id}"), json!({ "department": "Elsewhere" })).await;
    let report = local.run().await.expect("a cycle ends");
    let skip = report.plan.skips.iter().find(|skip| skip.source.as_str() == id);
    let skip = skip.unwrap_or_else(|| panic!("{name} is looked at and passed over"));
    let entries = told(&local, &report, &skip.display);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0].0, "skipped");
}

#[tokio::test]
async fn one_value_that_does_not_show_is_told_and_no_attribute_is_given_up() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    // Nobody has one any more, and the next one is taken without being kept: an answer that says yes, and no write.
    for who in local.world.goto_users().await.into_keys() {
        let path = format!("/goto/users/{who}");
        change(&local, Method::PATCH, &path, json!({ "attributes": { department: null } })).await;
    }
    let lies = json!({ "service": "goto_api", "method": "PATCH", "path_contains": "/Users", "times": 1,
        "effect": { "status": { "status": 204 } } });
    change(&local, Method::POST, "/faults", lies).await;
    change(&local, Method::PATCH, &format!("/people/{id}"), json!({ "department": "Sales" })).await;
    let report = local.run().await.expect("a cycle ends");
    let unseen: Vec<_> = report.outcome.units.iter().flat_map(|unit| unit.unseen.clone()).collect();
    assert!(unseen.contains(&format!("{department}:department")), "{unseen:?}");
    assert_eq!(local.world.goto_user(&name).await["attributes"][department]["department"], Value::Null);

    let report = local.cycle(true).await.expect("a cycle over everyone ends");
    let dropped = |code: &str| report.plan.notes.iter().any(|note| note.reason.code == code);
    assert!(!dropped("attribute-not-supported"), "{:?}", report.plan.notes);
    assert_eq!(local.world.goto_user(&name).await["attributes"][department]["department"], "Sales");
}
