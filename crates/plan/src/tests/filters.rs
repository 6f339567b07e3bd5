//! Scoping filters: who is let in, who drops out, and that a filter that fails changes nothing for anybody (T9 of the
//! threat model).

use super::{replanned, settled};
use crate::policy::OutOfScope;
use crate::render;
use crate::snapshot::SourcePart;
use crate::testkit::World;

fn in_department(world: &mut World, name: &str, department: &str) {
    world.person(name).attributes.insert("department".into(), department.into());
}

/// Ana in Sales, Bo in Support, both provisioned and in step.
fn sales_and_support() -> World {
    let mut world = settled();
    in_department(&mut world, "ana", "Sales");
    in_department(&mut world, "bo", "Support");
    world.settle();
    world
}

/// Nobody loses access: nothing is disabled or deleted, and who has no answer fails by name.
fn nothing_is_taken_away(world: &World, failure: &str) {
    let plan = world.plan();
    let shown = render(&plan);
    assert_eq!((plan.counts.disable, plan.counts.delete, plan.counts.members_removed), (0, 0, 0), "{shown}");
    assert!(shown.contains(failure) && !shown.contains("filtered-out"), "{shown}");
}

#[test]
fn who_does_not_pass_is_not_created_and_the_reason_names_the_clause() {
    let mut world = World::default();
    world.assigned("ana");
    in_department(&mut world, "ana", "Sales");
    world.assigned("bo");
    in_department(&mut world, "bo", "Support");
    world.assigned("carla");
    world.filter("department", "EQUALS", &["Support"]);
    let shown = render(&world.plan());
    assert!(shown.contains("1 create user u-bo"), "{shown}");
    insta::assert_snapshot!(shown.lines().filter(|line| line.starts_with("skip")).collect::<Vec<_>>().join("\n"), @r#"
    skip user u-ana "Ana Doe": filtered-out actual="Sales" attribute="department" has="value" operator="equals" title="filter 1" value="Support"
    skip user u-carla "Carla Doe": filtered-out actual="" attribute="department" has="nothing" operator="equals" title="filter 1" value="Support"
    "#);
}

#[test]
fn filters_come_after_assignment_and_role() {
    let mut world = World::default();
    world.unassigned("ana");
    world.filter("department", "EQUALS", &["Support"]);
    assert!(render(&world.plan()).contains(r#"skip user u-ana "Ana Doe": not-assigned"#));
    world.assigned_only = false;
    assert!(render(&world.plan()).contains(r#"skip user u-ana "Ana Doe": filtered-out"#));
}

#[test]
fn who_drops_out_is_disabled_like_any_leaver_and_comes_back() {
    let mut world = sales_and_support();
    world.filter("department", "EQUALS", &["Support"]);
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-ana = t1 "Ana Doe": filtered-out actual="Sales" attribute="department" has="value" operator="equals" title="filter 1" value="Support"
        active: true -> false
    1 disable, 1 in step
    "#);
    world.settle();
    assert!(world.plan().operations.is_empty());
    world.filter("department", "EQUALS", &["Sales"]);
    let back = render(&world.plan());
    assert!(back.contains(r#"1 update user u-ana = t1 "Ana Doe": re-enabled"#), "{back}");
}

#[test]
fn guards_count_who_drops_out() {
    let mut world = World::default();
    for name in ["ana", "bo", "carla", "dan", "eva", "finn", "gina", "hal"] {
        world.assigned(name);
        in_department(&mut world, name, "Sales");
    }
    world.settle();
    world.filter("department", "EQUALS", &["Support"]);
    let shown = render(&world.plan());
    assert!(shown.contains("8 disable") && shown.contains("guard people-losing-access: 8 of 8"), "{shown}");
}

#[test]
fn leaving_people_in_place_holds_for_filters_too() {
    let mut world = sales_and_support();
    world.policy.out_of_scope = OutOfScope::Leave;
    world.filter("department", "EQUALS", &["Support"]);
    let shown = render(&world.plan());
    assert!(
        shown.contains(r#"left-in-place because="filtered-out""#) && !shown.contains("disable"),
        "{shown}"
    );
}

#[test]
fn people_who_are_disabled_in_entra_have_to_pass_too_where_a_policy_creates_them() {
    let mut world = World::default();
    world.policy.create_disabled = true;
    world.assigned("ana").enabled = false;
    world.filter("department", "EQUALS", &["Support"]);
    let shown = render(&world.plan());
    assert!(shown.contains("filtered-out") && !shown.contains("create"), "{shown}");
}

#[test]
fn a_filter_on_groups_looks_at_groups_alone() {
    let mut world = World::default();
    world.unassigned("ana");
    world.assigned_group("GOTO-Sales", &["ana"]);
    world.assigned_group("HR", &["ana"]);
    world.filter("displayName", "REGEX MATCH", &["^GOTO-.*$"]);
    world.mappings.groups.scope = std::mem::take(&mut world.mappings.users.scope);
    let shown = render(&world.plan());
    assert!(shown.contains("create user u-ana") && shown.contains("create group g-GOTO-Sales"), "{shown}");
    assert!(shown.contains(r#"skip group g-HR "HR": filtered-out"#), "{shown}");
}

#[test]
fn a_pattern_that_runs_out_of_steps_fails_that_person_alone_and_takes_nothing_away() {
    for operator in ["REGEX MATCH", "NOT REGEX MATCH"] {
        let mut world = sales_and_support();
        in_department(&mut world, "ana", &("a".repeat(40) + "!"));
        world.settle();
        world.assigned_group("team", &["ana", "bo"]);
        world.settle();
        world.filter("department", operator, &["(a|aa)+$"]);
        world.filter("department", "EQUALS", &["Support"]);
        nothing_is_taken_away(
            &world,
            r#"fail user u-ana "Ana Doe": filter-failed attribute="department" code="FILTER-STEPS""#,
        );
    }
}

#[test]
fn a_value_of_another_type_fails_that_person_alone_and_takes_nothing_away() {
    let mut world = sales_and_support();
    world.assigned("carla");
    for name in ["ana", "bo", "carla"] {
        world.person(name).attributes.insert("extension_a_level".into(), "five".into());
    }
    world.filter("extension_a_level", "Greater_Than", &["3"]);
    nothing_is_taken_away(
        &world,
        r#"fail user u-ana "Ana Doe": filter-failed attribute="extension_a_level" code="FILTER-TYPE""#,
    );
    assert!(!render(&world.plan()).contains("create user"), "who cannot be decided is not let in either");
}

#[test]
fn several_values_where_one_is_compared_fail_that_person_alone_and_take_nothing_away() {
    let mut world = sales_and_support();
    world.person("ana").lists.insert("extension_a_teams".into(), vec!["A".into(), "B".into()]);
    world.filter("extension_a_teams", "EQUALS", &["A"]);
    world.filter("department", "EQUALS", &["Support"]);
    nothing_is_taken_away(&world, r#"code="FILTER-SEVERAL-VALUES""#);
}

#[test]
fn a_filter_on_what_entra_was_not_asked_for_fails_everyone_and_takes_nothing_away() {
    let mut world = sales_and_support();
    world.filter("country", "EQUALS", &["US"]);
    world.unread.insert("country".into());
    nothing_is_taken_away(&world, r#"code="FILTER-NOT-READ""#);
    assert_eq!(world.plan().counts.failed, 2);
}

#[test]
fn an_unknown_attribute_in_a_stored_filter_leaves_no_table_to_plan_with() {
    let mut world = sales_and_support();
    world.filter("departmint", "EQUALS", &["Support"]);
    let compiled =
        usher_mapping::compile(world.profile, usher_mapping::ObjectType::User, &world.mappings.users);
    assert!(compiled.table.is_none(), "{:?}", compiled.findings);
}

#[test]
fn an_incomplete_read_withholds_what_a_filter_would_take_away() {
    for part in SourcePart::ALL {
        let mut world = sales_and_support();
        world.filter("department", "EQUALS", &["Support"]);
        world.interrupted.insert(part);
        let shown = render(&world.plan());
        assert!(shown.contains(r#"withheld-incomplete-read because="filtered-out""#), "{shown}");
        assert!(!shown.contains("disable user"), "{shown}");
    }
}

#[test]
fn without_filters_nothing_changes() {
    assert!(replanned(|_| ()).ends_with("2 in step\n"));
}
