//! What a faithful engine does, check by check, under the rules of Microsoft's service and of the local runner. The table
//! in `docs/checks.md` names the sources, and the checks that need more than a plan.

use crate::limits::DELETION_THRESHOLD;
use crate::model::{Action, Counts, Plan, Value};
use crate::policy::{Policy, RemovalLimit};
use crate::testkit::World;
use usher_mapping::{Apply, Profile, Source};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Under {
    Entra,
    Local,
}

const BOTH: [Under; 2] = [Under::Entra, Under::Local];

/// Ana and Bo, assigned and provisioned, deletes switched on.
fn settled(under: Under) -> World {
    let mut world = empty(under);
    world.assigned("ana").attributes.insert("department".into(), "Sales".into());
    world.assigned("bo");
    world.settle();
    world
}

fn empty(under: Under) -> World {
    let mut world = World::default();
    world.policy = match under {
        Under::Entra => Policy::entra(Profile::Goto),
        Under::Local => Policy::local(Profile::Goto),
    };
    world.guards.users.delete = true;
    world.mappings.users.actions.delete = true;
    world
}

/// What is done to whom, with how many attributes.
fn done(plan: &Plan) -> Vec<(Action, &str, usize)> {
    let source = |operation: &crate::model::Operation| match &operation.source {
        Some(source) if source.as_str() == "u-ana" => "ana",
        Some(source) if source.as_str() == "u-bo" => "bo",
        _ => "somebody else",
    };
    plan.operations.iter().map(|one| (one.action, source(one), one.changes.len())).collect()
}

fn skipped(plan: &Plan) -> Vec<&str> {
    plan.skips.iter().map(|skip| &*skip.reason.code).collect()
}

#[test]
fn check_02_clearing_an_attribute_in_entra_sends_nothing() {
    for under in BOTH {
        let mut world = settled(under);
        world.person("ana").attributes.remove("department");
        assert_eq!(done(&world.plan()), [], "{under:?}");
    }
}

#[test]
fn check_03_a_default_is_written_on_create_and_never_on_update() {
    for under in BOTH {
        let mut world = empty(under);
        world.user_row(DEPARTMENT).default_value = Some("Unknown".into());
        world.assigned("ana");
        let wrote = |plan: &Plan| {
            let mut changes = plan.operations.iter().flat_map(|operation| &operation.changes);
            changes.any(|change| change.after == Value::Text("Unknown".into()))
        };
        assert!(wrote(&world.plan()), "{under:?}");
        world.settle();
        world.accounts.get_mut("t1").expect("ana's").attributes.remove(DEPARTMENT);
        world.person("ana").attributes.insert("givenName".into(), "Anna".into());
        let update = world.plan();
        assert_eq!(done(&update), [(Action::Update, "ana", 1)], "{under:?}");
        assert!(!wrote(&update), "{under:?}");
    }
}

#[test]
fn check_04_what_applies_only_during_creation_is_in_no_update() {
    for under in BOTH {
        let mut world = empty(under);
        let row = world.user_row(DEPARTMENT);
        (row.apply, row.source) = (Apply::OnlyDuringCreation, Source::Attribute("department".into()));
        world.assigned("ana").attributes.insert("department".into(), "Sales".into());
        world.settle();
        let person = world.person("ana");
        person.attributes.insert("department".into(), "Support".into());
        person.attributes.insert("givenName".into(), "Anna".into());
        assert_eq!(done(&world.plan()), [(Action::Update, "ana", 1)], "{under:?}");
    }
}

#[test]
fn check_05_out_of_scope_is_one_disable_and_a_later_hard_delete_sends_nothing() {
    for under in BOTH {
        let mut world = settled(under);
        world.person("ana").roles.clear();
        assert_eq!(done(&world.plan()), [(Action::Disable, "ana", 1)], "{under:?}");
        world.settle();
        world.people.remove("ana");
        world.purged.insert("u-ana".into());
        assert_eq!(done(&world.plan()), [], "{under:?}");
    }
}

#[test]
fn check_06_soft_deleted_is_one_disable_and_thirty_days_later_a_delete_in_entra_and_a_period_here() {
    for under in BOTH {
        let mut world = settled(under);
        world.person("ana").soft_deleted = true;
        assert_eq!(done(&world.plan()), [(Action::Disable, "ana", 1)], "{under:?}");
        world.settle();
        world.people.remove("ana");
        world.purged.insert("u-ana".into());
        let expected = match under {
            Under::Entra => vec![(Action::Delete, "ana", 0)],
            // The local runner waits once more, so that the delete can be taken back.
            Under::Local => vec![],
        };
        assert_eq!(done(&world.plan()), expected, "{under:?}");
        world.apply(&world.plan());
        world.now = world.guards.delete_due(world.now);
        let expected = match under {
            Under::Entra => vec![],
            Under::Local => vec![(Action::Delete, "ana", 0)],
        };
        assert_eq!(done(&world.plan()), expected, "{under:?}");
    }
}

#[test]
fn check_07_a_member_of_a_nested_group_is_skipped_with_that_reason() {
    for under in BOTH {
        let mut world = empty(under);
        world.unassigned("ana");
        world.group("inner", &["ana"]);
        world.assigned_group("outer", &[]).members.insert("g-inner".into());
        let plan = world.plan();
        let creates = plan.operations.iter().filter(|operation| operation.kind == crate::ObjectKind::User);
        assert_eq!(creates.count(), 0, "{under:?}");
        assert!(skipped(&plan).contains(&"nested-group-only"), "{under:?}: {:?}", plan.skips);
    }
}

#[test]
fn check_08_two_matches_are_a_failure_and_no_write() {
    for under in BOTH {
        let mut world = empty(under);
        world.assigned("ana");
        world.account("ana@contoso.com");
        world.account("ANA@contoso.com");
        let plan = world.plan();
        assert_eq!(done(&plan), [], "{under:?}");
        assert_eq!(plan.failures[0].reason.code, "DuplicateTargetEntries", "{under:?}");
    }
}

#[test]
fn check_09_without_a_matching_value_the_import_is_skipped_in_entra_before_scope_is_asked() {
    for under in BOTH {
        let mut world = empty(under);
        for (name, assigned) in [("ana", true), ("bo", false)] {
            let person = if assigned { world.assigned(name) } else { world.unassigned(name) };
            person.attributes.remove("userPrincipalName");
        }
        let expected = match under {
            Under::Entra => ["ImportSkipped", "ImportSkipped"],
            // Who is not meant to be there needs no repair.
            Under::Local => ["ImportSkipped", "not-assigned"],
        };
        let plan = world.plan();
        assert_eq!((done(&plan), skipped(&plan)), (vec![], expected.to_vec()), "{under:?}");
    }
}

#[test]
fn check_10_a_second_run_has_only_redundant_exports() {
    for under in BOTH {
        let plan = settled(under).plan();
        assert_eq!((done(&plan), skipped(&plan)), (vec![], vec!["RedundantExport"; 2]), "{under:?}");
        assert_eq!(plan.counts, Counts { no_change: 2, ..Counts::default() }, "{under:?}");
    }
}

#[test]
fn check_11_four_disables_with_a_threshold_of_three_wait_for_a_person() {
    for under in BOTH {
        let mut world = empty(under);
        let names: Vec<String> = (0..20).map(|number| format!("p{number:02}")).collect();
        for name in &names {
            world.assigned(name);
        }
        world.settle();
        if under == Under::Entra {
            world.policy.removals = RemovalLimit::Threshold(Some(3));
        }
        for (gone, held) in [(3, false), (4, true)] {
            names[..gone].iter().for_each(|name| world.person(name).roles.clear());
            let plan = world.plan();
            assert_eq!((plan.counts.disable, plan.needs_approval()), (gone as u32, held), "{under:?}");
            if held {
                let guard = if under == Under::Entra { DELETION_THRESHOLD } else { "people-losing-access" };
                assert_eq!(plan.guards[0].guard, guard);
                // Approved, exactly these four are sent.
                world.apply(&plan);
                assert_eq!(world.plan().counts.disable, 0);
            }
        }
    }
}

#[test]
fn check_13_false_is_a_text_without_the_flag_and_a_boolean_here() {
    for under in BOTH {
        let mut world = settled(under);
        world.person("ana").roles.clear();
        let plan = world.plan();
        let expected = match under {
            Under::Entra => Value::Text("False".into()),
            Under::Local => Value::Boolean(false),
        };
        assert_eq!(plan.operations[0].changes[0].after, expected, "{under:?}");
    }
}

#[test]
fn check_16_a_redacted_value_is_in_no_plan() {
    for under in BOTH {
        let mut world = settled(under);
        world.user_row(DEPARTMENT).source = Source::Expression("Redact([department])".into());
        world.person("ana").attributes.insert("department".into(), "Very secret".into());
        let plan = world.plan();
        assert_eq!(done(&plan), [(Action::Update, "ana", 1)], "{under:?}");
        let saved = serde_json::to_string(&plan).expect("a plan has text keys");
        assert!(!saved.contains("secret") && !crate::render(&plan).contains("secret"), "{under:?}");
    }
}
