//! Stories of single people.

use super::settled;
use crate::model::ObjectKind;
use crate::testkit::World;
use crate::why::why;

/// The story, one line per step.
fn story(world: &World, id: &str) -> String {
    let plan = world.plan();
    let story = world.with_request(|request| why(request, &plan, ObjectKind::User, id));
    let Some(story) = story else { return "unknown".into() };
    let mut lines = vec![format!("{:?}", story.display)];
    for step in story.steps {
        let facts: Vec<_> = step.facts.iter().map(|fact| format!("{}={:?}", fact.name, fact.value)).collect();
        let reasons: Vec<_> = step.reasons.iter().map(|reason| &*reason.code).collect();
        lines.push(format!("{:?} {} {reasons:?} {:?}", step.stage, facts.join(" "), step.operations));
    }
    lines.join("\n")
}

#[test]
fn of_one_who_is_about_to_be_created_and_join_a_group() {
    let mut world = World::default();
    world.unassigned("ana");
    world.assigned_group("sales", &["ana"]);
    insta::assert_snapshot!(story(&world, "u-ana"), @r#"
    "Ana Doe"
    Import found=Boolean(true) accountEnabled=Boolean(true) softDeleted=Boolean(false) givenName=Text("Ana") objectId=Text("u-ana") surname=Text("Doe") userPrincipalName=Text("ana@contoso.com") [] []
    Scope IsActive=Boolean(true) Assigned=Boolean(true) IsEffectivelyEntitledForProvisioning=Boolean(true) AssignedThrough=Text("sales") ScopeEvaluationResult=Boolean(true) [] []
    Match  ["in-scope-no-match"] []
    Action  ["in-scope-no-match", "members-joined"] [1, 3]
    "#);
}

#[test]
fn of_one_who_is_not_assigned() {
    let mut world = World::default();
    world.unassigned("ana");
    insta::assert_snapshot!(story(&world, "u-ana"), @r#"
    "Ana Doe"
    Import found=Boolean(true) accountEnabled=Boolean(true) softDeleted=Boolean(false) givenName=Text("Ana") objectId=Text("u-ana") surname=Text("Doe") userPrincipalName=Text("ana@contoso.com") [] []
    Scope IsActive=Boolean(true) Assigned=Boolean(false) IsEffectivelyEntitledForProvisioning=Boolean(false) ScopeEvaluationResult=Boolean(false) ["not-assigned"] []
    Match  [] []
    Action  ["not-assigned"] []
    "#);
}

#[test]
fn of_one_who_is_gone_and_of_one_whom_nobody_knows() {
    let mut world = settled();
    world.people.remove("ana");
    insta::assert_snapshot!(story(&world, "u-ana"), @r#"
    "ana@contoso.com"
    Import found=Boolean(false) ["gone-from-entra"] []
    Match linkedTo=Text("t1") linkOrigin=Text("created") linkIsThere=Boolean(true) accountActive=Boolean(true) [] []
    Action  ["gone-from-entra"] [1]
    "#);
    assert_eq!(story(&world, "u-nobody"), "unknown");
}

#[test]
fn of_one_whom_a_filter_leaves_out() {
    let mut world = World::default();
    world.assigned("ana").attributes.insert("department".into(), "Sales".into());
    world.filter("department", "EQUALS", &["Support", "IT"]);
    world.filter("jobTitle", "IS NOT NULL", &[]);
    let told = story(&world, "u-ana");
    insta::assert_snapshot!(told.lines().skip(2).collect::<Vec<_>>().join("\n"), @r#"
    Scope IsActive=Boolean(true) Assigned=Boolean(true) IsEffectivelyEntitledForProvisioning=Boolean(true) ScopeEvaluationResult=Boolean(false) filter 1.department EQUALS 'Support', 'IT'=Boolean(false) filter 2.jobTitle IS NOT NULL=Boolean(false) ["filtered-out"] []
    Match  [] []
    Action  ["filtered-out"] []
    "#);
}

/// The match step of somebody.
fn matched(world: &World, id: &str) -> String {
    story(world, id).lines().find(|line| line.starts_with("Match")).expect("it is a step").to_owned()
}

#[test]
fn an_account_that_fits_is_told_although_it_does_not_become_theirs() {
    // Ana left, and somebody of her name is there.
    let mut world = settled();
    let ana = world.people.remove("ana").expect("she was there");
    world.people.insert("ana-2".into(), ana);
    let hers = r#"foundAccount=Text("ana@contoso.com (t1)") foundActive=Boolean(true)"#;
    assert_eq!(matched(&world, "u-ana-2"), format!(r#"Match {hers} foundHolder=Text("u-ana") [] []"#));
    let mut world = World::default();
    world.unassigned("ana").enabled = false;
    world.account("ana@contoso.com");
    assert_eq!(matched(&world, "u-ana"), format!("Match {hers} [] []"), "nobody disables it");
    world.assigned("ana");
    world.account("ana@contoso.com");
    let other = hers.replace("t1", "t2");
    assert_eq!(matched(&world, "u-ana"), format!("Match {hers} {other} [] []"), "there are two");
}
