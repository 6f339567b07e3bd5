//! Groups and their members.

use super::planned;
use crate::model::EntraObjectId;
use crate::policy::Policy;
use crate::render;
use crate::request::Only;
use crate::snapshot::{SourcePart, TargetPart};
use crate::testkit::World;
use usher_mapping::Profile;

/// Ana and Bo in the assigned group "sales", provisioned and in step.
fn settled() -> World {
    let mut world = World::default();
    world.unassigned("ana");
    world.unassigned("bo");
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    world
}

fn replanned(change: impl FnOnce(&mut World)) -> String {
    let mut world = settled();
    change(&mut world);
    render(&world.plan())
}

#[test]
fn a_group_is_created_empty_and_then_filled_with_people_who_are_created_too() {
    let plan = planned(|world| {
        world.unassigned("ana");
        world.assigned_group("sales", &["ana"]);
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        externalId: "u-ana"
        active: true
        name.givenName: "Ana"
        name.familyName: "Doe"
    2 create group g-sales "sales": in-scope-no-match
        displayName: "sales"
        externalId: "g-sales"
    3 add members to group g-sales "sales": members-joined
        + u-ana "Ana Doe"
    2 create, 1 members added
    "#);
}

#[test]
fn one_who_joins_and_one_who_leaves_are_one_change_each() {
    let plan = replanned(|world| {
        world.assigned("carla");
        world.assigned("bo");
        world.settle();
        world.assigned_group("sales", &["ana", "carla"]);
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 remove members from group g-sales = t3 "sales": members-left
        - u-bo = t2 "Bo Doe"
    2 add members to group g-sales = t3 "sales": members-joined
        + u-carla = t4 "Carla Doe"
    1 update, 1 members added, 1 members removed, 3 in step
    "#);
}

#[test]
fn members_whom_usher_does_not_manage_stay_and_are_reported() {
    let plan = replanned(|world| {
        let stranger = world.account("stranger@contoso.com");
        world.teams.get_mut("t3").expect("sales").members.insert(stranger);
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    note group g-sales = t3: unmanaged-members count="1"
    3 in step
    "#);
}

#[test]
fn who_is_disabled_but_still_a_member_in_entra_stays_a_member() {
    let plan = replanned(|world| world.person("ana").enabled = false);
    assert!(plan.contains("disable user u-ana") && !plan.contains("members"), "{plan}");
}

#[test]
fn who_is_gone_from_entra_leaves_the_group() {
    let plan = replanned(|world| {
        world.people.remove("ana");
        world.groups.get_mut("sales").expect("it is there").members.remove("u-ana");
    });
    assert!(
        plan.contains("remove members from group g-sales = t3") && plan.contains("- u-ana = t1"),
        "{plan}"
    );
}

#[test]
fn members_who_are_not_provisioned_are_left_out_and_counted() {
    let plan = replanned(|world| {
        world.unassigned("carla").enabled = false;
        world.groups.get_mut("sales").expect("it is there").members.insert("u-carla".into());
    });
    assert!(plan.contains(r#"note group g-sales = t3: members-not-provisioned count="1""#), "{plan}");
    assert!(!plan.contains("add members"), "{plan}");
}

#[test]
fn an_incomplete_read_withholds_leaving_members_but_not_joining_ones() {
    let plan = replanned(|world| {
        world.assigned("carla");
        world.interrupted.insert(SourcePart::Members);
        world.assigned_group("sales", &["ana", "carla"]);
        world.assigned("bo");
    });
    assert!(plan.contains("add members to group g-sales") && !plan.contains("remove members"), "{plan}");
    assert!(plan.contains("guard incomplete-read: 1 of"), "{plan}");
}

#[test]
fn without_knowing_the_members_at_the_target_nothing_is_changed_there() {
    let plan = replanned(|world| {
        world.target_interrupted.insert(TargetPart::Members);
        world.groups.get_mut("sales").expect("it is there").members.remove("u-ana");
        world.assigned("ana");
    });
    assert!(!plan.contains("remove members") && plan.contains("members-withheld"), "{plan}");
}

#[test]
fn a_group_out_of_scope_stays_as_it_is() {
    let plan = replanned(|world| {
        world.assigned("ana");
        world.assigned("bo");
        world.groups.get_mut("sales").expect("it is there").roles.clear();
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    skip group g-sales "sales": left-in-place because="not-assigned"
    1 skip, 2 in step
    "#);
}

#[test]
fn microsofts_service_deletes_a_group_out_of_scope_only_where_deletes_are_on_and_the_guard_asks() {
    let plan = |deletes: bool| {
        replanned(|world| {
            world.policy = Policy { removals: crate::RemovalLimit::Guards, ..Policy::entra(Profile::Goto) };
            world.guards.groups.delete = deletes;
            world.mappings.groups.actions.delete = deletes;
            world.assigned("ana");
            world.assigned("bo");
            world.groups.remove("sales");
        })
    };
    assert!(plan(false).contains("delete-switched-off"), "{}", plan(false));
    assert!(plan(true).contains("delete group g-sales = t3"), "{}", plan(true));
    assert!(plan(true).contains("guard group-deletions: 1 of 1, limit 0, needs approval"), "{}", plan(true));
}

#[test]
fn a_group_that_once_was_provisioned_is_left_when_groups_are_switched_off() {
    let plan = replanned(|world| world.mappings.groups.enabled = false);
    assert!(plan.contains(r#"skip group g-sales "sales": left-in-place because="groups-off""#), "{plan}");
}

#[test]
fn a_group_that_is_too_large_to_be_written_is_refused() {
    let plan = planned(|world| {
        world.capabilities.largest_group = Some(1);
        world.unassigned("ana");
        world.unassigned("bo");
        world.assigned_group("sales", &["ana", "bo"]);
    });
    assert!(plan.contains(r#"fail group g-sales "sales": group-too-large limit="1" members="2""#), "{plan}");
    assert!(!plan.contains("add members"), "{plan}");
}

#[test]
fn a_renamed_group_is_found_by_its_link() {
    let plan =
        replanned(|world| world.groups.get_mut("sales").expect("it is there").display = "Field".into());
    assert!(plan.contains(r#"displayName: "sales" -> "Field""#) && plan.contains("1 update"), "{plan}");
}

#[test]
fn on_demand_looks_at_the_named_objects_only() {
    let on_demand = |only: Only| {
        replanned(|world| {
            world.assigned("carla");
            world.assigned("dan");
            world.person("bo").enabled = false;
            let team = world.groups.get_mut("sales").expect("it is there");
            team.members.extend(["u-carla".to_owned(), "u-dan".to_owned()]);
            world.only = Some(only);
        })
    };
    let users = [EntraObjectId::from("u-carla")].into_iter().collect();
    let one = on_demand(Only { users, ..Only::default() });
    insta::assert_snapshot!(one, @r#"
    plan for contoso (on demand, practice)
    1 create user u-carla "Carla Doe": in-scope-no-match
        userName: "carla@contoso.com"
        externalId: "u-carla"
        active: true
        name.givenName: "Carla"
        name.familyName: "Doe"
    1 create
    "#);
    let users = [EntraObjectId::from("u-carla")].into_iter().collect();
    let groups = [EntraObjectId::from("g-sales")].into_iter().collect();
    let group = on_demand(Only { users, groups });
    assert!(
        group.contains("add members") && group.contains("+ u-carla") && !group.contains("+ u-dan"),
        "{group}"
    );
    assert!(!group.contains("- u-"), "{group}");
}
