//! The Entra runner against the practice world, whose provisioning service really provisions, over real connections.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use usher_auth::Secret;
use usher_graph::{
    JobState, LogFilter, OnDemandResult, Patience, ResetScope, ScheduleState, SecretKey, SecretPair, UserId,
};
use usher_mapping::Source;
use usher_runner::entra::{
    self, Credentials, EntraError, Kept, LogAction, LogResult, Note, QuarantineReason, RunEnd,
};
use usher_sandbox::{Dialect, Options};

use crate::help::{practice, practice_with};

fn quick() -> Patience {
    let millis = Duration::from_millis;
    Patience { first: millis(1), longest: millis(5), cap: millis(20) }
}

#[tokio::test]
async fn set_up_writes_settings_before_anybody_authorises_and_never_again_by_itself() {
    let world = practice(Dialect::GotoV1).await;
    let mut connection = world.connection();
    let plan = entra::plan_setup(&world.graph, &connection).await.unwrap();
    assert_eq!((plan.job.is_none(), plan.template.id.as_str(), plan.is_done()), (true, "goto", false));
    let keys: Vec<&str> = plan.settings.iter().map(|setting| setting.key).collect();
    assert_eq!(keys, ["SyncAll", "SyncNotificationSettings"]);
    let done = entra::apply_setup(&world.graph, &connection, Credentials::Keep).await.unwrap();
    assert_eq!((done.made, done.credentials), (true, Kept::Untouched));
    let stored = world.secrets().await;
    assert_eq!(stored["SyncAll"], "false");
    let notice: Value = serde_json::from_str(stored["SyncNotificationSettings"].as_str().unwrap()).unwrap();
    assert_eq!(
        notice,
        json!({ "Enabled": true, "Recipients": "it@northwind.example", "DeleteThresholdEnabled": true,
            "DeleteThresholdValue": 10 })
    );
    // Again: nothing is left to do, and the same job is used.
    let again = entra::apply_setup(&world.graph, &connection, Credentials::Keep).await.unwrap();
    assert_eq!((again.made, again.at.job, again.settings), (false, done.at.job.clone(), Vec::new()));
    let waiting = entra::wait_for_authorization(&done.at, quick(), &CancellationToken::new()).await;
    assert!(matches!(waiting, Err(EntraError::NotAuthorized { .. })), "{waiting:?}");
    let patience = Patience { cap: Duration::from_secs(30), ..quick() };
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    let ended = entra::wait_for_authorization(&done.at, patience, &cancelled).await;
    assert!(matches!(ended, Err(EntraError::Cancelled)), "{ended:?}");
    // Whoever waits hears of it as soon as a person has authorised.
    let never = CancellationToken::new();
    let (waited, ()) =
        tokio::join!(entra::wait_for_authorization(&done.at, patience, &never), world.authorize());
    waited.unwrap();
    // What is stored is the same still: nothing is sent. A change would drop the tokens, which nobody can send back.
    entra::apply_setup(&world.graph, &connection, Credentials::Keep).await.unwrap();
    connection.scope.assigned_only = false;
    let refused = entra::apply_setup(&world.graph, &connection, Credentials::Keep).await;
    let Err(EntraError::WouldDropCredentials { settings, hidden }) = refused else { panic!("{refused:?}") };
    assert_eq!((settings, hidden.len()), (vec!["SyncAll"], 2));
    entra::prove_authorization(&done.at).await.unwrap();
    let forced = entra::apply_setup(&world.graph, &connection, Credentials::MayDrop).await.unwrap();
    assert!(matches!(forced.credentials, Kept::Lost(_)), "{:?}", forced.credentials);
    assert!(world.secrets().await.values().all(|value| value != "*"), "no mask was stored");
}

#[tokio::test]
async fn a_lost_reply_never_makes_a_second_job() {
    let world = practice(Dialect::GotoV1).await;
    let lost = json!({ "service": "graph", "method": "POST", "path_contains": "/synchronization/jobs", "times": 1,
        "effect": "lose_reply" });
    world.control(Method::POST, "/faults", Some(lost)).await;
    let done = entra::apply_setup(&world.graph, &world.connection(), Credentials::Keep).await.unwrap();
    let jobs = world.graph.sync_jobs(&done.at.application).await.unwrap();
    let requests = world.control(Method::GET, "/journal?service=graph&method=POST", None).await.1;
    let asked = requests["requests"].as_array().unwrap().iter();
    assert_eq!(asked.filter(|entry| entry["path"].as_str().unwrap().ends_with("/jobs")).count(), 1);
    assert_eq!((jobs.len(), done.made), (1, true));
    assert_eq!(entra::JobAt::find(&world.graph, &world.connection()).await.unwrap().job, jobs[0].id);
}

#[tokio::test]
async fn an_application_that_is_not_gotos_and_a_missing_one_are_told_apart() {
    let world = practice(Dialect::GotoV1).await;
    let mut connection = world.connection();
    connection.notice.email.clear();
    let plan = entra::plan_setup(&world.graph, &connection).await.unwrap();
    assert_eq!(plan.notes, [Note::NobodyIsTold]);
    connection.scope.application = String::new();
    let error = entra::plan_setup(&world.graph, &connection).await.unwrap_err();
    assert_eq!(error.code(), "application-not-chosen");
    connection.scope.application = "00000000-0000-0000-0000-00000000dead".to_owned();
    let error = entra::plan_setup(&world.graph, &connection).await.unwrap_err();
    assert_eq!(error.code(), "entra-sync-refused");
    connection.scope.application = world.custom_application().await;
    let error = entra::plan_setup(&world.graph, &connection).await.unwrap_err();
    let EntraError::NoTemplate { found } = error else { panic!("{error:?}") };
    assert_eq!(found, ["customappsso"]);
}

#[tokio::test]
async fn mappings_are_written_and_read_and_unknown_fields_survive() {
    let world = practice(Dialect::GotoV1).await;
    let mut connection = world.connection();
    let at = entra::apply_setup(&world.graph, &connection, Credentials::Keep).await.unwrap().at;
    let first = entra::write_mappings(&at, &connection.mappings).await.unwrap();
    assert!(first.changed);
    assert_eq!(entra::import_mappings(&at).await.unwrap().mappings, connection.mappings);
    let schema = at.graph.sync_schema(&at.application, &at.job).await.unwrap();
    let group = &schema["synchronizationRules"][0]["objectMappings"][0];
    assert_eq!(group["practiceUndocumentedField"], json!({ "keep": "me" }));
    assert_eq!(schema["provisioningTaskIdentifier"], first.backup["provisioningTaskIdentifier"]);
    let version = schema["version"].clone();
    assert!(!entra::write_mappings(&at, &connection.mappings).await.unwrap().changed);
    let row = connection.mappings.users.attributes.iter_mut().find(|row| row.target == "name.givenName");
    row.unwrap().source = Source::Constant("Ana".to_owned());
    let second = entra::write_mappings(&at, &connection.mappings).await.unwrap();
    assert!(second.changed && second.backup["version"] == version, "PUT only when different");
    entra::restore_schema(&at, &second.backup).await.unwrap();
    let back = entra::import_mappings(&at).await.unwrap().mappings;
    assert_ne!(back, connection.mappings);
}

async fn everybody_arrives(dialect: Dialect) {
    let world = practice(dialect).await;
    let before = world.goto_users().await;
    let at = world.set_up().await;
    assert!(entra::start(&at, true).await.is_err_and(|error| error.code() == "local-runner-on"));
    assert!(entra::start(&at, false).await.unwrap());
    let status = world.cycle_after(&at, None).await;
    let last = status.last.clone().unwrap();
    assert_eq!((status.code, status.schedule), (JobState::Active, ScheduleState::Active), "{last:?}");
    assert!(matches!(last.end, RunEnd::Succeeded | RunEnd::WithErrors), "{last:?}");
    let refused = entra::refuse_local_runner(&world.graph, &world.connection()).await;
    assert!(matches!(refused, Err(EntraError::EntraRunnerOn)));

    // Everyone who should be there is, and nobody else came.
    let wanted = world.should_be_in_goto().await;
    assert!(wanted.len() > 20, "a world with too few people proves little: {}", wanted.len());
    let failures = world.failed(&at).await;
    let there = world.goto_users().await;
    let active: BTreeSet<String> =
        there.iter().filter(|(_, active)| **active).map(|(name, _)| name.clone()).collect();
    let missing: Vec<_> = wanted.difference(&active).filter(|name| !failures.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let came: BTreeSet<_> = there.keys().filter(|name| !before.contains_key(*name)).collect();
    let uninvited: Vec<_> = came.iter().filter(|name| !wanted.contains(**name)).collect();
    assert!(uninvited.is_empty(), "{uninvited:?}");
    assert!(failures.len() * 4 < wanted.len(), "{failures:?}");
    assert_eq!(world.goto_members().await, world.should_be_members(&there, &failures).await);

    // Forty minutes later, with nothing changed: a cycle, and no write.
    let mark = world.journal_mark().await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&last)).await;
    let quiet = status.last.clone().unwrap();
    assert_eq!((quiet.written, quiet.errors), (0, last.errors), "{quiet:?}");
    // What failed was tried again, and refused again.
    let again = world.goto_writes_since(mark).await;
    assert!(again.iter().all(|(status, _)| *status >= 400), "{again:?}");

    // One change: exactly one request. What failed twice waits longer, and tokens that are too old were renewed.
    let name = active.intersection(&wanted).next().unwrap().clone();
    world.control(Method::PATCH, &format!("/people/{name}"), Some(json!({ "surname": "Changed" }))).await;
    let mark = world.journal_mark().await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&quiet)).await;
    assert_eq!(status.last.as_ref().unwrap().written, 1);
    let writes = world.goto_writes_since(mark).await;
    assert!(matches!(&writes[..], [(200 | 204, _)]), "{writes:?}");

    // Off: no further cycle.
    assert!(entra::pause(&at).await.unwrap());
    assert!(!entra::is_active(&at).await.unwrap());
    entra::refuse_local_runner(&world.graph, &world.connection()).await.unwrap();
    let shown = entra::status(&at).await.unwrap();
    assert_eq!((shown.code, shown.next), (JobState::Paused, None));
    let mark = world.journal_mark().await;
    world.advance(120).await;
    assert_eq!(entra::status(&at).await.unwrap().last, shown.last);
    assert_eq!(world.goto_requests_since(mark).await.len(), 0);
    assert_eq!(shown.objects["User"], i64::try_from(wanted.len() - failures.len()).unwrap());
}

#[tokio::test]
async fn everybody_who_should_be_in_goto_is_there() {
    everybody_arrives(Dialect::GotoV1).await;
}

#[tokio::test]
async fn everybody_who_should_be_in_goto_is_there_over_scim2() {
    everybody_arrives(Dialect::Scim2).await;
}

#[tokio::test]
async fn the_same_world_ends_the_same_at_goto() {
    let end = async || {
        let world = practice(Dialect::GotoV1).await;
        let at = world.set_up().await;
        entra::start(&at, false).await.unwrap();
        world.cycle_after(&at, None).await;
        [
            world.control(Method::GET, "/goto/users", None).await,
            world.control(Method::GET, "/goto/groups", None).await,
        ]
    };
    assert_eq!(end().await, end().await);
}

#[tokio::test]
async fn one_person_on_demand_in_both_published_shapes() {
    let world = practice(Dialect::GotoV1).await;
    let at = world.set_up().await;
    let names: Vec<String> = {
        let there = world.goto_users().await;
        world.should_be_in_goto().await.into_iter().filter(|name| !there.contains_key(name)).collect()
    };
    let id = async |name: &str| {
        let (_, person) = world.control(Method::GET, &format!("/people/{name}"), None).await;
        UserId::from(person["id"].as_str().unwrap().to_owned())
    };
    let one = entra::provision_person(&at, id(&names[0]).await).await.unwrap();
    assert_eq!((&one.outcome.result, one.paused), (&OnDemandResult::Success, false), "{:?}", one.outcome);
    assert_eq!(one.outcome.action.as_deref(), Some("Create"));
    assert!(world.goto_users().await[&names[0]]);
    assert!(!world.goto_users().await.contains_key(&names[1]), "nobody else was touched");

    world.control(Method::PATCH, "/graph", Some(json!({ "on_demand_list": true }))).await;
    let second = entra::provision_person(&at, id(&names[1]).await).await.unwrap();
    assert_eq!(second.outcome.result, OnDemandResult::Success, "{:?}", second.outcome);

    // A job that is on is stopped meanwhile, and on again afterwards.
    entra::start(&at, false).await.unwrap();
    world.cycle_after(&at, None).await;
    let third = entra::provision_person(&at, id(&names[1]).await).await.unwrap();
    assert_eq!((&third.outcome.result, third.paused), (&OnDemandResult::Skipped, true));
    assert_eq!(third.outcome.error_code.as_deref(), Some("RedundantExport"));
    assert!(entra::is_active(&at).await.unwrap());
    // Where it cannot be switched on again, that is what is said, with what had been done.
    let refuse = json!({ "service": "graph", "method": "POST", "path_contains": "/start", "times": 1,
        "effect": { "status": { "status": 403 } } });
    world.control(Method::POST, "/faults", Some(refuse)).await;
    let left_off = entra::provision_person(&at, id(&names[1]).await).await.unwrap_err();
    let EntraError::NotSwitchedOn { outcome: Some(_), .. } = &left_off else { panic!("{left_off:?}") };
    assert!(!entra::is_active(&at).await.unwrap());
    entra::start(&at, false).await.unwrap();
    let nobody = UserId::from("00000000-0000-0000-0000-00000000dead".to_owned());
    let failed = entra::provision_person(&at, nobody).await.unwrap();
    assert_eq!(failed.outcome.result, OnDemandResult::Failure);
    assert!(entra::is_active(&at).await.unwrap());
}

#[tokio::test]
async fn too_many_deletions_are_held_back_until_a_person_lets_them_through() {
    let world = practice(Dialect::GotoV1).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.unwrap();
    let last = world.cycle_after(&at, None).await.last.unwrap();
    let active = async || world.goto_users().await.values().filter(|active| **active).count();
    let (before, wanted) = (active().await, world.should_be_in_goto().await);
    let there: Vec<String> = world.goto_users().await.into_keys().collect();
    // Eleven people are disabled; the limit is ten.
    for name in there.iter().filter(|name| wanted.contains(*name)).take(11) {
        let off = json!({ "accountEnabled": false });
        world.control(Method::PATCH, &format!("/people/{name}"), Some(off)).await;
    }
    let mark = world.journal_mark().await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&last)).await;
    let quarantine = status.quarantine.expect("a quarantine");
    assert_eq!((status.code, quarantine.reason), (JobState::Quarantine, QuarantineReason::TooManyDeletes));
    assert!(status.next.is_some());
    assert_eq!((active().await, world.goto_writes_since(mark).await.len()), (before, 0));
    let filter = LogFilter { action: Some("stagedDelete".to_owned()), ..LogFilter::default() };
    let rows = entra::log(&at, &filter).next().await.unwrap().unwrap();
    assert!(
        rows.len() >= 11 && rows.iter().all(|row| row.action == LogAction::StagedDelete),
        "{}",
        rows.len()
    );
    let together = [ResetScope::ForceDeletes, ResetScope::Watermark];
    let refused = entra::restart(&at, &together).await.unwrap_err();
    assert_eq!(refused.code(), "force-deletes-alone");
    let held = status.last.unwrap();
    entra::restart(&at, &[ResetScope::ForceDeletes]).await.unwrap();
    let status = world.cycle_after(&at, Some(&held)).await;
    assert_eq!((status.quarantine, status.code), (None, JobState::Active));
    assert_eq!(active().await, before - rows.len());
    let rows = entra::log(&at, &LogFilter::default()).next().await.unwrap().unwrap();
    let disabled =
        |row: &&entra::LogRow| row.action == LogAction::Disable && row.result == LogResult::Success;
    assert_eq!(rows.iter().find(disabled).unwrap().changes[0].attribute, "active");
}

#[tokio::test]
async fn lost_credentials_put_the_job_into_quarantine_until_somebody_authorises_again() {
    let world = practice(Dialect::GotoV1).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.unwrap();
    let last = world.cycle_after(&at, None).await.last.unwrap();
    world.revoke_goto().await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&last)).await;
    let quarantine = status.quarantine.expect("a quarantine");
    assert_eq!(quarantine.reason, QuarantineReason::Credentials);
    assert!(quarantine.text.is_some());
    let lost = entra::prove_authorization(&at).await;
    assert!(matches!(lost, Err(EntraError::NotAuthorized { .. })), "{lost:?}");
    world.authorize().await;
    entra::prove_authorization(&at).await.unwrap();
    let failed = status.last.unwrap();
    assert!(entra::start(&at, false).await.unwrap(), "a start lifts the quarantine");
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&failed)).await;
    assert_eq!((status.quarantine, status.failures_in_a_row), (None, 0));
}

#[tokio::test]
async fn whoever_leaves_the_scope_is_disabled_and_no_longer_managed() {
    let world = practice(Dialect::GotoV1).await;
    let at = world.set_up().await;
    let direct = world.assigned_directly().await;
    entra::start(&at, false).await.unwrap();
    let last = world.cycle_after(&at, None).await.last.unwrap();
    let (id, name) = &direct[0];
    assert!(world.goto_users().await[name]);
    world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&last)).await;
    assert!(!world.goto_users().await[name]);
    // No longer managed: deleting the account for good sends nothing.
    let mark = world.journal_mark().await;
    world.control(Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
    world.advance(40).await;
    world.cycle_after(&at, status.last.as_ref()).await;
    assert!(world.goto_writes_since(mark).await.is_empty());
}

#[tokio::test]
async fn everyone_means_everyone_and_a_person_who_comes_back_is_active_again() {
    let world = practice(Dialect::Scim2).await;
    let mut connection = world.connection();
    connection.scope.assigned_only = false;
    let at = world.set_up_with(&connection).await;
    assert_eq!(world.secrets().await["SyncAll"], "true");
    entra::start(&at, false).await.unwrap();
    let first = world.cycle_after(&at, None).await;
    let (everybody, assigned) = (world.enabled().await, world.should_be_in_goto().await);
    assert!(everybody.len() > assigned.len() + 5, "{} {}", everybody.len(), assigned.len());
    let (there, failed) = (world.goto_users().await, world.failed(&at).await);
    let missing: Vec<_> =
        everybody.iter().filter(|name| !there.contains_key(*name) && !failed.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");

    let name =
        everybody.iter().find(|name| there.get(*name) == Some(&true) && !failed.contains(*name)).unwrap();
    let mut last = first.last;
    for enabled in [false, true] {
        let change = json!({ "accountEnabled": enabled });
        world.control(Method::PATCH, &format!("/people/{name}"), Some(change)).await;
        world.advance(40).await;
        let status = world.cycle_after(&at, last.as_ref()).await;
        assert_eq!((world.goto_users().await[name], status.last.as_ref().unwrap().written), (enabled, 1));
        last = status.last;
    }
}

#[tokio::test]
async fn who_leaves_may_be_left_alone_and_settings_of_others_survive_a_set_up() {
    let world = practice(Dialect::GotoV1).await;
    let application = world.connection().scope.application.into();
    let skip = SecretPair::new(SecretKey::SKIP_OUT_OF_SCOPE_DELETIONS, Secret::new("True"));
    let notice = json!({ "Enabled": false, "HumanResourcesLookaheadQueryEnabled": true }).to_string();
    let notice = SecretPair::new(SecretKey::SYNC_NOTIFICATION_SETTINGS, Secret::new(notice));
    world.graph.put_sync_secrets(&application, &[skip, notice]).await.unwrap();
    let at = world.set_up().await;
    let stored = world.secrets().await;
    let notice: Value = serde_json::from_str(stored["SyncNotificationSettings"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&notice["HumanResourcesLookaheadQueryEnabled"], &notice["Enabled"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(stored["SkipOutOfScopeDeletions"], "True");
    let direct = world.assigned_directly().await;
    entra::start(&at, false).await.unwrap();
    let last = world.cycle_after(&at, None).await.last.unwrap();
    let (id, name) = &direct[0];
    world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    world.advance(40).await;
    let status = world.cycle_after(&at, Some(&last)).await;
    assert_eq!((world.goto_users().await[name], status.last.unwrap().written), (true, 0));
}

#[tokio::test]
async fn what_is_changed_at_goto_is_mended_by_a_restart_only() {
    let world = practice(Dialect::Scim2).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.unwrap();
    let first = world.cycle_after(&at, None).await.last.unwrap();
    let (_, name) = world.assigned_directly().await.remove(0);
    let given = async || world.goto_user(&name).await["attributes"]["name"]["givenName"].clone();
    let right = given().await;
    let wrong = json!({ "attributes": { "name": { "givenName": "Wrong" } } });
    world.control(Method::PATCH, &format!("/goto/users/{name}"), Some(wrong)).await;
    world.advance(40).await;
    let second = world.cycle_after(&at, Some(&first)).await.last.unwrap();
    assert_eq!((given().await, second.written), (json!("Wrong"), 0));
    entra::restart(&at, &[ResetScope::Watermark]).await.unwrap();
    let third = world.cycle_after(&at, Some(&second)).await.last.unwrap();
    assert_eq!((given().await, third.written), (right, 1));
}

/// The world as `usher demo` has it: real time, and GoTo's limit of ten requests a second.
#[tokio::test]
async fn the_first_cycle_keeps_to_gotos_limit() {
    let world = practice_with(Options { users: 20, ..Options::default() }).await;
    let at = world.set_up().await;
    entra::start(&at, false).await.unwrap();
    let last = world.cycle_after(&at, None).await.last.unwrap();
    assert!(last.written > 5, "{last:?}");
    let (wanted, there, failed) =
        (world.should_be_in_goto().await, world.goto_users().await, world.failed(&at).await);
    assert!(wanted.iter().all(|name| there.contains_key(name) || failed.contains(name)));
    let all = world.control(Method::GET, "/journal?service=goto_api", None).await.1;
    let all = all["requests"].as_array().unwrap();
    let refused = all.iter().filter(|entry| entry["status"] == 429).count();
    assert_eq!(refused, 0, "of {} requests", all.len());
}
