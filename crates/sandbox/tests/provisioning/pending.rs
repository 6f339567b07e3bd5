//! Deletes that wait, over real connections: whoever is removed from Entra for good is disabled at once and deleted when the
//! period has passed, after a person approved it, and never while somebody keeps the account.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use usher_plan::{Action, PendingState, Plan};
use usher_runner::{RunError, Work};
use usher_sandbox::Dialect;
use usher_store::{
    AuditEntry, Decision, Kind, Leavers, LogQuery, NewPendingDelete, PendingDelete, SourceChange,
};

use crate::help::local::Local;

const DAY: u32 = 24 * 60;

/// Everybody arrived, and deleting is switched on.
async fn deleting(dialect: Dialect) -> Local {
    let mut local = Local::new(dialect).await;
    local.connection.guards.users.delete = true;
    local.connection.guards.groups.delete = true;
    local.connection.mappings.users.actions.delete = true;
    local.connection.mappings.groups.actions.delete = true;
    local.run().await.expect("a first cycle ends");
    local.run().await.expect("a second cycle ends");
    local
}

/// Two people of the tenant who have accounts of their own: id and user name.
async fn two(local: &Local) -> [(String, String); 2] {
    let mut people = local.world.assigned_directly().await;
    let there = local.world.goto_users().await;
    people.retain(|(_, name)| there.get(name) == Some(&true));
    people.truncate(2);
    people.try_into().expect("two people")
}

async fn purge(local: &Local, id: &str) {
    local.world.control(Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
}

fn pending(local: &Local) -> Vec<PendingDelete> {
    local.reading.memory.now(|store| store.pending_deletes().expect("they can be read"))
}

fn keep(local: &Local, id: &str) {
    let (at, about) = (now(local), [(Kind::User, id.to_owned())]);
    let entry = |_: &PendingDelete| AuditEntry {
        at,
        who: "anna".to_owned(),
        action: "pending-delete-kept".to_owned(),
        ticket: None,
        plan: None,
        body: "{}".to_owned(),
    };
    let decided = |store: &usher_store::Store| {
        store.decide_pending_deletes(&about, Decision::Keep { by: "anna" }, at, entry)
    };
    local.reading.memory.now(decided).expect("it waits");
}

fn now(local: &Local) -> Timestamp {
    (local.reading.clock)()
}

fn deletes(plan: &Plan) -> Vec<&str> {
    let deletes = plan.operations.iter().filter(|operation| operation.action == Action::Delete);
    deletes.filter_map(|operation| Some(operation.source.as_ref()?.as_str())).collect()
}

/// The plan that a guard holds back.
async fn guarded(local: &Local) -> Plan {
    match local.run().await {
        Err(RunError::Guarded(plan)) => *plan,
        other => panic!("a guard should have asked: {:?}", other.map(|report| report.plan.counts)),
    }
}

/// What the provisioning log says of somebody, as codes, oldest first.
fn told(local: &Local, id: &str) -> Vec<String> {
    let query = LogQuery { object: Some(id.to_owned()), ..LogQuery::default() };
    let page = local.reading.memory.now(|store| store.log(&query, None, 100).expect("it can be read"));
    let code = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).expect("it is JSON");
        body["reason"]["code"].as_str().expect("a code").to_owned()
    };
    page.records.iter().rev().map(|record| code(&record.entry.body)).collect()
}

async fn waits_and_is_deleted(dialect: Dialect) {
    let local = deleting(dialect).await;
    let [(gone, gone_name), (kept, kept_name)] = two(&local).await;
    for id in [&gone, &kept] {
        purge(&local, id).await;
    }
    local.world.advance(40).await;
    let began = now(&local);
    local.run().await.expect("a cycle ends");
    let there = local.world.goto_users().await;
    assert_eq!((there.get(&gone_name), there.get(&kept_name)), (Some(&false), Some(&false)));
    let waiting = pending(&local);
    assert_eq!(waiting.len(), 2);
    for one in &waiting {
        assert_eq!((one.since, one.due), (began, began + SignedDuration::from_hours(30 * 24)));
    }
    let said = told(&local, &gone);
    assert_eq!(said[said.len() - 2..], ["hard-deleted", "delete-pending"], "{said:?}");
    keep(&local, &kept);

    // By cycles over changes: Entra says nothing more of either of them.
    let mark = local.world.journal_mark().await;
    for _ in 0..5 {
        local.world.advance(6 * DAY - 60).await;
        let report = local.run().await.expect("a cycle ends");
        assert_eq!(deletes(&report.plan), Vec::<&str>::new(), "at {}", now(&local));
    }
    let plan = local.cycle(true).await.expect("nobody is deleted by reading everything anew").plan;
    assert_eq!(deletes(&plan), Vec::<&str>::new());
    local.world.advance(5 * 60).await;
    let plan = guarded(&local).await;
    assert_eq!(deletes(&plan), [gone.as_str()]);
    let writes = local.world.goto_writes_since(mark).await;
    assert!(!writes.iter().any(|(_, request)| request.starts_with("DELETE")), "{writes:?}");

    let report =
        local.work(Work::Approved { plan: Box::new(plan), by: "anna" }).await.expect("it is approved");
    assert!(report.outcome.is_settled());
    let there = local.world.goto_users().await;
    assert_eq!((there.get(&gone_name), there.get(&kept_name)), (None, Some(&false)));
    assert_eq!(pending(&local).iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), [kept.as_str()]);
    local.world.advance(400 * DAY).await;
    let report = local.cycle(true).await.expect("a cycle ends");
    assert_eq!(deletes(&report.plan), Vec::<&str>::new(), "who is kept stays for good");
}

#[tokio::test]
async fn whoever_is_removed_from_entra_is_deleted_after_the_period_and_whom_somebody_keeps_never() {
    waits_and_is_deleted(Dialect::GotoV1).await;
}

#[tokio::test]
async fn whoever_is_removed_from_entra_is_deleted_after_the_period_over_scim2() {
    waits_and_is_deleted(Dialect::Scim2).await;
}

#[tokio::test]
async fn an_approved_plan_is_refused_once_somebody_keeps_the_account() {
    let local = deleting(Dialect::Scim2).await;
    let [(gone, name), _] = two(&local).await;
    purge(&local, &gone).await;
    local.run().await.expect("a cycle ends");
    local.world.advance(31 * DAY).await;
    let plan = guarded(&local).await;
    keep(&local, &gone);
    let mark = local.world.journal_mark().await;
    let refused = local.work(Work::Approved { plan: Box::new(plan), by: "anna" }).await;
    assert!(matches!(refused, Err(RunError::Stale { .. })), "{:?}", refused.err());
    assert_eq!(local.world.goto_writes_since(mark).await, []);
    let report = local.cycle(true).await.expect("nothing is left to decide");
    assert_eq!(deletes(&report.plan), Vec::<&str>::new());
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false));
}

#[tokio::test]
async fn without_the_switches_nobody_waits() {
    let mut local = deleting(Dialect::Scim2).await;
    local.connection.mappings.users.actions.delete = false;
    local.run().await.expect("a cycle ends");
    let [(gone, name), _] = two(&local).await;
    purge(&local, &gone).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(pending(&local), []);
    local.world.advance(400 * DAY).await;
    let report = local.cycle(true).await.expect("a cycle ends");
    assert_eq!(deletes(&report.plan), Vec::<&str>::new());
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false));
}

/// Writes down that somebody waits since day 0, whatever Entra says.
fn pretend(local: &Local, id: &str) {
    let since = now(local);
    let new = NewPendingDelete {
        kind: Kind::User,
        source: id.to_owned(),
        display: "Somebody".to_owned(),
        code: "hard-deleted".to_owned(),
        since,
        due: since,
    };
    let leavers = Leavers { begin: vec![new], ..Leavers::default() };
    local.reading.memory.now(|store| store.note_leavers(&leavers)).expect("it is noted");
}

#[tokio::test]
async fn whoever_entra_lists_again_is_off_the_list_and_the_log_says_so() {
    let local = deleting(Dialect::Scim2).await;
    let [(back, name), _] = two(&local).await;
    pretend(&local, &back);
    local.world.advance(400 * DAY).await;
    let report = local.run().await.expect("nobody is deleted");
    let states: Vec<_> = report.plan.pending.iter().map(|pending| pending.state).collect();
    assert_eq!((states, pending(&local)), (vec![PendingState::Ends], Vec::new()));
    assert_eq!(told(&local, &back).last().map(String::as_str), Some("delete-no-longer-pending"));
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
}

#[tokio::test]
async fn nobody_is_deleted_whom_entra_still_has_when_asked() {
    let mut local = deleting(Dialect::Scim2).await;
    local.connection.guards.people_deletions = 10;
    local.connection.guards.delete_grace_days = 0;
    local.run().await.expect("a cycle ends");
    let [(there, name), _] = two(&local).await;
    // What is remembered of Entra has lost somebody.
    let lost =
        SourceChange { kind: "users".to_owned(), remove: vec![there.clone()], ..SourceChange::default() };
    let forget = |store: &usher_store::Store| store.change_source(&[lost], &Default::default());
    local.reading.memory.now(forget).expect("it is forgotten");
    pretend(&local, &there);
    local.world.advance(40).await;
    let refused = local.run().await;
    assert!(matches!(refused, Err(RunError::IncompleteRead)), "{:?}", refused.map(|report| report.plan));
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    let report = local.cycle(true).await.expect("everything is read again");
    assert_eq!((deletes(&report.plan), pending(&local)), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_group_that_no_longer_exists_waits_and_asks() {
    let local = deleting(Dialect::Scim2).await;
    let groups = local.reading.memory.now(|store| store.links(Kind::Group).expect("they can be read"));
    let gone = groups.first().expect("there are groups").source.clone();
    local.world.control(Method::DELETE, &format!("/groups/{gone}"), None).await;
    local.world.advance(40).await;
    let mark = local.world.journal_mark().await;
    // Who was in scope through the group loses access with it: that is decided first.
    match local.run().await {
        Err(RunError::Guarded(plan)) => {
            let work = Work::Approved { plan, by: "anna" };
            local.work(work).await.expect("it is approved");
        }
        other => drop(other.expect("a cycle ends")),
    }
    assert_eq!(pending(&local).iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), [gone.as_str()]);
    local.world.advance(5 * DAY).await;
    local.run().await.expect("it waits");
    local.world.advance(26 * DAY).await;
    let plan = guarded(&local).await;
    assert_eq!(deletes(&plan), [gone.as_str()]);
    assert_eq!(
        plan.guards.iter().map(|guard| &*guard.guard).collect::<Vec<_>>(),
        [usher_plan::GROUP_DELETIONS]
    );
    let writes = local.world.goto_writes_since(mark).await;
    assert!(!writes.iter().any(|(_, request)| request.starts_with("DELETE")), "{writes:?}");
}

#[tokio::test]
async fn a_cycle_that_is_killed_forgets_nobody_who_begins_to_wait() {
    let local = deleting(Dialect::Scim2).await;
    let people = two(&local).await;
    for (id, _) in &people {
        purge(&local, id).await;
    }
    local.world.advance(40).await;
    let mark = local.world.journal_mark().await;
    let something_is_written = async {
        while local.world.goto_writes_since(mark).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        report = local.run() => drop(report.expect("it may be quicker than the kill")),
        () = something_is_written => {}
    }
    local.run().await.expect("the next cycle ends");
    assert_eq!(pending(&local).len(), 2);
}
