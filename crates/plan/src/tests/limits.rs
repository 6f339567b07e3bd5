//! Guards: in each of these worlds a naive engine would have taken people's access away.

use super::settled;
use crate::policy::RemovalLimit;
use crate::render;
use crate::testkit::World;

/// So many people, assigned and in step.
fn crowd(people: usize) -> World {
    let mut world = World::default();
    for number in 0..people {
        world.assigned(&format!("p{number:03}"));
    }
    world.settle();
    world
}

fn findings(world: &World) -> Vec<String> {
    let text = render(&world.plan());
    text.lines().filter(|line| line.starts_with("guard")).map(str::to_owned).collect()
}

#[test]
fn six_of_forty_people_are_too_many_and_three_are_not() {
    let unassign = |count: usize| {
        let mut world = crowd(40);
        for person in world.people.values_mut().take(count) {
            person.roles.clear();
        }
        findings(&world)
    };
    assert!(unassign(3).is_empty());
    assert_eq!(unassign(4), ["guard people-losing-access: 4 of 40, limit 3, needs approval"]);
    assert_eq!(unassign(6), ["guard people-losing-access: 6 of 40, limit 3, needs approval"]);
}

#[test]
fn an_empty_source_is_never_believed() {
    let mut world = settled();
    world.people.clear();
    assert_eq!(findings(&world), ["guard implausible-shrinkage: 2 of 2, limit 0, needs approval"]);
}

#[test]
fn losing_all_assignments_trips_the_guard() {
    let mut world = crowd(30);
    for person in world.people.values_mut() {
        person.roles.clear();
    }
    assert_eq!(findings(&world), ["guard people-losing-access: 30 of 30, limit 3, needs approval"]);
}

#[test]
fn half_of_a_group_may_leave_and_not_one_more() {
    let leave = |count: usize| {
        let mut world = crowd(12);
        let names: Vec<String> = world.people.keys().cloned().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        world.assigned_group("sales", &names);
        world.settle();
        world.assigned_group("sales", &names[count..]);
        findings(&world)
    };
    assert!(leave(6).is_empty());
    assert_eq!(leave(7), [r#"guard members-leaving-group "sales": 7 of 12, limit 6, needs approval"#]);
}

#[test]
fn microsofts_threshold_counts_strictly_more() {
    let mut world = crowd(10);
    world.policy.removals = RemovalLimit::Threshold(Some(3));
    for person in world.people.values_mut().take(3) {
        person.roles.clear();
    }
    assert!(findings(&world).is_empty());
    world.person("p003").enabled = false;
    assert_eq!(findings(&world), ["guard deletion-threshold: 4 of 10, limit 3, needs approval"]);
}

#[test]
fn people_who_lost_access_before_do_not_count_again() {
    let mut world = crowd(40);
    for person in world.people.values_mut().take(3) {
        person.roles.clear();
    }
    world.settle();
    for person in world.people.values_mut().take(6) {
        person.roles.clear();
    }
    assert!(findings(&world).is_empty(), "three more are within the limit");
}

#[test]
fn only_what_a_person_can_approve_asks_for_approval() {
    let mut world = crowd(40);
    for person in world.people.values_mut().take(6) {
        person.roles.clear();
    }
    assert!(world.plan().needs_approval());
    world.interrupted.insert(crate::SourcePart::Assignments);
    let plan = world.plan();
    assert!(plan.is_empty() && !plan.needs_approval() && plan.guards.len() == 1, "{}", render(&plan));
}
