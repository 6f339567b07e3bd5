//! Managers: whose value is the id of another account.

use insta::assert_snapshot;
use proptest::prelude::*;
use usher_mapping::{Apply, Profile, Source};

use crate::model::{Action, ObjectKind, Plan, Value};
use crate::policy::Policy;
use crate::reasons::Code;
use crate::request::Only;
use crate::testkit::World;
use crate::{render, why};

const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

/// Bo, Ana's manager, both assigned; no attributes but names and the manager.
fn world() -> World {
    let mut world = World::new(Profile::Scim);
    let kept = ["userName", "active", "displayName", MANAGER];
    world.mappings.users.attributes.retain(|row| kept.contains(&&*row.target));
    world.assigned("ana");
    world.assigned("bo");
    lead(&mut world, "ana", "bo");
    world
}

fn lead(world: &mut World, report: &str, manager: &str) {
    world.person(report).attributes.insert("manager".into(), format!("u-{manager}"));
}

/// The manager that stands at the service provider, as the name in Entra.
fn led(world: &World, report: &str) -> Option<String> {
    let account = &world.links.get(&(ObjectKind::User, format!("u-{report}")))?.target;
    let Some(Value::Text(manager)) = world.accounts[account.as_str()].attributes.get(MANAGER) else {
        return None;
    };
    let mut owners = world.links.values().filter(|link| link.target.as_str() == manager);
    Some(owners.next()?.source.as_str().trim_start_matches("u-").to_owned())
}

fn unresolved(plan: &Plan) -> Vec<&str> {
    let notes = plan.notes.iter().filter(|note| note.reason.code == Code::UnresolvedReference.as_str());
    notes.filter_map(|note| Some(note.source.as_ref()?.as_str())).collect()
}

#[test]
fn a_manager_who_is_made_in_the_same_plan_is_written_when_everybody_is_there() {
    let mut world = world();
    assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        active: true
        displayName: "Ana Doe"
    2 create user u-bo "Bo Doe": in-scope-no-match
        userName: "bo@contoso.com"
        active: true
        displayName: "Bo Doe"
    3 set references of user u-ana "Ana Doe": reference-waited
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager: -> u-bo "Bo Doe"
    2 create
    "#);
    world.settle();
    assert_eq!(led(&world, "ana").as_deref(), Some("bo"));
}

#[test]
fn a_manager_who_is_there_or_found_is_part_of_the_create_and_of_the_update() {
    let mut world = world();
    let bo = world.account("bo@contoso.com");
    let plan = world.plan();
    assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 link user u-bo = t1 "Bo Doe": matched attribute="userName" value="bo@contoso.com"
    2 update user u-bo = t1 "Bo Doe": attributes-differ
        displayName: "Bo Doe"
    3 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        active: true
        displayName: "Ana Doe"
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager: -> u-bo = t1 "Bo Doe"
    1 create, 1 link, 1 update
    "#);
    world.apply(&plan);
    assert_eq!(world.plan().operations, []);
    world.assigned("cy");
    world.settle();
    lead(&mut world, "ana", "cy");
    world.person("ana").attributes.insert("displayName".into(), "Ana Lee".into());
    assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t2 "Ana Lee": attributes-differ
        displayName: "Ana Doe" -> "Ana Lee"
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager: "t1" -> -> u-cy = t3 "Cy Doe"
    1 update, 2 in step
    "#);
    world.settle();
    assert_eq!(led(&world, "ana").as_deref(), Some("cy"));
    assert!(world.accounts.contains_key(&bo));
}

#[test]
fn two_who_lead_each_other_and_somebody_who_leads_nobody_but_themselves() {
    let mut world = world();
    lead(&mut world, "bo", "ana");
    world.assigned("cy");
    lead(&mut world, "cy", "cy");
    let plan = world.plan();
    let last = plan.operations.iter().filter(|operation| operation.action == Action::SetReferences).count();
    assert_eq!((plan.operations.len(), last), (6, 3), "{}", render(&plan));
    world.settle();
    let all = ["ana", "bo", "cy"].map(|name| led(&world, name));
    assert_eq!(all.map(Option::unwrap_or_default), ["bo", "ana", "cy"]);
}

#[test]
fn without_the_manager_the_person_is_provisioned_and_it_is_no_failure() {
    let mut world = world();
    world.person("bo").roles.clear();
    let plan = world.plan();
    assert_eq!((plan.counts.create, plan.counts.failed), (1, 0));
    assert_eq!(unresolved(&plan), ["u-ana"]);
    let told = plan.notes.iter().find(|note| note.source.is_none()).expect("the preview says so");
    assert_eq!((&*told.reason.code, &*told.reason.with["count"]), ("references-unresolved", "1"));
    let story =
        world.with_request(|request| why(request, &plan, ObjectKind::User, "u-ana")).expect("she is there");
    let codes: Vec<_> = story.steps[3].reasons.iter().map(|reason| &*reason.code).collect();
    assert_eq!(codes, ["in-scope-no-match", "UnableToResolveReferenceAttributeValue"]);
    world.settle();
    assert_eq!(led(&world, "ana"), None);
    // Somebody whom Entra does not list at all is nobody either.
    lead(&mut world, "ana", "nobody");
    assert_eq!((unresolved(&world.plan()), world.plan().operations.len()), (vec!["u-ana"], 0));
}

#[test]
fn a_manager_who_is_taken_away_or_leaves_stays_where_nothing_clears() {
    let mut world = world();
    world.settle();
    world.person("ana").attributes.remove("manager");
    assert_eq!(world.plan().operations, [], "as with every other attribute");
    lead(&mut world, "ana", "bo");
    world.person("bo").roles.clear();
    world.settle();
    assert_eq!(led(&world, "ana").as_deref(), Some("bo"), "the account is there, if without access");
    assert_eq!(unresolved(&world.plan()), [] as [&str; 0]);
}

#[test]
fn nobody_is_made_to_name_an_account_that_the_same_plan_deletes() {
    let mut world = world();
    world.policy = Policy::entra(Profile::Scim);
    world.guards.users.delete = true;
    world.mappings.users.actions.delete = true;
    world.settle();
    world.assigned("cy");
    lead(&mut world, "cy", "bo");
    world.people.remove("bo");
    world.purged.insert("u-bo".into());
    let plan = world.plan();
    assert_eq!((plan.counts.delete, plan.counts.create, unresolved(&plan)), (1, 1, vec!["u-ana", "u-cy"]));
}

#[test]
fn switches_and_apply_hold_for_references_too() {
    let mut world = world();
    world.person("bo").roles.clear();
    world.settle();
    world.person("bo").roles.insert(crate::testkit::ROLE.into());
    let mut off = world.clone();
    off.guards.users.update = false;
    let plan = off.plan();
    assert_eq!((plan.operations.len(), &*plan.skips[0].reason.code), (1, "update-switched-off"));
    let mut once = world.clone();
    once.user_row(MANAGER).apply = Apply::OnlyDuringCreation;
    assert_eq!(once.plan().counts.create, 1);
    assert_eq!(once.plan().operations.len(), 1);
    let mut kept = world.clone();
    kept.capabilities.users_unsupported.insert(MANAGER.into());
    let plan = kept.plan();
    assert_eq!((plan.operations.len(), &*plan.notes[0].reason.code), (1, "attribute-not-supported"));
    let mut odd = world;
    odd.user_row(MANAGER).source = Source::Attribute("department".into());
    assert_eq!(odd.plan().notes[0].reason.code, "reference-left-out");
}

#[test]
fn a_service_provider_may_write_the_id_in_its_own_way() {
    let mut world = world();
    world.settle();
    let number = |world: &mut World, value: Value| {
        world.accounts.get_mut("t1").expect("Ana's").attributes.insert(MANAGER.into(), value);
    };
    number(&mut world, Value::Texts(vec!["t2".into()]));
    assert_eq!(world.plan().operations, []);
    // The ids of these worlds are no numbers: another one that differs is mended.
    number(&mut world, Value::Integer(2));
    let plan = world.plan();
    assert_eq!(plan.operations[0].changes[0].before, Some(Value::Integer(2)));
}

#[test]
fn check_14_a_manager_who_is_provisioned_a_cycle_later_waits_for_a_pass_over_the_person() {
    for policy in [Policy::entra(Profile::Scim), Policy::local(Profile::Scim)] {
        let mut world = world();
        world.policy = policy;
        world.person("bo").roles.clear();
        world.settle();
        world.person("bo").roles.insert(crate::testkit::ROLE.into());
        // A cycle over changes looks at Bo alone: under the rules of Microsoft's service nobody else is looked at.
        world.only = Some(Only { users: ["u-bo".into()].into(), ..Only::default() });
        world.settle();
        assert_eq!(led(&world, "ana"), None);
        // The local runner's looks at Ana as well, who waits for him; a restart looks at everybody.
        world.only = None;
        assert_eq!(world.plan().operations.len(), 1);
        world.settle();
        assert_eq!(led(&world, "ana").as_deref(), Some("bo"));
    }
}

/// One person: assigned, has an account already, and whose report.
type Facts = (bool, bool, Option<u8>);

fn people() -> impl Strategy<Value = Vec<Facts>> {
    let fact = (prop::bool::weighted(0.7), prop::bool::weighted(0.2), prop::option::weighted(0.8, 0..9_u8));
    prop::collection::vec(fact, 0..9)
}

/// Sets the facts of Entra's side; accounts and links stay.
fn set(world: &mut World, people: &[Facts]) {
    world.people.clear();
    for (number, (assigned, _, manager)) in people.iter().enumerate() {
        let name = format!("p{number}");
        if *assigned {
            world.assigned(&name)
        } else {
            world.unassigned(&name)
        };
        if let Some(manager) = manager {
            lead(world, &name, &format!("p{manager}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_has_an_account_has_the_right_manager_in_the_end(
        before in people(), after in people(), microsoft in any::<bool>(), rotated in 0_usize..9,
    ) {
        let mut world = world();
        set(&mut world, &before);
        for (number, _) in before.iter().enumerate().filter(|(_, (_, exists, _))| *exists) {
            world.account(&format!("p{number}@contoso.com"));
        }
        if microsoft {
            world.policy = Policy::entra(Profile::Scim);
        }
        for facts in [&before, &after] {
            set(&mut world, facts);
            let plan = world.plan();
            world.rotated = rotated;
            prop_assert_eq!(serde_json::to_vec(&plan).unwrap(), serde_json::to_vec(&world.plan()).unwrap());
            let saved = serde_json::to_string(&plan).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Plan>(&saved).unwrap(), &plan);
            prop_assert_eq!(plan.counts.failed, 0);
            world.apply(&plan);
            let next = world.plan();
            prop_assert!(next.operations.is_empty(), "{}\nthen\n{}", render(&plan), render(&next));
            for (number, (_, _, manager)) in facts.iter().enumerate().filter(|(_, (assigned, ..))| *assigned) {
                let manager = manager.map(|manager| format!("p{manager}"));
                let has_one = |name: &String| world.links.contains_key(&(ObjectKind::User, format!("u-{name}")));
                if let Some(manager) = manager.filter(has_one) {
                    prop_assert_eq!(led(&world, &format!("p{number}")), Some(manager), "{}", render(&plan));
                }
            }
        }
    }
}
