//! Every way in which a filter or an expression can fail, in every world and every pass: nobody's scope changes, nothing
//! is done about the person, and the reason is told (T9 of the threat model).

use usher_mapping::Source;

use crate::model::{Cycle, ObjectKind, Plan, Value};
use crate::request::Only;
use crate::testkit::World;
use crate::{Stage, render, why};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
/// A pattern that takes more steps than there are for what [`hopeless`] gives Ana.
const COSTLY: &str = "(a|aa)+$";

/// One way to fail, and what the failure says.
struct Way {
    name: &'static str,
    breaks: fn(&mut World),
    says: &'static [&'static str],
}

/// What is wrong with Ana: a department that a costly pattern never comes to an end with, two addresses where one is
/// expected, and a level that is no number.
fn hopeless(world: &mut World) {
    let ana = world.person("ana");
    ana.attributes.insert("department".into(), "a".repeat(51) + "b c");
    ana.attributes.insert("extension_a_level".into(), "five".into());
    ana.lists.insert("otherMails".into(), vec!["a@b.c".into(), "d@e.f".into()]);
    ana.lists.insert("extension_a_teams".into(), vec!["A".into(), "B".into()]);
}

fn expression(world: &mut World, target: &str, text: &str) {
    world.user_row(target).source = Source::Expression(text.to_owned());
}

/// Lets everybody in but those for whom the other filter has no answer.
fn with_a_filter(world: &mut World, attribute: &str, operator: &str, value: &str) {
    world.filter(attribute, operator, &[value]);
    world.filter("userPrincipalName", "IS NOT NULL", &[]);
}

const COMPUTED: &str = r#"IIF(IsPresent([otherMails]), ToLower([otherMails]), [userPrincipalName])"#;
const SEARCHED: &str = r#"IIF(IsPresent([department]), Replace([department], , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "x", , ), [userPrincipalName])"#;

const WAYS: &[Way] = &[
    Way {
        name: "an expression on the matching attribute",
        breaks: |world| expression(world, "userName", COMPUTED),
        says: &[r#"expression-failed attribute="userName" code="EXPR-TYPE""#],
    },
    Way {
        name: "a pattern without an end on the matching attribute",
        breaks: |world| expression(world, "userName", SEARCHED),
        says: &[r#"expression-failed attribute="userName" code="EXPR-REGEX""#],
    },
    Way {
        name: "an expression on active",
        breaks: |world| {
            expression(world, "active", r#"IIF(IsPresent([otherMails]), ToLower([otherMails]), "True")"#);
        },
        says: &[r#"expression-failed attribute="active" code="EXPR-TYPE""#],
    },
    Way {
        name: "an answer on active that is neither true nor false",
        breaks: |world| expression(world, "active", r#"IIF(IsPresent([otherMails]), "perhaps", "True")"#),
        says: &[r#"InvalidValue attribute="active""#],
    },
    Way {
        name: "an expression on another attribute",
        breaks: |world| expression(world, DEPARTMENT, "ToLower([otherMails])"),
        says: &["expression-failed", r#"code="EXPR-TYPE""#],
    },
    Way {
        name: "a pattern without an end on another attribute",
        breaks: |world| {
            expression(
                world,
                DEPARTMENT,
                r#"Replace([department], , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "x", , )"#,
            )
        },
        says: &["expression-failed", r#"code="EXPR-REGEX""#],
    },
    Way {
        name: "several values for one",
        breaks: |world| world.user_row(DEPARTMENT).source = Source::Attribute("otherMails".into()),
        says: &["SchemaPropertyCanOnlyAcceptValue"],
    },
    Way {
        name: "a filter's pattern without an end",
        breaks: |world| with_a_filter(world, "department", "REGEX MATCH", COSTLY),
        says: &[r#"filter-failed attribute="department" code="FILTER-STEPS""#],
    },
    Way {
        name: "a filter's pattern without an end that must not match",
        breaks: |world| with_a_filter(world, "department", "NOT REGEX MATCH", COSTLY),
        says: &[r#"filter-failed attribute="department" code="FILTER-STEPS""#],
    },
    Way {
        name: "a filter on a value of another type",
        breaks: |world| with_a_filter(world, "extension_a_level", "Greater_Than", "3"),
        says: &[r#"filter-failed attribute="extension_a_level" code="FILTER-TYPE""#],
    },
    Way {
        name: "a filter on several values",
        breaks: |world| with_a_filter(world, "extension_a_teams", "EQUALS", "A"),
        says: &[r#"code="FILTER-SEVERAL-VALUES""#],
    },
    Way {
        name: "a filter on what was not read",
        breaks: |world| {
            with_a_filter(world, "country", "EQUALS", "US");
            world.unread.insert("country".into());
        },
        says: &[r#"code="FILTER-NOT-READ""#],
    },
];

/// Ana and Bo in an assigned group, both provisioned and in step.
fn provisioned() -> World {
    let mut world = World::default();
    for name in ["ana", "bo"] {
        world.unassigned(name);
    }
    world.assigned_group("team", &["ana", "bo"]);
    world.settle();
    world
}

/// The worlds, by what is so of Ana's account.
fn worlds() -> Vec<(&'static str, World)> {
    let mut new = World::default();
    new.unassigned("ana");
    new.unassigned("bo");
    new.assigned_group("team", &["ana", "bo"]);
    let mut waiting = new.clone();
    waiting.account("ana@contoso.com");
    let set = |world: &mut World, attribute: &str, value: Value| {
        let id = world.links[&(ObjectKind::User, "u-ana".to_owned())].target.to_string();
        world
            .accounts
            .get_mut(&id)
            .expect("she has an account")
            .attributes
            .insert(attribute.to_owned(), value);
    };
    let mut renamed = provisioned();
    set(&mut renamed, "name.givenName", Value::Text("Anna".into()));
    let mut disabled = provisioned();
    set(&mut disabled, "active", Value::Boolean(false));
    let mut emptied = provisioned();
    emptied.teams.values_mut().next().expect("the group is there").members.clear();
    vec![
        ("she is new", new),
        ("an account waits for her", waiting),
        ("she is in step", provisioned()),
        ("her account was changed by hand", renamed),
        ("her account was disabled by hand", disabled),
        ("somebody emptied the group", emptied),
    ]
}

fn passes() -> [(Cycle, Option<Only>); 3] {
    let only = Only { users: ["u-ana".into()].into(), groups: ["g-team".into()].into() };
    [(Cycle::Initial, None), (Cycle::Incremental, None), (Cycle::OnDemand, Some(only))]
}

/// Whether the plan does anything about Ana, as herself or as a member.
fn touches_ana(plan: &Plan) -> bool {
    let is_ana = |source: &Option<crate::EntraObjectId>| {
        source.as_ref().is_some_and(|source| source.as_str() == "u-ana")
    };
    plan.operations.iter().any(|operation| {
        is_ana(&operation.source) || operation.members.iter().any(|member| is_ana(&member.source))
    })
}

#[test]
fn whatever_fails_in_whatever_world_and_pass_nothing_is_done_about_the_person() {
    for way in WAYS {
        for (so, mut world) in worlds() {
            hopeless(&mut world);
            (way.breaks)(&mut world);
            for (cycle, only) in passes() {
                (world.cycle, world.only) = (cycle, only);
                let plan = world.plan();
                let shown = format!("{}, {so}, {cycle:?}:\n{}", way.name, render(&plan));
                let lost = (plan.counts.disable, plan.counts.delete, plan.counts.members_removed);
                assert_eq!(lost, (0, 0, 0), "{shown}");
                assert!(!touches_ana(&plan), "{shown}");
                assert!(plan.skips.iter().all(|skip| skip.source.as_str() != "u-ana"), "{shown}");
                let failure = shown.lines().find(|line| line.starts_with("fail user u-ana"));
                let failure = failure.unwrap_or_else(|| panic!("{shown}"));
                assert!(way.says.iter().all(|part| failure.contains(part)), "{shown}");
            }
        }
    }
}

#[test]
fn the_story_tells_the_failure_and_never_says_out_of_scope() {
    for way in WAYS {
        for (so, mut world) in worlds() {
            hopeless(&mut world);
            (way.breaks)(&mut world);
            let story = world.with_request(|request| {
                why(request, &crate::plan(request), ObjectKind::User, "u-ana").expect("she is known")
            });
            let shown = format!("{}, {so}: {story:?}", way.name);
            let step =
                |stage| story.steps.iter().find(|step| step.stage == stage).expect("every story has it");
            let out = Value::Boolean(false);
            let says_out = |fact: &&crate::Fact| fact.name == "ScopeEvaluationResult" && fact.value == out;
            assert!(step(Stage::Scope).facts.iter().all(|fact| !says_out(&fact)), "{shown}");
            let told = |code: &str| step(Stage::Action).reasons.iter().any(|reason| reason.code == code);
            assert!(!told("filtered-out"), "{shown}");
            let code = way.says[0].split(' ').next().unwrap_or_default();
            let code = if code.starts_with("code=") { "filter-failed" } else { code };
            assert!(told(code) && step(Stage::Action).operations.is_empty(), "{shown}");
        }
    }
}

#[test]
fn who_leaves_while_active_cannot_be_computed_keeps_the_account_and_is_a_failure() {
    let ways = [
        (r#"IIF(IsPresent([otherMails]), ToLower([otherMails]), "False")"#, "EXPR-TYPE"),
        (r#"Replace([department], , "(?:(a|aa)+)+(?=[bc])\\1[c]", , "x", , )"#, "EXPR-REGEX"),
    ];
    for (text, code) in ways {
        for cycle in [Cycle::Initial, Cycle::Incremental] {
            let mut world = provisioned();
            hopeless(&mut world);
            world.groups.get_mut("team").expect("it is there").members.remove("u-ana");
            expression(&mut world, "active", text);
            world.cycle = cycle;
            let plan = world.plan();
            let shown = render(&plan);
            // The first way makes Bo inactive, who is in scope: what the mapping says of him is no failure.
            assert!(!shown.contains("disable user u-ana") && plan.counts.delete == 0, "{shown}");
            let failure = shown.lines().find(|line| line.starts_with("fail user u-ana"));
            let code = format!("code={code:?}");
            assert!(
                failure.is_some_and(|line| line.contains("expression-failed") && line.contains(&code)),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_failing_expression_elsewhere_does_not_keep_access_for_who_left() {
    let mut world = provisioned();
    hopeless(&mut world);
    world.groups.get_mut("team").expect("it is there").members.remove("u-ana");
    expression(&mut world, DEPARTMENT, "ToLower([otherMails])");
    let shown = render(&world.plan());
    assert!(shown.contains("disable user u-ana = t1") && !shown.contains("fail user u-ana"), "{shown}");
}

#[test]
fn a_group_whose_filter_fails_stays_with_its_members_and_gains_none() {
    let mut world = provisioned();
    world.assigned("carla");
    world.settle();
    world.groups.get_mut("team").expect("it is there").members.insert("u-carla".into());
    world.groups.get_mut("team").expect("it is there").display = "a".repeat(51) + "b c";
    world.filter("displayName", "REGEX MATCH", &[COSTLY]);
    world.mappings.groups.scope = std::mem::take(&mut world.mappings.users.scope);
    let plan = world.plan();
    let shown = render(&plan);
    assert!(plan.operations.is_empty(), "{shown}");
    assert!(shown.contains("fail group g-team") && shown.contains("FILTER-STEPS"), "{shown}");
}

#[test]
fn a_filter_or_expression_that_does_not_compile_leaves_nothing_to_plan_with() {
    let breaks: [fn(&mut World); 5] = [
        |world| world.filter("departmint", "EQUALS", &["Support"]),
        |world| world.filter("department", "EQUAL", &["Support"]),
        |world| world.filter("department", "REGEX MATCH", &["(unclosed"]),
        |world| expression(world, "userName", "ToLower([userPrincipalName]"),
        |world| expression(world, "active", r#"Replace([department], , "(unclosed", , "x", , )"#),
    ];
    for breaks in breaks {
        let mut world = provisioned();
        breaks(&mut world);
        let compiled =
            usher_mapping::compile(world.profile, usher_mapping::ObjectType::User, &world.mappings.users);
        assert!(compiled.table.is_none(), "{:?}", compiled.findings);
    }
}
