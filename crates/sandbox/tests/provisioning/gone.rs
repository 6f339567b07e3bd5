//! What was removed and is made again: accounts and groups at the service provider, found by a cycle over changes, with
//! everything that hung on them; people in Entra, who are new people.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use usher_plan::Only;
use usher_runner::Work;
use usher_sandbox::Dialect;
use usher_store::{Choice, Kind};

use crate::help::local::Local;

async fn settled() -> Local {
    let local = Local::new(Dialect::Scim2).await;
    for _ in 0..2 {
        local.run().await.expect("a cycle ends");
    }
    local
}

/// A group of several people at GoTo: its name and members.
async fn team(local: &Local) -> (String, BTreeSet<String>) {
    let all = local.world.goto_members().await.into_iter();
    all.max_by_key(|(_, members)| members.len()).expect("there is a group")
}

/// The id in Entra of whatever has this name.
async fn id_of(local: &Local, what: &str, name: &str) -> String {
    let all = local.world.control(Method::GET, &format!("/{what}"), None).await.1[what].take();
    let all = all.as_array().expect("it is a list").clone();
    let is = |one: &Value, key: &str| one[key].as_str().is_some_and(|text| text.eq_ignore_ascii_case(name));
    let found = all.iter().find(|one| is(one, "displayName") || is(one, "userPrincipalName"));
    found.expect("it is there")["id"].as_str().expect("it has an id").to_owned()
}

async fn change(local: &Local, method: Method, path: &str, body: Option<Value>) {
    let (status, said) = local.world.control(method, path, body).await;
    assert!((200..300).contains(&status), "{status} {said}");
}

async fn remove_group(local: &Local, name: &str) {
    let groups = local.world.control(Method::GET, "/goto/groups", None).await.1;
    let groups = groups.as_array().expect("it is a list").clone();
    assert!(groups.iter().any(|group| group["attributes"]["displayName"] == name), "it is there");
    change(local, Method::DELETE, &format!("/goto/groups/{name}"), None).await;
}

#[tokio::test]
async fn a_person_who_is_made_again_is_in_their_groups_again() {
    let local = settled().await;
    let before = local.world.goto_members().await;
    let (_, members) = team(&local).await;
    let name = members.first().expect("it has members").clone();
    change(&local, Method::DELETE, &format!("/goto/users/{name}"), None).await;
    let id = id_of(&local, "people", &name).await;
    change(&local, Method::PATCH, &format!("/people/{id}"), Some(json!({ "department": "Elsewhere" }))).await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert!(report.outcome.is_settled());
    assert_eq!(local.world.goto_members().await, before);
}

#[tokio::test]
async fn a_group_that_is_made_again_has_all_its_members_again() {
    let local = settled().await;
    let before = local.world.goto_members().await;
    let (name, _) = team(&local).await;
    remove_group(&local, &name).await;
    let id = id_of(&local, "groups", &name).await;
    let renamed = format!("{name} (new)");
    change(&local, Method::PATCH, &format!("/groups/{id}"), Some(json!({ "displayName": renamed }))).await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert!(report.outcome.is_settled());
    let mut expected = before;
    let members = expected.remove(&name).expect("it was there");
    expected.insert(renamed, members);
    assert_eq!(local.world.goto_members().await, expected);
}

#[tokio::test]
async fn after_somebody_is_made_again_on_demand_the_next_cycle_looks_at_everyone() {
    let local = settled().await;
    let before = local.world.goto_members().await;
    let (_, members) = team(&local).await;
    let name = members.first().expect("it has members").clone();
    change(&local, Method::DELETE, &format!("/goto/users/{name}"), None).await;
    let only =
        Only { users: [id_of(&local, "people", &name).await.as_str().into()].into(), ..Only::default() };
    let report = local.work(Work::OnDemand(&only)).await.expect("it is done");
    assert!(report.outcome.is_settled());
    assert!(local.world.goto_users().await.contains_key(&name));
    local.run().await.expect("the next cycle ends");
    assert_eq!(local.world.goto_members().await, before);
}

/// Provisions one person between two cycles.
async fn on_demand(local: &Local, id: &str) {
    let only = Only { users: [id.into()].into(), ..Only::default() };
    let report = local.work(Work::OnDemand(&only)).await.expect("it is done");
    assert!(report.outcome.is_settled());
}

/// Gives somebody an assignment of their own, or takes it away.
async fn assign(local: &Local, id: &str, assigned: bool) {
    if assigned {
        let body = json!({ "principalId": id, "role": "User" });
        change(local, Method::POST, "/assignments", Some(body)).await;
    } else {
        change(local, Method::DELETE, &format!("/assignments/{id}"), None).await;
    }
}

#[tokio::test]
async fn what_was_done_on_demand_and_taken_back_before_the_next_cycle_is_taken_back() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    assign(&local, &id, false).await;
    on_demand(&local, &id).await;
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false));
    assign(&local, &id, true).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true), "they are assigned as before");

    assign(&local, &id, false).await;
    local.run().await.expect("a cycle ends");
    assign(&local, &id, true).await;
    on_demand(&local, &id).await;
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    assign(&local, &id, false).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false), "nobody is left with access");
}

#[tokio::test]
async fn who_gets_an_account_on_demand_is_in_their_groups_after_the_next_cycle() {
    let local = settled().await;
    let expected = local.world.goto_members().await;
    let (_, members) = team(&local).await;
    let name = members.first().expect("it has members").clone();
    let local = Local::new(Dialect::Scim2).await;
    let id = id_of(&local, "people", &name).await;
    let enabled = |enabled: bool| Some(json!({ "accountEnabled": enabled }));
    change(&local, Method::PATCH, &format!("/people/{id}"), enabled(false)).await;
    for _ in 0..2 {
        local.run().await.expect("a cycle ends");
    }
    assert!(!local.world.goto_users().await.contains_key(&name));
    change(&local, Method::PATCH, &format!("/people/{id}"), enabled(true)).await;
    on_demand(&local, &id).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_members().await, expected);
}

/// Deletes a person in Entra and makes another one of the same name, who is assigned. Gives the new id.
async fn made_again_in_entra(local: &Local, id: &str, name: &str) -> String {
    change(local, Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
    let person = json!({ "userPrincipalName": name, "displayName": "Namesake", "givenName": "Name",
        "surname": "Sake", "mail": name });
    let made = local.world.control(Method::POST, "/people", Some(person)).await.1;
    let new = made["id"].as_str().expect("it has an id").to_owned();
    let assignment = json!({ "principalId": new, "role": "User" });
    change(local, Method::POST, "/assignments", Some(assignment)).await;
    new
}

#[tokio::test]
async fn somebody_made_again_in_entra_gets_the_account_where_a_person_says_so_and_once() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    let memory = &local.reading.memory;
    let link = memory.now(|store| store.link_of_source(Kind::User, &id)).expect("it can be read");
    let account = link.expect("they are linked").target;
    let holder = || memory.now(|store| store.link_of_target(Kind::User, &account)).expect("it can be read");
    let decide = || {
        let decisions = [(Kind::User, account.clone(), Some(Choice::Adopt))];
        let at = (local.reading.clock)();
        memory.now(|store| store.decide(&decisions, "ana", at)).expect("it is noted");
    };
    let new = made_again_in_entra(&local, &id, &name).await;
    let report = local.run().await.expect("a cycle ends");
    let why = report.plan.failures.iter().map(|failure| &*failure.reason.code).collect::<Vec<_>>();
    assert!(why.contains(&"account-kept-for-another"), "{why:?}");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false), "who is gone has lost access");

    decide();
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    assert_eq!(holder().expect("somebody has it").source, new);

    let newer = made_again_in_entra(&local, &new, &name).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(
        local.world.goto_users().await.get(&name),
        Some(&false),
        "the decision was about the first one"
    );
    assert_ne!(holder().map(|link| link.source), Some(newer));
}

/// Makes a group in Entra and assigns it.
async fn make_group(local: &Local, name: &str, members: &[String]) {
    let group = json!({ "displayName": name, "members": members });
    let made = local.world.control(Method::POST, "/groups", Some(group)).await.1;
    let assignment = json!({ "principalId": made["id"], "role": "User" });
    change(local, Method::POST, "/assignments", Some(assignment)).await;
}

#[tokio::test]
async fn a_group_that_is_made_again_in_entra_later_takes_over_the_one_that_is_there() {
    let local = settled().await;
    let people = local.world.assigned_directly().await;
    let there = local.world.goto_users().await;
    let mut people = people.into_iter().filter(|(_, name)| there.get(name) == Some(&true));
    let [(stays, name), (leaves, _)] = [(); 2].map(|()| people.next().expect("two people have accounts"));
    make_group(&local, "Pilot", &[stays.clone(), leaves]).await;
    local.run().await.expect("a cycle over changes ends");
    let group = id_of(&local, "groups", "Pilot").await;
    change(&local, Method::DELETE, &format!("/groups/{group}?purge=true"), None).await;
    local.run().await.expect("a cycle over changes ends");
    make_group(&local, "Pilot", &[stays]).await;
    let report = local.run().await.expect("a cycle over changes ends");
    assert_eq!(report.plan.failures, []);
    assert_eq!(
        local.world.goto_members().await.get("Pilot"),
        Some(&BTreeSet::from([name])),
        "nobody else is left in it"
    );
}

#[tokio::test]
async fn a_group_whose_name_another_one_in_scope_has_is_told_so() {
    let local = settled().await;
    let (name, _) = team(&local).await;
    make_group(&local, &name, &[]).await;
    let report = local.run().await.expect("a cycle over changes ends");
    let why = report.plan.failures.iter().map(|failure| &*failure.reason.code).collect::<Vec<_>>();
    assert_eq!(why, ["DuplicateSourceEntries"]);
    let plan = report.plan.operations;
    assert!(plan.is_empty(), "whoever is asked for besides is in step: {plan:?}");
}
