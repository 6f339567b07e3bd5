//! Managers, over real connections: Entra's `manager@delta` on one side, the enterprise extension on the other.

use reqwest::Method;
use serde_json::{Value, json};
use usher_graph::{ResetScope, SecretKey, SecretPair, ServicePrincipalId};
use usher_mapping::{Profile, defaults};
use usher_plan::{Action, Cycle};
use usher_runner::entra::{self, JobAt, LogResult};
use usher_sandbox::Dialect;
use usher_store::LogQuery;

use crate::help::local::Local;
use crate::help::{Practice, practice};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

/// Ids and user names of people who are assigned, can sign in to GoTo, and are led by nobody.
async fn people<const N: usize>(world: &Practice) -> [(String, String); N] {
    let all = world.assigned_directly().await.into_iter();
    let all: Vec<_> = all.filter(|(_, name)| name.ends_with("@northwind.example")).collect();
    let some: Vec<_> = all.into_iter().take(N).collect();
    for (id, _) in &some {
        change(world, id, json!({ "manager": null })).await;
    }
    some.try_into().expect("so many people are assigned directly")
}

async fn change(world: &Practice, id: &str, change: Value) {
    world.control(Method::PATCH, &format!("/people/{id}"), Some(change)).await;
}

/// The manager that stands at GoTo, by user name.
async fn led(world: &Practice, name: &str) -> Option<String> {
    let user = world.goto_user(name).await;
    let id = user["attributes"][ENTERPRISE]["manager"]["value"].as_str()?.to_owned();
    let all = world.control(Method::GET, "/goto/users", None).await.1;
    let found = all.as_array().expect("a list").iter().find(|user| user["key"] == id.as_str()).cloned();
    Some(found.expect("the manager is there")["attributes"]["userName"].as_str()?.to_lowercase())
}

async fn local() -> Local {
    let mut local = Local::new(Dialect::Scim2).await;
    local.connection.profile = Profile::Scim;
    local.connection.mappings = defaults(Profile::Scim);
    local
}

#[tokio::test]
async fn everybodys_manager_arrives_in_the_first_cycle_and_the_second_sends_nothing() {
    let local = local().await;
    let [ana, bo, cy] = people(&local.world).await;
    for (report, manager) in [(&ana, &bo), (&bo, &ana), (&cy, &cy)] {
        change(&local.world, &report.0, json!({ "manager": manager.0 })).await;
    }
    let report = local.run().await.expect("a first cycle ends");
    let last = report.plan.operations.iter().filter(|one| one.action == Action::SetReferences).count();
    assert!(last >= 3, "most people of the tenant have a manager: {last}");
    assert!(report.outcome.is_settled());
    for (report, manager) in [(&ana, &bo), (&bo, &ana), (&cy, &cy)] {
        assert_eq!(led(&local.world, &report.1).await.as_ref(), Some(&manager.1));
    }
    let mark = local.world.journal_mark().await;
    let again = local.cycle(true).await.expect("a cycle over everyone ends");
    let sent: Vec<_> = again.plan.operations.iter().filter(|one| !one.changes.is_empty()).collect();
    let failing: Vec<_> = again.plan.failures.iter().map(|failure| failure.source.as_str()).collect();
    assert!(
        sent.iter().all(|one| one.action == Action::Create || failing.contains(&one.display.as_str())),
        "whoever is there is in step: {sent:#?}"
    );
    let patches = local.world.goto_writes_since(mark).await;
    assert!(!patches.iter().any(|(_, line)| line.starts_with("PATCH")), "{patches:?}");
}

#[tokio::test]
async fn a_manager_who_changes_is_one_patch_and_one_who_is_taken_away_none() {
    let local = local().await;
    let [ana, bo, cy] = people(&local.world).await;
    change(&local.world, &ana.0, json!({ "manager": bo.0 })).await;
    local.run().await.expect("a first cycle ends");
    local.run().await.expect("a second cycle ends");
    change(&local.world, &ana.0, json!({ "manager": cy.0 })).await;
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert_eq!(report.plan.cycle, Cycle::Incremental);
    let writes = local.world.goto_writes_since(mark).await;
    assert_eq!(writes.len(), 1, "{writes:?}");
    let reads = local.world.goto_requests_since(mark).await.len() - writes.len();
    assert!(reads <= 2, "the account, and once more after the write; nobody asks about managers: {reads}");
    assert_eq!(led(&local.world, &ana.1).await.as_ref(), Some(&cy.1));
    let said = report.plan.operations[0].changes[0].after.clone();
    let usher_plan::Value::Reference(person) = said else { panic!("{said:?}") };
    assert_ne!(&*person.display, cy.0.as_str(), "the plan names the manager, not the id");
    change(&local.world, &ana.0, json!({ "manager": null })).await;
    local.world.advance(1).await;
    local.run().await.expect("a cycle over changes ends");
    assert_eq!(led(&local.world, &ana.1).await.as_ref(), Some(&cy.1), "as with every other attribute");
}

#[tokio::test]
async fn check_14_a_manager_who_is_provisioned_a_cycle_later_is_linked_at_once_by_the_local_runner() {
    let local = local().await;
    let [ana, bo] = people(&local.world).await;
    change(&local.world, &bo.0, json!({ "accountEnabled": false })).await;
    change(&local.world, &ana.0, json!({ "manager": bo.0 })).await;
    let report = local.run().await.expect("a first cycle ends");
    let told =
        report.plan.notes.iter().filter(|note| note.reason.code == "UnableToResolveReferenceAttributeValue");
    let told: Vec<_> = told.filter_map(|note| Some(note.source.as_ref()?.as_str())).collect();
    assert!(told.contains(&ana.0.as_str()), "{told:?}");
    let failed = |report: &usher_runner::Report| {
        report.plan.failures.iter().any(|failure| failure.source.as_str() == ana.0)
    };
    assert!(!failed(&report), "she is provisioned without, and has not failed");
    let log = local
        .reading
        .memory
        .now(|store| store.log(&LogQuery::default(), None, 10_000).expect("it can be read"));
    let hers =
        log.records.iter().map(|record| &record.entry).filter(|entry| entry.source.as_ref() == Some(&ana.0));
    let hers: Vec<_> = hers.map(|entry| (entry.action.as_str(), entry.status.as_str())).collect();
    assert!(hers.contains(&("create", "success")) && hers.contains(&("other", "skipped")), "{hers:?}");
    assert_eq!(led(&local.world, &ana.1).await, None);
    local.run().await.expect("a second cycle ends");
    change(&local.world, &bo.0, json!({ "accountEnabled": true })).await;
    local.world.advance(1).await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert_eq!(report.plan.cycle, Cycle::Incremental);
    assert_eq!(led(&local.world, &ana.1).await.as_ref(), Some(&bo.1));
}

#[tokio::test]
async fn a_run_that_is_killed_before_managers_are_written_is_made_good_by_the_next_pass_over_changes() {
    let local = local().await;
    let [ana, bo] = people(&local.world).await;
    change(&local.world, &bo.0, json!({ "accountEnabled": false })).await;
    change(&local.world, &ana.0, json!({ "manager": bo.0 })).await;
    local.run().await.expect("a first cycle ends");
    local.run().await.expect("a second cycle ends");
    change(&local.world, &bo.0, json!({ "accountEnabled": true })).await;
    local.world.advance(1).await;
    let mark = local.world.journal_mark().await;
    let made = async {
        while local.world.goto_writes_since(mark).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    // The account is made, and its reports are not told: from then on nothing changes in Entra any more.
    let lost = json!({ "service": "goto_api", "method": "PATCH", "times": 50, "effect": { "status": { "status": 503 } } });
    local.world.control(Method::POST, "/faults", Some(lost)).await;
    tokio::select! {
        report = local.run() => panic!("it should have been killed: {:?}", report.map(|report| report.outcome.totals)),
        () = made => {}
    }
    local.world.control(Method::DELETE, "/faults", None).await;
    let report = local.run().await.expect("the next cycle ends");
    assert_eq!(report.plan.cycle, Cycle::Incremental);
    assert_eq!(led(&local.world, &ana.1).await.as_ref(), Some(&bo.1));
}

/// A job for any SCIM service provider, over everyone.
async fn entra_job(world: &Practice) -> JobAt {
    let application: ServicePrincipalId = world.custom_application().await.into();
    let graph = world.graph.clone();
    let template = graph.sync_templates(&application).await.expect("templates").remove(0);
    let job = graph.create_sync_job(&application, &template.id).await.expect("it is made").id;
    let pair = |key: &str, value: &str| SecretPair {
        key: SecretKey(key.to_owned()),
        value: usher_auth::Secret::new(value),
    };
    let all = world.endpoints();
    let secrets =
        [pair("BaseAddress", &all.scim), pair("SecretToken", &all.scim_token), pair("SyncAll", "true")];
    graph.put_sync_secrets(&application, &secrets).await.expect("they are kept");
    let at = JobAt { graph, application, job };
    let mut mappings = defaults(Profile::Scim);
    let rows = ["userName", "active", "displayName", "name.givenName", "name.familyName", MANAGER];
    mappings.users.attributes.retain(|row| rows.contains(&&*row.target));
    entra::write_mappings(&at, &mappings).await.expect("they are written");
    at
}

#[tokio::test]
async fn check_14_a_manager_who_is_provisioned_a_cycle_later_is_linked_by_a_restart_in_entra() {
    let world = practice(Dialect::Scim2).await;
    let [ana, bo] = people(&world).await;
    change(&world, &bo.0, json!({ "accountEnabled": false })).await;
    change(&world, &ana.0, json!({ "manager": bo.0 })).await;
    let at = entra_job(&world).await;
    entra::start(&at, false).await.expect("it starts");
    let first = world.cycle_after(&at, None).await.last.expect("a cycle ended");
    assert_eq!(led(&world, &ana.1).await, None);
    let rows = entra::log(&at, &Default::default()).next().await.expect("a log").expect("a page");
    let told = rows.iter().find(|row| {
        let is_ana = row.source.id.as_deref() == Some(ana.0.as_str());
        is_ana
            && row.trouble.as_ref().is_some_and(|told| told.code == "UnableToResolveReferenceAttributeValue")
    });
    assert_eq!(told.expect("the log says so").result, LogResult::Warning);
    change(&world, &bo.0, json!({ "accountEnabled": true })).await;
    world.advance(40).await;
    let second = world.cycle_after(&at, Some(&first)).await.last.expect("a cycle ended");
    assert!(world.goto_users().await.contains_key(&bo.1), "he has an account now");
    assert_eq!(led(&world, &ana.1).await, None, "and nobody looked at her");
    entra::restart(&at, &[ResetScope::Watermark]).await.expect("it restarts");
    world.advance(40).await;
    world.cycle_after(&at, Some(&second)).await;
    assert_eq!(led(&world, &ana.1).await.as_ref(), Some(&bo.1));
}
