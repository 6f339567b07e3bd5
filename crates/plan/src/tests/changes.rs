//! What is written, attribute by attribute.

use super::{planned, replanned, settled};
use crate::model::Value;
use crate::policy::{BooleanForm, Policy};
use crate::render;
use usher_mapping::{Apply, Profile, Source};

#[test]
fn one_changed_attribute_is_one_change() {
    let plan = replanned(|world| {
        world.person("ana").attributes.insert("department".into(), "Sales".into());
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": attributes-differ
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: "Sales"
    1 update, 1 in step
    "#);
}

#[test]
fn a_cleared_attribute_is_left_alone() {
    let mut world = settled();
    world.person("ana").attributes.insert("department".into(), "Sales".into());
    world.settle();
    world.person("ana").attributes.remove("department");
    assert!(world.plan().operations.is_empty(), "{}", render(&world.plan()));
}

#[test]
fn a_difference_in_case_is_none_unless_the_attribute_is_case_exact() {
    let case_only = replanned(|world| {
        world.person("ana").attributes.insert("givenName".into(), "ANA".into());
    });
    assert!(case_only.ends_with("2 in step\n"), "{case_only}");
    let mut world = settled();
    let account = world.accounts.get_mut("t1").expect("ana's");
    account.attributes.insert("externalId".into(), Value::Text("U-ANA".into()));
    assert!(render(&world.plan()).contains(r#"externalId: "U-ANA" -> "u-ana""#));
}

#[test]
fn a_default_is_for_creates_only() {
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let mut world = crate::testkit::World::default();
    world.user_row(department).default_value = Some("Unknown".into());
    world.assigned("ana");
    assert!(render(&world.plan()).contains(r#"department: "Unknown""#));
    let mut world = settled();
    world.user_row(department).default_value = Some("Unknown".into());
    assert!(world.plan().operations.is_empty());
    world.user_row(department).source = Source::None;
    assert!(render(&world.plan()).contains(r#"department: "Unknown""#), "type None fills an empty target");
    world.settle();
}

#[test]
fn a_row_that_applies_only_during_creation_is_in_no_update() {
    let mut world = settled();
    world.user_row("name.givenName").apply = Apply::OnlyDuringCreation;
    world.person("ana").attributes.insert("givenName".into(), "Anna".into());
    assert!(world.plan().operations.is_empty(), "{}", render(&world.plan()));
    world.assigned("carla");
    assert!(render(&world.plan()).contains(r#"name.givenName: "Carla""#));
}

#[test]
fn what_the_service_provider_does_not_keep_is_left_out_and_said_once() {
    let plan = planned(|world| {
        world.capabilities.users_unsupported.insert("externalId".into());
        world.assigned("ana");
        world.assigned("bo");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        active: true
        name.givenName: "Ana"
        name.familyName: "Doe"
    2 create user u-bo "Bo Doe": in-scope-no-match
        userName: "bo@contoso.com"
        active: true
        name.givenName: "Bo"
        name.familyName: "Doe"
    note user: attribute-not-supported attribute="externalId"
    2 create
    "#);
}

#[test]
fn without_a_required_value_nobody_is_created() {
    let plan = planned(|world| {
        world.assigned("ana").attributes.remove("surname");
    });
    assert!(
        plan.contains(r#"fail user u-ana "Ana Doe": MissingValues attribute="name.familyName""#),
        "{plan}"
    );
}

#[test]
fn a_value_that_cannot_be_computed_fails_that_person_alone_and_never_means_out_of_scope() {
    let check = |target: &str, source: Source, expected: &str| {
        let mut world = settled();
        world.user_row(target).source = source;
        world.person("ana").lists.insert("otherMails".into(), vec!["a@b.c".into(), "d@e.f".into()]);
        let plan = render(&world.plan());
        assert!(plan.contains(&format!("fail user u-ana \"Ana Doe\": {expected}")), "{plan}");
        assert!(plan.ends_with("1 in step, 1 failed\n"), "{plan}");
    };
    let lower = Source::Expression("ToLower([otherMails])".into());
    check("name.givenName", lower, r#"expression-failed attribute="name.givenName" code="EXPR-TYPE""#);
    let several = Source::Attribute("otherMails".into());
    check("name.givenName", several, r#"SchemaPropertyCanOnlyAcceptValue attribute="name.givenName""#);
    let text = Source::Expression(r#"IIF(IsPresent([otherMails]), "perhaps", "True")"#.into());
    check("active", text, r#"InvalidValue attribute="active""#);
}

#[test]
fn updates_write_booleans_as_the_policy_says_and_creates_always_as_json() {
    let mut world = settled();
    world.policy = Policy { boolean: BooleanForm::Text, ..Policy::local(Profile::Goto) };
    world.assigned("carla");
    world.person("ana").roles.clear();
    let plan = render(&world.plan());
    assert!(plan.contains(r#"active: true -> "False""#) && plan.contains("    active: true\n"), "{plan}");
    world.settle();
}

#[test]
fn switched_off_actions_are_left_out_and_said() {
    let plan = replanned(|world| {
        world.guards.users.create = false;
        world.mappings.users.actions.update = false;
        world.assigned("carla");
        world.person("ana").attributes.insert("department".into(), "Sales".into());
        world.person("bo").roles.clear();
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": update-switched-off
    skip user u-bo "Bo Doe": disable-switched-off because="not-assigned"
    skip user u-carla "Carla Doe": create-switched-off
    3 skip
    "#);
}

#[test]
fn names_cannot_deceive_the_reader_of_a_plan() {
    let plan = planned(|world| {
        let person = world.unassigned("ana");
        person.attributes.insert("displayName".into(), "Ana\u{202e}\u{1b}[2J\n1 delete".into());
    });
    assert!(plan.contains(r#""Ana\u{202e}\u{1b}[2J\n1 delete""#), "{plan}");
}
