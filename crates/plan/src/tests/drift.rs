//! What was changed at the service provider behind Usher's back, and the plan that mends exactly that.

use super::settled;
use crate::model::{Mending, ObjectKind, Value};
use crate::render;
use crate::testkit::World;
use crate::{Difference, Differs, drift, mended_by, plan};

/// What differs, a line each.
fn told(world: &World) -> Vec<String> {
    let found = world.with_request(|request| drift(request, &plan(request)));
    found.iter().map(line).collect()
}

fn line(found: &Difference) -> String {
    let text = |value: &Option<Value>| match value {
        None => "-".to_owned(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(other) => format!("{other:?}"),
    };
    let attribute = found.attribute.as_deref().unwrap_or_default();
    let (there, expected) = (text(&found.there), text(&found.expected));
    format!("{} {:?} {attribute}: {there} / {expected}", found.source, found.differs)
}

/// The plan that mends everything that differs.
fn mending(world: &World) -> crate::Plan {
    world.with_request(|request| {
        let whole = plan(request);
        let only = mended_by(&drift(request, &whole), &whole);
        let mending = Mending { only, ..Mending::default() };
        plan(&request.mending(&mending))
    })
}

fn set(world: &mut World, id: &str, path: &str, value: Value) {
    world.accounts.get_mut(id).expect("it is there").attributes.insert(path.to_owned(), value);
}

#[test]
fn a_value_that_was_changed_there_is_named_and_the_plan_mends_exactly_that() {
    let mut world = settled();
    assert_eq!(told(&world), [] as [String; 0]);
    set(&mut world, "t1", "name.familyName", Value::Text("Boss".into()));
    assert_eq!(told(&world), ["u-ana Value name.familyName: Boss / Doe"]);

    // Bo is new to Entra: that is no drift, and the plan that mends leaves it to the next cycle.
    world.assigned("cleo");
    world.person("bo").attributes.insert("surname".into(), "Ray".into());
    let plan = mending(&world);
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (mending, practice)
    1 update user u-ana = t1 "Ana Doe": attributes-differ
        name.familyName: "Boss" -> "Doe"
    2 update user u-bo = t2 "Bo Doe": attributes-differ
        name.familyName: "Doe" -> "Ray"
    2 update
    "#);
    world.apply(&plan);
    assert_eq!(told(&world), [] as [String; 0]);
}

#[test]
fn what_differs_of_somebody_whose_name_another_has_is_told_too() {
    let mut world = settled();
    let name = |world: &World, id: &str| world.accounts[id].attributes["userName"].clone();
    let (ana, bo) = (name(&world, "t1"), name(&world, "t2"));
    set(&mut world, "t1", "userName", bo);
    set(&mut world, "t2", "userName", ana);
    set(&mut world, "t1", "name.familyName", Value::Text("Boss".into()));
    assert_eq!(
        told(&world),
        [
            "u-ana Value userName: bo@contoso.com / ana@contoso.com",
            "u-ana Value name.familyName: Boss / Doe",
            "u-bo Value userName: ana@contoso.com / bo@contoso.com",
        ]
    );
}

#[test]
fn whoever_was_disabled_and_is_active_again_has_drifted_and_whoever_leaves_has_not() {
    let mut world = settled();
    world.person("ana").roles.clear();
    assert_eq!(told(&world), [] as [String; 0], "Entra changed, nobody changed anything there");
    world.settle();
    assert_eq!(told(&world), [] as [String; 0]);
    set(&mut world, "t1", "active", Value::Boolean(true));
    assert_eq!(told(&world), ["u-ana Value active: true / false"]);

    // Back in scope: what Usher wrote is what is there.
    let mut world = settled();
    world.person("ana").roles.clear();
    world.settle();
    world.person("ana").roles.insert(crate::testkit::ROLE.to_owned());
    assert_eq!(told(&world), [] as [String; 0]);
}

#[test]
fn an_account_that_was_removed_there_is_made_again_with_its_memberships() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo");
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    world.accounts.remove("t1");
    world.teams.get_mut("t3").expect("it is there").members.remove("t1");
    assert_eq!(told(&world), ["u-ana Gone : - / -"]);
    world.apply(&mending(&world));
    assert_eq!(told(&world), [] as [String; 0]);
    assert_eq!(world.teams["t3"].members.len(), 2);
}

#[test]
fn members_who_were_taken_out_or_put_in_there_are_named() {
    let mut world = World::default();
    for name in ["ana", "bo", "cleo"] {
        world.assigned(name);
    }
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    let members = &mut world.teams.get_mut("t4").expect("it is there").members;
    members.remove("t1");
    members.insert("t3".into());
    assert_eq!(
        told(&world),
        ["g-sales MemberTooMany members: Cleo Doe / -", "g-sales MemberMissing members: - / Ana Doe"]
    );
    world.apply(&mending(&world));
    assert_eq!(told(&world), [] as [String; 0]);
}

#[test]
fn a_value_that_entra_does_not_have_is_told_and_cannot_be_mended() {
    let mut world = settled();
    world.person("ana").attributes.remove("surname");
    assert_eq!(told(&world), ["u-ana CannotClear name.familyName: Doe / -"]);
    let only = world.with_request(|request| mended_by(&drift(request, &plan(request)), &plan(request)));
    assert!(only.users.is_empty() && only.groups.is_empty(), "{only:?}");
}

#[test]
fn a_hidden_value_is_not_told() {
    let mut world = settled();
    world.user_row("name.familyName").source = usher_mapping::Source::Expression("Redact([surname])".into());
    set(&mut world, "t1", "name.familyName", Value::Text("Boss".into()));
    world.person("bo").attributes.remove("surname");
    let found = world.with_request(|request| drift(request, &plan(request)));
    let kinds: Vec<_> = found.iter().map(|found| found.differs).collect();
    assert_eq!(kinds, [Differs::Value, Differs::CannotClear]);
    let text = format!("{found:?}");
    assert!(!text.contains("Boss") && !text.contains("\"Doe\""), "{text}");
}

#[test]
fn a_plan_that_mends_says_for_what_it_was_made_and_looks_at_nobody_else() {
    let mut world = settled();
    set(&mut world, "t1", "active", Value::Boolean(false));
    set(&mut world, "t2", "active", Value::Boolean(false));
    let mut mending = Mending::default();
    mending.only.users.insert("u-ana".into());
    let (plan, other) = world.with_request(|request| {
        let all = mended_by(&drift(request, &plan(request)), &plan(request));
        (
            plan(&request.mending(&mending)),
            plan(&request.mending(&Mending { only: all, ..Mending::default() })),
        )
    });
    assert_eq!((plan.operations.len(), other.operations.len()), (1, 2));
    assert_eq!(plan.mending.as_ref(), Some(&mending));
    assert_ne!(plan.hash, other.hash);
    assert!(crate::verify(&plan).is_ok());
    let edited = crate::Plan { mending: other.mending, ..plan };
    assert!(crate::verify(&edited).is_err(), "what it is about is part of what was approved");
    assert_eq!(edited.operations[0].kind, ObjectKind::User);
}
