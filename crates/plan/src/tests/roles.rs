//! The roles of the application, as the role functions see them.

use usher_mapping::{Apply, AttributeMapping, Profile, Source};

use crate::model::{ObjectKind, Value};
use crate::testkit::World;
use crate::{DEFAULT_ACCESS, Stage, render, why};

/// A generic service provider that takes one role of each person.
fn world(expression: &str) -> World {
    let mut world = World::new(Profile::Scim);
    world.roles.insert("role-editor".into(), "Editor".into());
    world.roles.insert("role-unnamed".into(), String::new());
    world.mappings.users.attributes.push(AttributeMapping {
        target: r#"roles[primary eq "True"].value"#.into(),
        source: Source::Expression(expression.to_owned()),
        default_value: None,
        matching: None,
        apply: Apply::Always,
    });
    world
}

/// What is planned for the role of Ana, who has these roles herself and these through a group.
fn role(expression: &str, own: &[&str], through: &[&str]) -> Option<Value> {
    let mut world = world(expression);
    let texts = |roles: &[&str]| roles.iter().map(|&role| role.to_owned()).collect();
    world.unassigned("ana").roles = texts(own);
    world.group("team", &["ana"]).roles = texts(through);
    let plan = world.plan();
    let create = plan.operations.iter().find(|operation| operation.kind == ObjectKind::User)?;
    let mut changes = create.changes.iter();
    Some(changes.find(|change| change.attribute.starts_with("roles"))?.after.clone())
}

#[test]
fn roles_come_directly_and_through_groups_by_value_else_by_name() {
    let single = "SingleAppRoleAssignment([appRoleAssignments])";
    let is = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!(role(single, &["role-editor"], &[]), is("Editor"));
    assert_eq!(role(single, &[], &["role-editor"]), is("Editor"));
    assert_eq!(role(single, &["role-user"], &["role-editor"]), is("Editor"), "the first by name");
    assert_eq!(role(single, &["role-unnamed"], &[]), is("User"), "a role without a value goes by its name");
    assert_eq!(role(single, &[DEFAULT_ACCESS], &[]), None, "Default Access is no role");
}

#[test]
fn the_complex_functions_give_every_role_once() {
    for function in ["AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex"] {
        let count = format!("CStr(Count({function}([appRoleAssignments])))");
        let both = Some(Value::Text("2".to_owned()));
        assert_eq!(role(&count, &["role-user"], &["role-editor", "role-user"]), both);
        let joined = format!(r#"Join("+", {function}([appRoleAssignments]))"#);
        let both = Some(Value::Text("Editor+User".to_owned()));
        assert_eq!(role(&joined, &["role-user"], &["role-editor"]), both);
    }
}

#[test]
fn a_group_that_is_no_security_group_gives_no_roles() {
    let mut world = world("SingleAppRoleAssignment([appRoleAssignments])");
    world.assigned("ana");
    let team = world.group("team", &["ana"]);
    team.roles.insert("role-editor".into());
    team.security = false;
    let shown = render(&world.plan());
    assert!(shown.contains(r#"roles[primary eq "True"].value: "User""#), "{shown}");
}

#[test]
fn a_role_that_changes_is_an_update_and_one_that_goes_clears_nothing() {
    let mut world = world("SingleAppRoleAssignment([appRoleAssignments])");
    world.assigned("ana");
    world.settle();
    world.person("ana").roles = ["role-editor".to_owned()].into();
    let shown = render(&world.plan());
    assert!(shown.contains(r#"roles[primary eq "True"].value: "User" -> "Editor""#), "{shown}");
    world.settle();
    world.person("ana").roles = [DEFAULT_ACCESS.to_owned()].into();
    assert!(render(&world.plan()).ends_with("1 in step\n"), "{}", render(&world.plan()));
}

#[test]
fn where_everybody_is_in_scope_roles_are_left_out_and_it_is_said() {
    let mut world = world("SingleAppRoleAssignment([appRoleAssignments])");
    world.assigned("ana");
    world.assigned_only = false;
    let shown = render(&world.plan());
    assert!(!shown.contains("    roles["), "{shown}");
    let note = r#"note user: roles-need-assignment attribute="roles[primary eq \"True\"].value""#;
    assert!(shown.contains(note), "{shown}");
}

#[test]
fn why_shows_the_roles() {
    let mut world = world("SingleAppRoleAssignment([appRoleAssignments])");
    world.assigned("ana");
    let story = world.with_request(|request| {
        why(request, &crate::plan(request), ObjectKind::User, "u-ana").expect("she is known")
    });
    let import = story.steps.iter().find(|step| step.stage == Stage::Import).expect("it was read");
    let roles = import.facts.iter().find(|fact| fact.name == "appRoleAssignments").expect("they are mapped");
    assert_eq!(roles.value, Value::Texts(vec!["User".to_owned()]));
}
