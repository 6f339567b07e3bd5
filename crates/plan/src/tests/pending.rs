//! Deletes that wait: never before their day, never of whom somebody keeps, never but through the guards.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use usher_mapping::Profile;

use super::settled;
use crate::model::{Action, ObjectKind, Plan, Value};
use crate::pending::PendingState;
use crate::policy::Policy;
use crate::testkit::World;
use crate::verify::{same_decision, verify};
use crate::{SourcePart, render};

fn days(days: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days)
}

/// Ana and Bo, with deletes switched on for people.
fn deleting() -> World {
    let mut world = settled();
    world.guards.users.delete = true;
    world.mappings.users.actions.delete = true;
    world
}

fn purge(world: &mut World, name: &str) {
    world.people.remove(name);
    world.purged.insert(format!("u-{name}"));
}

/// Carries the plan out; Entra says only once that somebody is gone.
fn carry_out(world: &mut World) -> Plan {
    let plan = world.plan();
    world.apply(&plan);
    world.purged.clear();
    plan
}

/// Ana is gone since day 0.
fn waiting() -> World {
    let mut world = deleting();
    purge(&mut world, "ana");
    carry_out(&mut world);
    world
}

fn deletes(plan: &Plan) -> Vec<&str> {
    let deletes = plan.operations.iter().filter(|operation| operation.action == Action::Delete);
    deletes.filter_map(|operation| Some(operation.source.as_ref()?.as_str())).collect()
}

fn states(plan: &Plan) -> Vec<PendingState> {
    plan.pending.iter().map(|pending| pending.state).collect()
}

fn keep(world: &mut World, kept: bool) {
    world.waiting.values_mut().for_each(|waiting| waiting.kept = kept);
}

#[test]
fn whoever_is_gone_for_good_is_disabled_at_once_and_deleted_after_the_period_through_the_guard() {
    let mut world = deleting();
    purge(&mut world, "ana");
    insta::assert_snapshot!(render(&carry_out(&mut world)), @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-ana = t1 "ana@contoso.com": hard-deleted
        active: true -> false
    skip user u-ana "ana@contoso.com": delete-pending because="hard-deleted" due="1970-01-31"
    1 disable, 1 skip, 1 in step
    "#);
    world.now = days(30) - SignedDuration::from_nanos(1);
    insta::assert_snapshot!(render(&carry_out(&mut world)), @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "ana@contoso.com": delete-pending because="hard-deleted" due="1970-01-31"
    1 skip, 1 in step
    "#);
    world.now = days(30);
    insta::assert_snapshot!(render(&carry_out(&mut world)), @r#"
    plan for contoso (initial cycle, practice)
    1 delete user u-ana = t1 "ana@contoso.com": hard-deleted
    guard people-deletions: 1 of 1, limit 0, needs approval
    1 delete, 1 in step
    "#);
    assert!(world.waiting.is_empty() && !world.accounts.contains_key("t1"));
    assert!(world.plan().operations.is_empty());
}

#[test]
fn a_plan_that_a_guard_holds_back_keeps_its_hash_from_day_to_day() {
    for period in [0, 30] {
        let mut world = deleting();
        world.guards.delete_grace_days = period;
        purge(&mut world, "ana");
        let first = world.plan();
        world.now = days(2);
        let later = world.plan();
        assert_eq!(
            (first.hash.as_str(), verify(&first), verify(&later)),
            (later.hash.as_str(), Ok(()), Ok(()))
        );
    }
    // The day that was told is part of what is decided.
    let mut world = waiting();
    let told = world.plan();
    world.waiting.values_mut().for_each(|waiting| waiting.due = days(31));
    assert_ne!(told.hash, world.plan().hash);
}

#[test]
fn without_the_switches_nobody_waits_and_nobody_is_deleted() {
    for (guard, mapping) in [(false, false), (true, false), (false, true)] {
        let mut world = settled();
        world.guards.users.delete = guard;
        world.mappings.users.actions.delete = mapping;
        purge(&mut world, "ana");
        let plan = carry_out(&mut world);
        assert!(plan.pending.is_empty() && render(&plan).contains("1 disable user u-ana"), "{plan:?}");
        world.now = days(400);
        assert!(deletes(&world.plan()).is_empty());
    }
    let mut world = waiting();
    world.guards.users.delete = false;
    world.now = days(400);
    let plan = world.plan();
    assert!(deletes(&plan).is_empty(), "switched off while it waits");
    assert!(render(&plan).contains(r#"delete-switched-off because="hard-deleted""#), "{}", render(&plan));
}

#[test]
fn whom_somebody_keeps_stays_until_released() {
    let mut world = waiting();
    keep(&mut world, true);
    world.now = days(400);
    insta::assert_snapshot!(render(&carry_out(&mut world)), @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "ana@contoso.com": delete-kept because="hard-deleted"
    1 skip, 1 in step
    "#);
    keep(&mut world, false);
    assert_eq!(deletes(&world.plan()), ["u-ana"]);
}

#[test]
fn keeping_makes_an_approved_plan_stale() {
    let mut world = waiting();
    world.now = days(30);
    let approved = world.plan();
    assert_eq!(same_decision(&approved, &world.plan()), Ok(()));
    keep(&mut world, true);
    assert!(same_decision(&approved, &world.plan()).is_err());
}

#[test]
fn whoever_is_listed_again_is_off_the_list() {
    let mut world = waiting();
    world.assigned("ana");
    world.now = days(40);
    let plan = carry_out(&mut world);
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": re-enabled
        active: false -> true
    no longer to be deleted user u-ana "Ana Doe": delete-no-longer-pending
    1 update, 1 in step
    "#);
    assert!(world.waiting.is_empty() && world.plan().operations.is_empty());
}

#[test]
fn an_account_that_somebody_else_removed_is_off_the_list() {
    let mut world = waiting();
    world.accounts.remove("t1");
    assert_eq!(states(&carry_out(&mut world)), [PendingState::Ends]);
    assert!(world.waiting.is_empty());
}

#[test]
fn whoever_was_let_go_before_never_waits() {
    for inactive_already in [false, true] {
        let mut world = deleting();
        if inactive_already {
            let account = world.accounts.get_mut("t1").expect("ana's");
            account.attributes.insert("active".into(), Value::Boolean(false));
        }
        world.person("ana").roles.clear();
        carry_out(&mut world);
        purge(&mut world, "ana");
        let plan = carry_out(&mut world);
        assert!(plan.pending.is_empty() && plan.operations.is_empty(), "{}", render(&plan));
    }
}

#[test]
fn a_protected_person_never_begins_to_wait_and_a_waiting_one_keeps_the_account() {
    let mut world = deleting();
    world.guards.protected = vec!["ana@*".to_owned()];
    purge(&mut world, "ana");
    assert!(carry_out(&mut world).pending.is_empty());
    let mut world = waiting();
    world.guards.protected = vec!["ana@*".to_owned()];
    world.now = days(40);
    let plan = world.plan();
    assert!(deletes(&plan).is_empty() && render(&plan).contains("protected-account"), "{}", render(&plan));
}

#[test]
fn an_incomplete_read_begins_nothing_and_deletes_nobody() {
    for part in SourcePart::ALL {
        let mut world = deleting();
        world.interrupted.insert(part);
        purge(&mut world, "ana");
        assert!(world.plan().pending.is_empty());
        let mut world = waiting();
        world.interrupted.insert(part);
        world.now = days(40);
        assert!(deletes(&world.plan()).is_empty());
    }
}

#[test]
fn a_longer_period_counts_for_who_waits_already_and_a_shorter_one_does_not() {
    let mut world = waiting();
    for (period, day, expected) in [(90, 89, 0), (90, 90, 1), (1, 29, 0), (1, 30, 1)] {
        world.guards.delete_grace_days = period;
        world.now = days(day);
        assert_eq!(deletes(&world.plan()).len(), expected, "{period} {day}");
    }
}

#[test]
fn without_a_period_it_is_deleted_at_once_through_the_guard() {
    let mut world = deleting();
    world.guards.delete_grace_days = 0;
    purge(&mut world, "ana");
    let plan = carry_out(&mut world);
    assert_eq!((deletes(&plan), states(&plan)), (vec!["u-ana"], vec![PendingState::Begins]));
    assert!(plan.needs_approval() && world.waiting.is_empty());
}

#[test]
fn a_group_that_no_longer_exists_waits_and_one_that_was_unassigned_stays() {
    let gone = |unassigned_first: bool| {
        let mut world = settled();
        world.guards.groups.delete = true;
        world.mappings.groups.actions.delete = true;
        world.assigned_group("sales", &["ana"]);
        world.settle();
        if unassigned_first {
            world.groups.get_mut("sales").expect("it is there").roles.clear();
            carry_out(&mut world);
        }
        world.groups.remove("sales");
        world.purged.insert("g-sales".into());
        world
    };
    let mut world = gone(false);
    insta::assert_snapshot!(render(&carry_out(&mut world)), @r#"
    plan for contoso (initial cycle, practice)
    skip group g-sales "sales": delete-pending because="hard-deleted" due="1970-01-31"
    1 skip, 2 in step
    "#);
    world.now = days(30);
    let plan = world.plan();
    assert_eq!(deletes(&plan), ["g-sales"]);
    assert_eq!(plan.guards.iter().map(|guard| &*guard.guard).collect::<Vec<_>>(), [crate::GROUP_DELETIONS]);
    let mut world = gone(true);
    let plan = carry_out(&mut world);
    assert!(plan.pending.is_empty() && render(&plan).contains("left-in-place"), "{}", render(&plan));
}

#[test]
fn microsofts_service_does_not_wait() {
    let mut world = deleting();
    world.policy = Policy::entra(Profile::Goto);
    purge(&mut world, "ana");
    let plan = world.plan();
    assert_eq!((deletes(&plan), plan.pending.len()), (vec!["u-ana"], 0));
}

#[test]
fn why_says_until_when_somebody_waits() {
    let world = waiting();
    let story = world.with_request(|request| {
        crate::why(request, &crate::plan(request), ObjectKind::User, "u-ana").expect("she is known")
    });
    let codes: Vec<&str> =
        story.steps.iter().flat_map(|step| &step.reasons).map(|reason| &*reason.code).collect();
    assert_eq!(codes, ["hard-deleted", "delete-pending"]);
}

/// What happens on one day: to whom, and what.
type Event = (u8, usize, u8);

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0..25_u8, 0..3_usize, 0..7_u8), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: who is deleted was gone for the whole period, was not kept, and waited for a person.
    #[test]
    fn nobody_is_deleted_before_the_period_or_while_kept_or_past_the_guard(
        events in events(), period in 0..60_u32,
    ) {
        let names = ["ana", "bo", "carla"];
        let mut world = World::default();
        for name in names {
            world.assigned(name);
        }
        world.guards.users.delete = true;
        world.guards.delete_grace_days = period;
        world.mappings.users.actions.delete = true;
        world.settle();
        let mut gone: [Option<Timestamp>; 3] = [None; 3];
        let mut day = 0;
        for (passed, who, what) in events {
            day += i64::from(passed);
            world.now = days(day);
            let (name, key) = (names[who], (ObjectKind::User, format!("u-{}", names[who])));
            match what {
                0 | 1 if world.people.contains_key(name) => {
                    purge(&mut world, name);
                    gone[who] = Some(world.now);
                }
                2 => {
                    world.purged.remove(&key.1);
                    world.assigned(name);
                    gone[who] = None;
                }
                3 => world.waiting.iter_mut().filter(|(id, _)| **id == key).for_each(|(_, one)| one.kept ^= true),
                4 => world.guards.users.delete ^= true,
                _ => {}
            }
            let plan = world.plan();
            for id in deletes(&plan) {
                let at = names.iter().position(|name| id == format!("u-{name}")).expect("one of three");
                let since = gone[at].expect("only who is gone");
                prop_assert!(world.now >= world.guards.delete_due(since), "{}", render(&plan));
                prop_assert!(plan.needs_approval() && world.guards.users.delete);
                let kept = world.waiting.get(&(ObjectKind::User, id.to_owned())).is_some_and(|one| one.kept);
                prop_assert!(!kept, "{}", render(&plan));
            }
            world.apply(&plan);
            world.purged.clear();
        }
    }
}
