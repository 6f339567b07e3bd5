//! Rollout in rings: who may get an account, and that nobody loses one by it.

use super::settled;
use crate::model::{Cycle, ObjectKind, Plan, Value};
use crate::request::Only;
use crate::snapshot::TargetBuilder;
use crate::testkit::World;
use crate::{Decision, Policy, accounts, drift, plan, questions, render, why};

/// Who waits.
fn waiting(plan: &Plan) -> Vec<&str> {
    let skips = plan.skips.iter().filter(|skip| skip.reason.code == "waits-for-ring");
    skips.map(|skip| skip.source.as_str()).collect()
}

/// Ana, Bo and Cy are assigned, Ana and Bo through the assigned group "sales"; nobody is provisioned yet.
fn sales() -> World {
    let mut world = World::default();
    world.unassigned("ana");
    world.unassigned("bo");
    world.assigned("cy");
    world.assigned_group("sales", &["ana", "bo"]);
    world
}

#[test]
fn a_ring_of_one_person_creates_one_and_the_others_wait() {
    let mut world = sales();
    world.only_ring(&["u-cy"]);
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-cy "Cy Doe": in-scope-no-match
        userName: "cy@contoso.com"
        externalId: "u-cy"
        active: true
        name.givenName: "Cy"
        name.familyName: "Doe"
    skip user u-ana "Ana Doe": waits-for-ring
    skip user u-bo "Bo Doe": waits-for-ring
    skip group g-sales "sales": waits-for-ring
    1 create, 3 skip
    "#);
}

#[test]
fn a_ring_of_a_group_lets_the_group_and_its_members_in_and_everybody_follows() {
    let mut world = sales();
    world.only_ring(&["g-sales"]);
    world.settle();
    assert_eq!((world.accounts.len(), world.teams.len()), (2, 1));
    assert_eq!(waiting(&world.plan()), ["u-cy"]);
    world.ring = None;
    assert_eq!(world.plan().counts.create, 1);
}

#[test]
fn who_is_in_a_group_inside_a_group_of_the_ring_is_in_it_where_such_members_count() {
    let mut world = World::default();
    world.assigned("ana");
    world.group("inner", &["ana"]);
    world.group("outer", &[]).members.insert("g-inner".into());
    world.only_ring(&["g-outer"]);
    assert_eq!(waiting(&world.plan()), ["u-ana"]);
    world.policy = Policy { nested_groups: true, ..world.policy };
    assert_eq!(world.plan().counts.create, 1);
    // Groups in a circle come to an end.
    world.group("inner", &["ana"]).members.insert("g-outer".into());
    assert_eq!(world.plan().counts.create, 1);
}

#[test]
fn a_ring_lets_nobody_in_who_is_not_in_scope() {
    let mut world = sales();
    world.unassigned("dee");
    world.only_ring(&["u-dee", "nobody-known"]);
    let plan = world.plan();
    assert!(plan.is_empty(), "{}", render(&plan));
    assert_eq!(waiting(&plan), ["u-ana", "u-bo", "u-cy", "g-sales"]);
}

#[test]
fn a_narrower_ring_disables_nobody_and_who_is_provisioned_goes_on_being_looked_after() {
    let mut world = settled();
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    world.only_ring(&["u-nobody"]);
    assert!(world.plan().is_empty(), "{}", render(&world.plan()));

    world.person("ana").attributes.insert("surname".into(), "Ray".into());
    world.person("bo").roles.clear();
    world.groups.get_mut("sales").expect("it is there").members.remove("u-bo");
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": attributes-differ
        name.familyName: "Doe" -> "Ray"
    2 disable user u-bo = t2 "Bo Doe": not-assigned
        active: true -> false
    3 remove members from group g-sales = t3 "sales": members-left
        - u-bo = t2 "Bo Doe"
    2 update, 1 disable, 1 members removed
    "#);
    world.settle();
    // Who comes back has an account: it is no new one.
    world.person("bo").roles.insert(crate::testkit::ROLE.into());
    assert_eq!(world.plan().counts.update, 1);
}

#[test]
fn whoever_waits_joins_no_group_and_joins_it_with_the_account() {
    let mut world = sales();
    world.only_ring(&["g-sales"]);
    world.settle();
    world.groups.get_mut("sales").expect("it is there").members.insert("u-cy".into());
    world.only_ring(&["u-ana", "u-bo"]);
    let plan = world.plan();
    assert!(plan.is_empty(), "{}", render(&plan));
    assert_eq!(waiting(&plan), ["u-cy"]);
    world.only_ring(&["u-cy"]);
    let plan = world.plan();
    assert_eq!((plan.counts.create, plan.counts.members_added), (1, 1), "{}", render(&plan));
}

#[test]
fn an_account_that_is_there_is_not_adopted_for_who_waits_even_where_a_person_said_so() {
    let mut world = World::default();
    world.assigned("ana");
    let account = world.account("ana@contoso.com");
    world.only_ring(&["u-nobody"]);
    for decided in [None, Some(Decision::Adopt)] {
        world.decisions =
            decided.map(|one| (ObjectKind::User, account.as_str().into(), one)).into_iter().collect();
        let plan = world.plan();
        assert!(plan.is_empty(), "{}", render(&plan));
        assert_eq!(waiting(&plan), ["u-ana"]);
    }
    let found = world.with_request(|request| accounts(request, &plan(request)));
    let because = found.accounts[0].because.as_ref().map(|why| why.code.to_string());
    assert_eq!(because.as_deref(), Some("waits-for-ring"));
    world.only_ring(&["u-ana"]);
    assert_eq!(world.plan().counts.link, 1);
}

#[test]
fn whose_account_somebody_removed_gets_a_new_one_only_in_the_ring_and_it_is_no_drift() {
    let mut world = settled();
    world.accounts.remove("t1");
    world.only_ring(&["u-bo"]);
    let plan = world.plan();
    assert!(plan.is_empty(), "{}", render(&plan));
    assert_eq!(waiting(&plan), ["u-ana"]);
    assert_eq!(world.with_request(|request| drift(request, &plan)), []);
    world.only_ring(&["u-ana"]);
    assert_eq!(world.plan().counts.create, 1);
}

#[test]
fn what_keeps_somebody_from_being_matched_does_not_matter_before_the_ring() {
    let mut world = World::default();
    world.assigned("ana").attributes.remove("userPrincipalName");
    world.assigned("bo");
    world.account("bo@contoso.com");
    world.account("Bo@contoso.com");
    world.only_ring(&[]);
    let plan = world.plan();
    assert_eq!(waiting(&plan), ["u-ana", "u-bo"]);
    assert_eq!(plan.counts.failed, 0, "nobody has to mend what nobody wants yet");
}

#[test]
fn nothing_is_asked_about_who_waits_and_an_unread_account_of_who_is_linked_stays_a_failure() {
    let mut world = settled();
    world.assigned("cy");
    world.only_ring(&["u-nobody"]);
    let mut only = Only::default();
    only.users.extend(["u-ana".into(), "u-cy".into()]);
    world.with_request(|request| {
        let target = TargetBuilder::new(["userName"], ["displayName"]).finish();
        let request =
            crate::Request { target: &target, only: Some(&only), cycle: Cycle::Incremental, ..*request };
        let asked: Vec<String> = questions(&request).iter().map(|one| format!("{one:?}")).collect();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].contains("t1"), "{asked:?}");
        let plan = plan(&request);
        assert_eq!(plan.failures.len(), 1, "{}", render(&plan));
        assert_eq!(waiting(&plan), ["u-cy"]);
    });
}

#[test]
fn the_story_of_who_waits_ends_with_the_ring() {
    let mut world = World::default();
    world.assigned("ana");
    world.only_ring(&["u-nobody"]);
    let told = world.with_request(|request| why(request, &plan(request), ObjectKind::User, "u-ana"));
    let told = told.expect("she is in Entra");
    let scope = told.steps[1].facts.iter().find(|fact| fact.name == "ScopeEvaluationResult");
    assert_eq!(scope.map(|fact| &fact.value), Some(&Value::Boolean(true)), "a ring is not scope");
    assert_eq!(told.steps[3].reasons[0].code, "waits-for-ring");
}
