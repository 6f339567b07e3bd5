//! Random and redacted values: planned without being shown, filled in exactly as planned, stale when they change.

use usher_mapping::Source;

use crate::model::{Action, Plan, Value};
use crate::testkit::World;
use crate::{Changed, Code, render, same_decision};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

fn expression(world: &mut World, target: &str, text: &str) {
    world.user_row(target).source = Source::Expression(text.to_owned());
}

/// Ana and Bo, both in a department that nobody may read.
fn secretive() -> World {
    let mut world = World::default();
    for name in ["ana", "bo"] {
        world.assigned(name).attributes.insert("department".into(), "Night shift".into());
    }
    expression(&mut world, DEPARTMENT, "Redact([department])");
    world
}

/// What is planned for the department of somebody.
fn department<'p>(plan: &'p Plan, source: &str) -> &'p Value {
    let is_theirs = |id: &crate::EntraObjectId| id.as_str() == source;
    let operation = plan.operations.iter().find(|operation| operation.source.as_ref().is_some_and(is_theirs));
    let mut changes = operation.expect("they are in the plan").changes.iter();
    &changes.find(|change| &*change.attribute == DEPARTMENT).expect("it is mapped").after
}

#[test]
fn no_form_of_a_plan_holds_a_redacted_value_and_what_is_written_is_the_value() {
    let mut world = secretive();
    let plan = world.plan();
    let file = serde_json::to_string(&plan).expect("a plan has text keys");
    assert!(!file.contains("Night shift") && !render(&plan).contains("Night shift"), "{file}");
    assert!(render(&plan).contains(&format!("{DEPARTMENT}: [Redact]")), "{}", render(&plan));
    assert_ne!(department(&plan, "u-ana"), department(&plan, "u-bo"), "who shares a value cannot be seen");
    assert_eq!(serde_json::from_str::<Plan>(&file).expect("it is read back"), plan);
    world.settle();
    let written = world.accounts.values().map(|account| &account.attributes[DEPARTMENT]);
    assert!(written.eq([&Value::Text("Night shift".into()); 2]));
    assert!(render(&world.plan()).ends_with("2 in step\n"), "{}", render(&world.plan()));
}

#[test]
fn neither_the_old_nor_the_new_value_shows_in_an_update() {
    let mut world = secretive();
    world.settle();
    world.person("ana").attributes.insert("department".into(), "Day shift".into());
    let plan = world.plan();
    let file = serde_json::to_string(&plan).expect("a plan has text keys");
    assert!(!file.contains("shift"), "{file}");
    assert!(render(&plan).contains("[Redact] -> [Redact]"), "{}", render(&plan));
    assert_eq!(plan.operations[0].action, Action::Update);
}

#[test]
fn a_redacted_value_that_changed_after_the_approval_makes_the_plan_stale() {
    let mut world = secretive();
    let approved = world.plan();
    assert_eq!(same_decision(&approved, &world.plan()), Ok(()));
    world.person("ana").attributes.insert("department".into(), "Day shift".into());
    let stale = same_decision(&approved, &world.plan()).expect_err("it changed");
    assert!(matches!(&stale.changed[..], [Changed::Operation { display, .. }] if display == "Ana Doe"));
    // Also where nobody compares plans: the value is not what was planned, so it is not sent.
    let operation = &approved.operations[0];
    let change = operation.changes.iter().find(|change| &*change.attribute == DEPARTMENT);
    let refused = world.filling().value(operation, change.expect("it is mapped"), [0; 32]);
    assert_eq!(refused.expect_err("it changed").code, Code::OpenValueGone.as_str());
}

#[test]
fn random_values_are_placeholders_until_they_are_drawn_and_then_stay() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo");
    expression(&mut world, DEPARTMENT, "Guid()");
    expression(&mut world, "externalId", "Redact(RandomString(12, 2, 2, 2, 2))");
    let plan = world.plan();
    assert!(render(&plan).contains(&format!("{DEPARTMENT}: <Guid()>")), "{}", render(&plan));
    assert!(render(&plan).contains("externalId: [Redact]"), "{}", render(&plan));
    assert_eq!(plan.hash, world.plan().hash, "nothing was drawn yet");
    world.settle();
    let drawn = |world: &World, attribute: &str| -> Vec<Value> {
        world.accounts.values().map(|account| account.attributes[attribute].clone()).collect()
    };
    let first = drawn(&world, DEPARTMENT);
    assert!(matches!(&first[0], Value::Text(text) if text.len() == 36) && first[0] != first[1], "{first:?}");
    assert!(matches!(&drawn(&world, "externalId")[0], Value::Text(text) if text.len() == 12));
    world.settle();
    assert_eq!(drawn(&world, DEPARTMENT), first, "a later cycle draws nothing");
}

#[test]
fn a_value_that_cannot_be_drawn_is_a_reason_and_nothing_else() {
    let mut world = World::default();
    world.assigned("ana");
    // The stand-in of a preview has a length of 36, whatever is drawn; the person is gone when it is drawn.
    expression(&mut world, DEPARTMENT, "Guid()");
    let plan = world.plan();
    world.people.clear();
    let operation = &plan.operations[0];
    let change = operation.changes.iter().find(|change| &*change.attribute == DEPARTMENT);
    let refused = world.filling().value(operation, change.expect("it is mapped"), [0; 32]);
    assert_eq!(refused.expect_err("nobody is left").code, Code::OpenValueGone.as_str());
}
