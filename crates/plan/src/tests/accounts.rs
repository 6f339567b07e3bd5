//! Whose the accounts at the service provider are, and what may become of those that nobody in scope has.

use super::settled;
use crate::model::{Mending, ObjectKind, Value};
use crate::render;
use crate::snapshot::Sizes;
use crate::testkit::World;
use crate::{Accounts, Plan, accounts, plan};

fn sorted(world: &World) -> Accounts {
    world.with_request(|request| accounts(request, &plan(request)))
}

/// Kind of standing, account, and whom it has to do with.
fn told(world: &World) -> Vec<String> {
    let all = sorted(world).accounts;
    let line = |account: &crate::Account| {
        let who: Vec<_> = account.claimants.iter().map(|who| who.source.as_str()).collect();
        let because = account.because.as_ref().map_or("-", |because| &*because.code);
        format!("{:?} {} {} {because}", account.standing, account.name, who.join("+"))
    };
    all.iter().map(line).collect()
}

#[test]
fn everybody_is_sorted_by_whose_the_account_is() {
    let mut world = settled();
    world.assigned("cleo");
    world.account("cleo@contoso.com");
    world.assigned("dan");
    world.account("dan@contoso.com");
    world.account("Dan@contoso.com");
    world.assigned("eve");
    world.unassigned("fay");
    world.account("fay@contoso.com");
    world.account("scanner@contoso.com");
    assert_eq!(
        told(&world),
        [
            "Matched cleo@contoso.com u-cleo -",
            "Ambiguous Dan@contoso.com u-dan DuplicateTargetEntries",
            "Ambiguous dan@contoso.com u-dan DuplicateTargetEntries",
            "OutOfScope fay@contoso.com u-fay not-assigned",
            "Stranger scanner@contoso.com  -",
        ]
    );
    let found = sorted(&world);
    assert_eq!((found.managed, found.to_create, found.disabled), (2, 1, 0));
}

#[test]
fn two_people_who_claim_one_account_are_both_named() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo").attributes.insert("userPrincipalName".into(), "ANA@contoso.com".into());
    world.account("ana@contoso.com");
    assert_eq!(told(&world), ["Ambiguous ana@contoso.com u-ana+u-bo DuplicateSourceEntries"]);
}

#[test]
fn a_filter_without_an_answer_makes_nobody_an_orphan() {
    let mut world = settled();
    world.filter("department", "EQUALS", &["Sales"]);
    world.unread.insert("department".to_owned());
    world.unassigned("cleo");
    world.account("cleo@contoso.com");
    let unclear = told(&world);
    assert!(unclear.iter().all(|line| !line.starts_with("Orphan")), "{unclear:?}");
    assert_eq!(sorted(&world).managed, 2);
}

#[test]
fn an_orphan_is_disabled_by_a_plan_about_orphans_and_is_none_afterwards() {
    let mut world = settled();
    world.people.remove("ana");
    world.account("scanner@contoso.com");
    let lines = told(&world);
    assert_eq!(lines, ["Orphan ana@contoso.com u-ana gone-from-entra", "Stranger scanner@contoso.com  -"]);
    let mut mending = Mending::default();
    mending.only.users.insert("u-ana".into());
    let plan = world.with_request(|request| plan(&request.mending(&mending)));
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (mending, practice)
    1 disable user u-ana = t1 "ana@contoso.com": gone-from-entra
        active: true -> false
    1 disable
    "#);
    world.apply(&plan);
    assert_eq!(told(&world), ["Stranger scanner@contoso.com  -"]);
    assert_eq!(sorted(&world).disabled, 1);
}

/// Two people in a group that Usher keeps, and a stranger whom somebody put there.
fn with_stranger() -> (World, String) {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo");
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    let stranger = world.account("scanner@contoso.com");
    world.teams.get_mut("t3").expect("it is there").members.insert(stranger.clone());
    (world, stranger)
}

/// The plan that takes this account out of the group.
fn without(world: &World, account: &str) -> Plan {
    let mut mending = Mending::default();
    mending.only.groups.insert("g-sales".into());
    mending.strangers.entry("g-sales".into()).or_default().insert(account.into());
    world.with_request(|request| plan(&request.mending(&mending)))
}

#[test]
fn a_stranger_leaves_a_group_only_where_a_plan_names_it() {
    let (mut world, stranger) = with_stranger();
    let found = sorted(&world).memberships;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].source.as_str(), &*found[0].members[0].display), ("g-sales", "scanner@contoso.com"));
    assert!(world.plan().is_empty(), "a cycle leaves strangers where they are");

    insta::assert_snapshot!(render(&without(&world, &stranger)), @r#"
    plan for contoso (mending, practice)
    1 remove members from group g-sales = t3 "sales": members-nobody-gave
        - = t4 "scanner@contoso.com"
    1 update, 1 members removed
    "#);
    world.apply(&without(&world, &stranger));
    assert!(sorted(&world).memberships.is_empty());
    assert!(world.accounts.contains_key(&stranger), "the account stays as it is");
}

#[test]
fn somebody_of_entra_in_a_group_to_which_nobody_put_them_is_listed() {
    let (mut world, stranger) = with_stranger();
    world.teams.get_mut("t3").expect("it is there").members.remove(&stranger);
    world.unassigned("carl");
    let carl = world.account("carl@contoso.com");
    world.teams.get_mut("t3").expect("it is there").members.insert(carl.clone());
    let found = sorted(&world).memberships;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(&*found[0].members[0].display, "carl@contoso.com");
    let mended = without(&world, &carl);
    assert_eq!(mended.counts.members_removed, 1, "{}", render(&mended));
    // In the group in Entra, though without a role: that is meant.
    world.groups.get_mut("sales").expect("it is there").members.insert("u-carl".to_owned());
    assert!(sorted(&world).memberships.is_empty());
}

#[test]
fn who_is_protected_or_belongs_in_the_group_does_not_leave_although_a_plan_names_them() {
    let (mut world, stranger) = with_stranger();
    world.guards.protected.push("scanner@*".into());
    let plan = without(&world, &stranger);
    assert!(plan.operations.is_empty(), "{}", render(&plan));
    assert!(plan.notes.iter().any(|note| note.reason.code == "protected-members"));
    let plan = without(&world, "t1");
    assert!(plan.operations.is_empty(), "{}", render(&plan));
}

#[test]
fn strangers_leaving_count_for_the_guard_of_the_group() {
    let (mut world, _) = with_stranger();
    let mut mending = Mending::default();
    mending.only.groups.insert("g-sales".into());
    for number in 0..12 {
        let stranger = world.account(&format!("guest{number}@contoso.com"));
        world.teams.get_mut("t3").expect("it is there").members.insert(stranger.clone());
        mending.strangers.entry("g-sales".into()).or_default().insert(stranger.as_str().into());
    }
    let plan = world.with_request(|request| plan(&request.mending(&mending)));
    let guards: Vec<_> = plan.guards.iter().map(|guard| (guard.guard.as_str(), guard.count)).collect();
    assert_eq!(guards, [("members-leaving-group", 12)]);
}

#[test]
fn a_source_that_shrank_stops_a_plan_about_orphans_like_any_other() {
    let mut world = World::default();
    for number in 0..20 {
        world.assigned(&format!("p{number}"));
    }
    world.settle();
    world.last_read = Some(Sizes { people: 20, ..Sizes::default() });
    world.people.clear();
    let all = sorted(&world).accounts;
    assert_eq!(all.len(), 20);
    let mut mending = Mending::default();
    mending
        .only
        .users
        .extend(all.iter().flat_map(|account| &account.claimants).map(|who| who.source.clone()));
    let plan = world.with_request(|request| plan(&request.mending(&mending)));
    let guards: Vec<_> = plan.guards.iter().map(|guard| guard.guard.as_str()).collect();
    assert_eq!(guards, ["implausible-shrinkage", "people-losing-access"]);
}

#[test]
fn groups_are_sorted_too_and_never_disabled() {
    let (mut world, _) = with_stranger();
    world.groups.get_mut("sales").expect("it is there").roles.clear();
    let mut extra = crate::testkit::Account::default();
    extra.attributes.insert("displayName".into(), Value::Text("Old team".into()));
    world.teams.insert("t9".into(), extra);
    let found = sorted(&world).accounts;
    let groups: Vec<_> = found.iter().filter(|account| account.kind == ObjectKind::Group).collect();
    let told: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.standing)).collect();
    assert_eq!(told, [("sales", crate::Standing::Orphan), ("Old team", crate::Standing::Stranger)]);
}
