//! Edited and stale plans.

use super::settled;
use crate::model::Value;
use crate::testkit::World;
use crate::verify::{Altered, Changed, same_decision, verify};

/// A settled world in which Ana is to be disabled.
fn leaving() -> World {
    let mut world = settled();
    world.person("ana").roles.clear();
    world
}

#[test]
fn a_plan_survives_being_saved_and_an_edited_one_is_noticed() {
    let plan = leaving().plan();
    let saved = serde_json::to_string(&plan).expect("a plan can be saved");
    let read: crate::Plan = serde_json::from_str(&saved).expect("and read");
    assert_eq!((verify(&read), &read), (Ok(()), &plan));
    let edited = saved.replace("u-ana", "u-bo");
    let edited: crate::Plan = serde_json::from_str(&edited).expect("it still reads");
    assert_eq!(verify(&edited), Err(Altered::Hash));
    let mut newer = plan;
    newer.format += 1;
    assert_eq!(verify(&newer), Err(Altered::Format { found: 2, expected: 1 }));
}

#[test]
fn the_time_of_day_is_no_part_of_the_decision() {
    let mut plan = leaving().plan();
    plan.made_at = plan.made_at.checked_add(jiff::SignedDuration::from_hours(1)).expect("in range");
    assert_eq!(verify(&plan), Ok(()));
    assert_eq!(same_decision(&plan, &leaving().plan()), Ok(()));
}

#[test]
fn an_edited_plan_with_a_new_hash_differs_from_what_live_facts_give() {
    let live = leaving().plan();
    let mut edited = live.clone();
    edited.operations[0].target = Some("t2".into());
    edited.hash = crate::verify::hash(&edited);
    assert_eq!(verify(&edited), Ok(()), "the hash alone protects nobody");
    let changed = same_decision(&edited, &live).expect_err("it decides something else").changed;
    assert_eq!(changed.len(), 2, "{changed:?}");
}

#[test]
fn each_change_of_facts_makes_an_approved_plan_stale() {
    let approved = leaving().plan();
    let check = |change: fn(&mut World), expected: &[Changed]| {
        let mut world = leaving();
        change(&mut world);
        let changed = same_decision(&approved, &world.plan()).expect_err("it is stale").changed;
        assert_eq!(changed, expected);
    };
    let (id, display) = (1, "Ana Doe".to_owned());
    check(
        |world| {
            let account = world.accounts.get_mut("t1").expect("ana's");
            account.attributes.insert("name.givenName".into(), Value::Text("A".into()));
        },
        &[Changed::Operation { id, display: display.clone() }],
    );
    check(
        |world| world.person("ana").enabled = false,
        &[Changed::Operation { id, display: display.clone() }],
    );
    check(
        |world| {
            world.person("ana").roles.insert(crate::testkit::ROLE.into());
        },
        &[Changed::NoLonger { id, display }],
    );
    check(
        |world| {
            world.assigned("carla");
        },
        &[Changed::New { id: 1, display: "Carla Doe".into() }],
    );
    check(|world| world.policy.create_disabled = true, &[Changed::Policy]);
}

#[test]
fn people_whom_the_plan_does_not_name_may_change() {
    let mut world = leaving();
    world.unassigned("carla");
    assert_eq!(same_decision(&leaving().plan(), &world.plan()), Ok(()));
}
