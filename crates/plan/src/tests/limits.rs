//! Guards: in each of these worlds a naive engine would have taken people's access away.

use usher_mapping::Source;

use super::settled;
use crate::guards::Shrinkage;
use crate::model::{Cycle, Value};
use crate::policy::{HardDeleted, RemovalLimit};
use crate::render;
use crate::snapshot::Sizes;
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

/// A read of everything after one that held so many people, groups and assignments.
fn after(before: Sizes, people: usize, groups: usize) -> World {
    let mut world = World::default();
    world.last_read = Some(before);
    for number in 0..people {
        world.unassigned(&format!("p{number:03}"));
    }
    for number in 0..groups {
        world.group(&format!("g{number:03}"), &[]);
    }
    world
}

#[test]
fn a_read_that_lists_less_than_half_of_the_last_one_asks_even_where_nobody_is_linked() {
    let before = Sizes { people: 10, groups: 0, assignments: 0 };
    assert!(findings(&after(before, 5, 0)).is_empty(), "half of them");
    let people = after(before, 4, 0);
    assert_eq!(findings(&people), ["guard implausible-shrinkage: 6 of 10, limit 5, needs approval"]);
    assert!(
        people.plan().is_empty() && people.plan().needs_approval(),
        "nothing to do, and still a question"
    );
    let before = Sizes { people: 0, groups: 11, assignments: 30 };
    assert_eq!(
        findings(&after(before, 3, 5)),
        [
            "guard implausible-shrinkage-groups: 6 of 11, limit 5, needs approval",
            "guard implausible-shrinkage-assignments: 30 of 30, limit 15, needs approval",
        ]
    );
}

#[test]
fn a_small_read_a_first_read_and_one_of_changes_are_compared_with_nothing() {
    let few = Sizes { people: 9, groups: 9, assignments: 9 };
    let many = Sizes { people: 90, groups: 90, assignments: 90 };
    assert!(findings(&after(few, 0, 0)).is_empty());
    let mut world = after(many, 0, 0);
    assert_eq!(findings(&world).len(), 3);
    world.cycle = Cycle::Incremental;
    assert!(findings(&world).is_empty());
    (world.cycle, world.last_read) = (Cycle::Initial, None);
    assert!(findings(&world).is_empty());
}

#[test]
fn the_connection_says_how_much_less_is_plausible() {
    let before = Sizes { people: 4, groups: 0, assignments: 0 };
    let mut world = after(before, 3, 0);
    world.guards.implausible_shrinkage = Shrinkage { percent: 0, from: 1 };
    assert_eq!(findings(&world), ["guard implausible-shrinkage: 1 of 4, limit 0, needs approval"]);
    world.interrupted.insert(crate::SourcePart::Users);
    assert!(findings(&world).is_empty(), "what was not read to its end says nothing about size");
}

#[test]
fn each_deletion_of_a_person_asks_and_disabling_does_not() {
    let purge = |count: usize, allowed: u32| {
        let mut world = crowd(40);
        world.policy.hard_deleted = HardDeleted::Delete;
        world.mappings.users.actions.delete = true;
        world.guards.users.delete = true;
        world.guards.people_deletions = allowed;
        for number in 0..count {
            world.people.remove(&format!("p{number:03}"));
            world.purged.insert(format!("u-p{number:03}"));
        }
        world.person("p039").enabled = false;
        findings(&world)
    };
    assert!(purge(0, 0).is_empty());
    assert_eq!(purge(1, 0), ["guard people-deletions: 1 of 40, limit 0, needs approval"]);
    assert!(purge(2, 2).is_empty());
}

#[test]
fn a_mapping_that_makes_everybody_inactive_is_a_loss_of_access_like_any_other() {
    let mut world = crowd(40);
    world.user_row("active").source = Source::Constant("False".into());
    assert_eq!(findings(&world), ["guard people-losing-access: 40 of 40, limit 3, needs approval"]);
    assert_eq!(world.plan().counts.disable, 40);
    world.guards.users.disable = false;
    assert!(world.plan().is_empty(), "{}", render(&world.plan()));
}

#[test]
fn accounts_that_the_target_does_not_list_any_more_are_not_made_again_unasked() {
    let gone = |count: usize| {
        let mut world = crowd(40);
        let ids: Vec<String> = world.accounts.keys().take(count).cloned().collect();
        ids.iter().for_each(|id| drop(world.accounts.remove(id)));
        findings(&world)
    };
    assert!(gone(3).is_empty());
    assert_eq!(gone(4), ["guard accounts-gone: 4 of 40, limit 3, needs approval"]);
    assert_eq!(gone(40), ["guard accounts-gone: 40 of 40, limit 0, needs approval"]);
}

#[test]
fn an_empty_target_is_believed_of_nobody() {
    let mut world = settled();
    world.accounts.clear();
    world.teams.clear();
    let text = findings(&world).join("; ");
    assert!(text.starts_with("guard accounts-gone: 2 of 2, limit 0, needs approval"), "{text}");
    assert!(
        World::default().plan().guards.is_empty(),
        "an empty target where nobody is linked is a beginning"
    );
}

#[test]
fn under_known_ids_there_may_be_other_people() {
    let renamed = |count: usize| {
        let mut world = crowd(40);
        for (number, account) in world.accounts.values_mut().take(count).enumerate() {
            account
                .attributes
                .insert("userName".to_owned(), Value::Text(format!("stranger{number}@other.example")));
        }
        findings(&world)
    };
    assert!(renamed(3).is_empty());
    assert_eq!(renamed(4), ["guard people-renamed: 4 of 40, limit 3, needs approval"]);
}

#[test]
fn links_of_another_address_are_not_believed() {
    let mut world = crowd(2);
    world.linked_at = Some("http://127.0.0.1/scim".to_owned());
    assert!(findings(&world).is_empty());
    world.linked_at = Some("https://staging.example/scim".to_owned());
    assert_eq!(findings(&world), ["guard other-target: 2 of 2, limit 0, needs approval"]);
    world.links.clear();
    assert!(findings(&world).is_empty(), "nobody is linked any more");
}
