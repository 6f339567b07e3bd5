//! What a person decided about accounts that were there before: adopted, left alone, or waiting.

use super::{planned, settled};
use crate::model::{Mending, ObjectKind, Plan, Value};
use crate::testkit::World;
use crate::{Decision, ExistingAccounts, plan, render};

fn decide(world: &mut World, account: &str, decision: Decision) {
    decide_of(world, ObjectKind::User, account, decision);
}

fn decide_of(world: &mut World, kind: ObjectKind, account: &str, decision: Decision) {
    world.decisions = [(kind, account.into(), decision)].into_iter().collect();
}

/// Ana is in scope and has an account already.
fn with_ana() -> (World, String) {
    let mut world = World::default();
    world.assigned("ana");
    let account = world.account("ana@contoso.com");
    (world, account)
}

fn skipped(plan: &Plan) -> Vec<String> {
    plan.skips.iter().map(|skip| format!("{} {}", skip.source, skip.reason.code)).collect()
}

#[test]
fn a_left_account_is_never_written_and_no_second_one_is_made() {
    let (mut world, account) = with_ana();
    decide(&mut world, &account, Decision::Leave);
    let plan = world.plan();
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": account-left account="ana@contoso.com"
    1 skip
    "#);

    // Nor when she leaves, nor its memberships.
    world.assigned_group("sales", &["ana"]);
    world.settle();
    world.teams.get_mut("t2").expect("it was made").members.insert(account.clone());
    world.person("ana").roles.clear();
    world.groups.get_mut("sales").expect("it is there").members.clear();
    assert!(world.plan().is_empty(), "{}", render(&world.plan()));
    let mut mending = Mending::default();
    mending.only.groups.insert("g-sales".into());
    mending.strangers.entry("g-sales".into()).or_default().insert(account.as_str().into());
    let mended = world.with_request(|request| plan_of(request, &mending));
    assert!(mended.is_empty(), "{}", render(&mended));
}

fn plan_of(request: &crate::Request<'_>, mending: &Mending) -> Plan {
    plan(&request.mending(mending))
}

#[test]
fn an_account_that_usher_keeps_and_a_person_leaves_is_not_written_any_more() {
    let mut world = settled();
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    decide(&mut world, "t1", Decision::Leave);
    world.person("ana").attributes.insert("surname".into(), "Ray".into());
    assert_eq!(skipped(&world.plan())[0], "u-ana account-left");
    assert!(world.plan().is_empty());
    world.person("ana").roles.clear();
    world.groups.get_mut("sales").expect("it is there").members.remove("u-ana");
    let plan = world.plan();
    assert!(plan.is_empty(), "{}", render(&plan));
}

#[test]
fn a_connection_that_asks_waits_for_a_decision() {
    let (mut world, account) = with_ana();
    world.assigned("bo");
    world.guards.existing_accounts = ExistingAccounts::Ask;
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-bo "Bo Doe": in-scope-no-match
        userName: "bo@contoso.com"
        externalId: "u-bo"
        active: true
        name.givenName: "Bo"
        name.familyName: "Doe"
    skip user u-ana "Ana Doe": account-undecided account="ana@contoso.com"
    1 create, 1 skip
    "#);
    let waiting = world.plan().hash;
    decide(&mut world, &account, Decision::Adopt);
    let adopted = world.plan();
    assert_eq!(adopted.counts.link, 1);
    assert_ne!(adopted.hash, waiting);
}

#[test]
fn later_waits_also_where_accounts_are_adopted_without_asking_and_the_hash_tells() {
    let (mut world, account) = with_ana();
    let before = world.plan();
    assert_eq!(before.counts.link, 1);
    decide(&mut world, &account, Decision::Later);
    assert_eq!(skipped(&world.plan()), ["u-ana account-undecided"]);
    decide(&mut world, &account, Decision::Adopt);
    let after = world.plan();
    assert_eq!(after.operations, before.operations);
    assert_ne!(after.hash, before.hash, "what was decided is part of what is approved");
    assert!(crate::same_decision(&before, &after).is_err());
}

#[test]
fn of_several_accounts_the_adopted_one_is_meant_or_the_one_that_is_not_left() {
    for decision in [Decision::Adopt, Decision::Leave] {
        let plan = planned(|world| {
            world.assigned("ana");
            let one = world.account("ana@contoso.com");
            let other = world.account("Ana@contoso.com");
            assert_eq!((one.as_str(), other.as_str()), ("t1", "t2"));
            decide(world, if decision == Decision::Adopt { "t2" } else { "t1" }, decision);
        });
        assert!(plan.contains("1 link user u-ana = t2"), "{plan}");
        assert!(!plan.contains("t1"), "{plan}");
    }
}

#[test]
fn somebody_out_of_scope_loses_an_account_only_once_a_person_adopted_it() {
    let mut world = settled();
    world.unassigned("fay");
    let account = world.account("fay@contoso.com");
    assert!(world.plan().is_empty());
    decide(&mut world, &account, Decision::Adopt);
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 link user u-fay = t3 "Fay Doe": matched attribute="userName" value="fay@contoso.com"
    2 disable user u-fay = t3 "Fay Doe": not-assigned
        active: true -> false
    1 link, 1 disable, 2 in step
    "#);
    world.settle();
    assert_eq!(world.accounts[&account].attributes["active"], Value::Boolean(false));
    // It counts for the guards, and an incomplete read withholds it.
    world
        .accounts
        .get_mut(&account)
        .expect("it is there")
        .attributes
        .insert("active".into(), Value::Boolean(true));
    world.links.remove(&(ObjectKind::User, "u-fay".to_owned()));
    world.interrupted.insert(crate::SourcePart::Users);
    let withheld = world.plan();
    assert_eq!((withheld.counts.disable, withheld.guards.len()), (0, 1), "{}", render(&withheld));
}

#[test]
fn an_account_that_somebody_else_is_linked_to_is_not_adopted_twice() {
    let mut world = settled();
    world.unassigned("fay").attributes.insert("userPrincipalName".into(), "ana@contoso.com".into());
    decide(&mut world, "t1", Decision::Adopt);
    assert!(world.plan().is_empty(), "{}", render(&world.plan()));
}

#[test]
fn a_left_group_keeps_its_name_and_its_members() {
    let mut world = settled();
    let mut team = crate::testkit::Account::default();
    team.attributes.insert("displayName".into(), Value::Text("sales".into()));
    team.members.insert("t2".into());
    world.teams.insert("t9".into(), team);
    world.assigned_group("sales", &["ana"]);
    assert_eq!(world.plan().counts.link, 1);
    decide_of(&mut world, ObjectKind::Group, "t9", Decision::Leave);
    let plan = world.plan();
    assert!(plan.is_empty(), "{}", render(&plan));
    assert!(skipped(&plan).contains(&"g-sales account-left".to_owned()));
}
