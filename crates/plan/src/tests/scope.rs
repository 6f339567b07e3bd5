//! Who is considered.

use super::{planned, replanned};
use crate::policy::Policy;
use crate::testkit::World;
use crate::{Considered, DEFAULT_ACCESS};
use usher_mapping::Profile;

#[test]
fn an_assigned_person_is_created_and_an_unassigned_one_is_not() {
    let plan = planned(|world| {
        world.assigned("ana");
        world.unassigned("bo");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        externalId: "u-ana"
        active: true
        name.givenName: "Ana"
        name.familyName: "Doe"
    skip user u-bo "Bo Doe": not-assigned
    1 create, 1 skip
    "#);
}

#[test]
fn with_everyone_in_scope_nobody_needs_an_assignment() {
    let plan = planned(|world| {
        world.assigned_only = false;
        world.unassigned("bo");
    });
    assert!(plan.contains("1 create user u-bo"), "{plan}");
}

#[test]
fn a_disabled_person_is_never_created() {
    let plan = planned(|world| world.assigned("ana").enabled = false);
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": disabled-in-entra
    1 skip
    "#);
}

#[test]
fn under_a_policy_that_creates_disabled_people_they_come_inactive_and_stay_so() {
    let mut world = World::default();
    world.assigned("ana").enabled = false;
    world.policy.create_disabled = true;
    let first = world.plan();
    assert!(crate::render(&first).contains("active: false"), "{}", crate::render(&first));
    world.apply(&first);
    assert!(world.plan().operations.is_empty(), "{}", crate::render(&world.plan()));
}

#[test]
fn members_of_an_assigned_group_are_assigned() {
    let plan = planned(|world| {
        world.unassigned("ana");
        world.assigned_group("sales", &["ana"]);
        world.mappings.groups.enabled = false;
    });
    assert!(plan.contains("1 create user u-ana"), "{plan}");
}

#[test]
fn members_of_a_group_inside_an_assigned_group_are_not() {
    let plan = planned(|world| {
        world.unassigned("ana");
        world.group("inner", &["ana"]);
        world.assigned_group("outer", &[]).members.insert("g-inner".into());
        world.mappings.groups.enabled = false;
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": nested-group-only group="g-outer"
    1 skip
    "#);
}

#[test]
fn unless_the_policy_expands_nested_groups_even_when_they_contain_each_other() {
    let plan = planned(|world| {
        world.policy.nested_groups = true;
        world.unassigned("ana");
        world.group("inner", &["ana"]).members.insert("g-outer".into());
        world.assigned_group("outer", &[]).members.insert("g-inner".into());
    });
    assert!(plan.contains("create user u-ana") && plan.contains("    + u-ana"), "{plan}");
}

#[test]
fn only_security_groups_pass_an_assignment_on() {
    let plan = planned(|world| {
        world.unassigned("ana");
        world.assigned_group("sales", &["ana"]).security = false;
        world.mappings.groups.enabled = false;
    });
    assert!(plan.contains("skip user u-ana \"Ana Doe\": not-assigned"), "{plan}");
}

#[test]
fn default_access_entitles_unless_the_profile_wants_a_real_role() {
    let world = |policy: Policy| {
        planned(|world| {
            world.policy = policy;
            world.unassigned("ana").roles.insert(DEFAULT_ACCESS.into());
        })
    };
    let goto = world(Policy::local(Profile::Goto));
    assert!(goto.contains("create user u-ana"), "{goto}");
    let meeting = world(Policy::local(Profile::Gotomeeting));
    assert!(meeting.contains(r#"NotEffectivelyEntitled role="Default Access""#), "{meeting}");
}

#[test]
fn a_role_that_the_application_does_not_have_is_a_broken_assignment() {
    let plan = planned(|world| {
        world.unassigned("ana").roles.insert("role-of-yesterday".into());
    });
    assert!(plan.contains(r#"NotEffectivelyEntitled role="role-of-yesterday""#), "{plan}");
}

#[test]
fn a_second_assignment_keeps_a_person_in_scope() {
    let plan = replanned(|world| {
        world.person("ana").roles.clear();
        world.assigned_group("sales", &["ana"]);
        world.mappings.groups.enabled = false;
    });
    assert!(!plan.contains("disable"), "{plan}");
}

#[test]
fn who_is_considered_before_any_filter_is_asked_goes_by_the_rules_of_the_plan() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo").enabled = false;
    world.unassigned("carla");
    world.unassigned("dan");
    world.assigned_group("team", &["dan"]);
    // It would leave everybody out, and is not asked here.
    world.filter("department", "EQUALS", &["Nowhere"]);
    let (source, policy) = (world.source(), Policy::local(Profile::Goto));
    let considered = Considered::new(&source, &policy, true, true);
    let told: Vec<String> = source
        .users()
        .map(|user| {
            let place = considered.user(user);
            let out = place.out.map_or("considered".to_owned(), |reason| reason.code.into_owned());
            let via = place.via.map_or("", |group| group.id());
            format!("{} {out} direct={} via={via}", user.id(), place.direct)
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    u-ana considered direct=true via=
    u-bo disabled-in-entra direct=true via=
    u-carla not-assigned direct=false via=
    u-dan considered direct=false via=g-team
    "#);
}
