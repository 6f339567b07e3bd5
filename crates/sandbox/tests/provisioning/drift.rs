//! What is changed at GoTo behind Usher's back is named, and the plan that mends it touches nothing else; accounts that
//! nobody in scope has are found, and strangers are left alone.

use reqwest::Method;
use serde_json::{Value, json};
use usher_plan::{Differs, Mending, Plan, Standing, mended_by};
use usher_runner::{Report, Revision, RunError, Survey, Watch, Work, survey};
use usher_sandbox::Dialect;
use usher_store::Kind;

use crate::help::local::Local;

const STRANGER: &str = "former.contractor@northwind.example";

/// A world in which everybody arrived who can.
async fn settled(dialect: Dialect) -> Local {
    let local = Local::new(dialect).await;
    local.run().await.expect("the first cycle ends");
    local.run().await.expect("the second cycle ends");
    local
}

async fn look(local: &Local, mend: impl FnOnce(&Survey, &Plan) -> Option<Mending>) -> (Survey, Option<Plan>) {
    let revision = Revision { connection: &local.connection, hash: "0" };
    let (_, found, plan) =
        survey(&local.reading, revision, mend, &Watch::silent()).await.expect("both sides can be read");
    (found, plan)
}

/// What differs and can be mended, and the plan for it.
async fn drift(local: &Local) -> (Vec<String>, Option<Plan>) {
    let mending = |found: &Survey, plan: &Plan| {
        Some(Mending { only: mended_by(&found.drift, plan), ..Mending::default() })
    };
    let (found, plan) = look(local, mending).await;
    let differing = found.drift.iter().filter(|one| one.differs.can_be_mended());
    let told = differing.map(|one| {
        let attribute = one.attribute.as_deref().unwrap_or("-");
        format!("{} {:?} {attribute}", one.source, one.differs)
    });
    (told.collect(), plan)
}

async fn apply(local: &Local, plan: Plan) -> Result<Report, RunError> {
    local.work(Work::Approved { plan: Box::new(plan), by: "the test" }).await
}

async fn patch(local: &Local, path: &str, body: Value) -> Value {
    local.world.control(Method::PATCH, path, Some(body)).await.1
}

/// People whom Usher keeps: the user name, and the id in Entra.
async fn kept(local: &Local) -> Vec<(String, String)> {
    let there = local.world.goto_users().await;
    let all = local.world.assigned_directly().await.into_iter().map(|(id, name)| (name, id));
    let all = all.filter(|(name, id)| {
        let link = local.reading.memory.now(|store| store.link_of_source(Kind::User, id));
        there.get(name) == Some(&true) && link.expect("it can be read").is_some()
    });
    all.collect()
}

/// One of them.
async fn somebody(local: &Local) -> (String, String) {
    kept(local).await.into_iter().next().expect("Usher keeps somebody")
}

async fn exactly_what_was_changed_is_named_and_mended(dialect: Dialect) {
    let local = settled(dialect).await;
    assert_eq!(drift(&local).await.0, [] as [String; 0], "Usher has just written everything");
    let (name, id) = somebody(&local).await;
    let family = local.world.goto_user(&name).await["attributes"]["name"]["familyName"].clone();
    let path = format!("/goto/users/{name}");
    patch(&local, &path, json!({ "attributes": { "name": { "familyName": "Boss" } } })).await;
    let (told, plan) = drift(&local).await;
    assert_eq!(told, [format!("{id} Value name.familyName")]);

    // The next change in Entra waits for its cycle, and the plan mends one person.
    let (_, other) = kept(&local).await.into_iter().nth(1).expect("there is somebody else");
    patch(&local, &format!("/people/{other}"), json!({ "department": "Somewhere else" })).await;
    let mark = local.world.journal_mark().await;
    let report = apply(&local, plan.expect("there is something to mend")).await.expect("it is carried out");
    assert!(report.outcome.is_settled());
    let writes = local.world.goto_writes_since(mark).await;
    assert_eq!(writes.len(), 1, "{writes:?}");
    let user = local.world.goto_user(&name).await;
    assert_eq!(user["attributes"]["name"]["familyName"], family);
    assert_eq!(drift(&local).await.0, [] as [String; 0]);

    // The watermark did not move: the other one's change still arrives.
    let report = local.run().await.expect("a cycle ends");
    let updated: Vec<_> = report.plan.operations.iter().filter_map(|one| one.source.as_ref()).collect();
    assert!(updated.iter().any(|id| id.as_str() == other), "{updated:?}");
}

#[tokio::test]
async fn who_was_put_out_of_a_group_is_named_though_another_member_has_no_account_yet() {
    let local = settled(Dialect::Scim2).await;
    let retries = local.reading.memory.now(|store| store.retries()).expect("they can be read");
    let members = local.world.goto_members().await;
    let groups = local.world.control(Method::GET, "/groups", None).await.1["groups"].take();
    let waits =
        |group: &Value| retries.iter().any(|retry| retry.kind == Kind::Group && group["id"] == *retry.source);
    let all = groups.as_array().expect("a list");
    let group = all.iter().find(|group| waits(group)).expect("a group waits for one of its members");
    let (id, name) = (group["id"].as_str().expect("an id"), group["displayName"].as_str().expect("a name"));
    let gone = members[name].first().expect("somebody is in it");
    let removed = json!({ "add": [], "remove": [gone] });
    patch(&local, &format!("/goto/groups/{name}"), removed).await;
    assert_eq!(drift(&local).await.0, [format!("{id} MemberMissing members")]);
}

#[tokio::test]
async fn exactly_what_was_changed_there_is_named_and_mended() {
    exactly_what_was_changed_is_named_and_mended(Dialect::GotoV1).await;
}

#[tokio::test]
async fn exactly_what_was_changed_there_is_named_and_mended_over_scim2() {
    exactly_what_was_changed_is_named_and_mended(Dialect::Scim2).await;
}

#[tokio::test]
async fn a_plan_that_mends_is_refused_when_the_account_changes_again() {
    let local = settled(Dialect::Scim2).await;
    let (name, _) = somebody(&local).await;
    let path = format!("/goto/users/{name}");
    patch(&local, &path, json!({ "attributes": { "active": false } })).await;
    let (told, plan) = drift(&local).await;
    assert_eq!(told.len(), 1, "{told:?}");
    patch(&local, &path, json!({ "attributes": { "active": false, "displayName": "Other" } })).await;
    let mark = local.world.journal_mark().await;
    let refused = apply(&local, plan.expect("there is something to mend")).await;
    assert!(matches!(refused.map(|_| ()), Err(RunError::Stale { .. })));
    assert_eq!(local.world.goto_writes_since(mark).await, [], "nothing was sent");
}

#[tokio::test]
async fn an_account_that_was_removed_there_is_drift_and_comes_back() {
    let local = settled(Dialect::GotoV1).await;
    let (name, id) = somebody(&local).await;
    local.world.control(Method::DELETE, &format!("/goto/users/{name}"), None).await;
    let (told, plan) = drift(&local).await;
    assert!(told.contains(&format!("{id} Gone -")), "{told:?}");
    apply(&local, plan.expect("there is something to mend")).await.expect("it is carried out");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    assert_eq!(drift(&local).await.0, [] as [String; 0]);
}

#[tokio::test]
async fn orphans_are_disabled_by_their_plan_and_strangers_are_never_touched() {
    let local = settled(Dialect::GotoV1).await;
    let (name, _) = somebody(&local).await;
    let teams = local.world.goto_members().await;
    let team = teams.keys().next().expect("a group was provisioned").clone();
    patch(&local, &format!("/goto/groups/{team}"), json!({ "add": [STRANGER] })).await;
    local.world.control(Method::DELETE, &format!("/people/{name}"), None).await;

    let (found, _) = look(&local, |_, _| None).await;
    let of = |standing| {
        let all = found.accounts.accounts.iter().filter(move |account| account.standing == standing);
        all.map(|account| account.name.to_lowercase()).collect::<Vec<_>>()
    };
    assert_eq!(of(Standing::Orphan), std::slice::from_ref(&name));
    assert!(of(Standing::Stranger).contains(&STRANGER.to_owned()), "{:?}", of(Standing::Stranger));
    assert_eq!(found.accounts.memberships.len(), 1, "{:?}", found.accounts.memberships);

    let before = local.world.goto_user(STRANGER).await;
    let mending = |found: &Survey, _: &Plan| {
        let mut mending = Mending::default();
        let orphans = found.accounts.accounts.iter().filter(|account| account.standing == Standing::Orphan);
        mending
            .only
            .users
            .extend(orphans.flat_map(|account| &account.claimants).map(|who| who.source.clone()));
        for group in &found.accounts.memberships {
            mending.only.groups.insert(group.source.clone());
            let members = group.members.iter().filter_map(|member| member.target.clone());
            mending.strangers.insert(group.source.clone(), members.collect());
        }
        Some(mending)
    };
    let (_, plan) = look(&local, mending).await;
    let plan = plan.expect("there is something to do");
    assert_eq!((plan.counts.disable, plan.counts.delete, plan.counts.members_removed), (1, 0, 1));
    let report = apply(&local, plan).await.expect("it is carried out");
    assert!(report.outcome.is_settled());
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false));
    let mut after = local.world.goto_user(STRANGER).await;
    assert!(!after["groups"].as_array().expect("a list").contains(&json!(team)));
    after["groups"] = before["groups"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| **one != json!(team))
        .cloned()
        .collect();
    let mut before = before;
    before["groups"] = after["groups"].clone();
    assert_eq!(after["attributes"], before["attributes"], "the account is as it was");
}

#[tokio::test]
async fn an_orphan_that_a_limit_protects_waits_for_a_person_and_nothing_is_sent_meanwhile() {
    let local = settled(Dialect::GotoV1).await;
    for (name, _) in kept(&local).await.iter().take(6) {
        local.world.control(Method::DELETE, &format!("/people/{name}"), None).await;
    }
    let mending = |found: &Survey, _: &Plan| {
        let mut mending = Mending::default();
        let orphans = found.accounts.accounts.iter().filter(|account| account.standing == Standing::Orphan);
        mending
            .only
            .users
            .extend(orphans.flat_map(|account| &account.claimants).map(|who| who.source.clone()));
        Some(mending)
    };
    let (found, plan) = look(&local, mending).await;
    let plan = plan.expect("there is something to do");
    let orphans =
        found.accounts.accounts.iter().filter(|account| account.standing == Standing::Orphan).count();
    assert!(orphans > 3, "{orphans} are within every limit");
    assert!(plan.guards.iter().any(|guard| guard.guard == "people-losing-access"), "{:?}", plan.guards);
    let any = found.drift.iter().any(|one| one.differs != Differs::CannotClear);
    assert!(!any, "who left Entra is no drift: {:?}", found.drift);
}
