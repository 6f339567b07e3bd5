//! What holds in every world.

use proptest::prelude::*;
use usher_mapping::Profile;

use crate::model::{Action, ObjectKind};
use crate::policy::Policy;
use crate::render;
use crate::request::Only;
use crate::snapshot::SourcePart;
use crate::testkit::{ROLE, World};

/// One person's facts: assigned, enabled, in the recycle bin, has an account already, has a department.
type Facts = (bool, bool, bool, bool, Option<u8>);

fn world(people: &[Facts], groups: &[(bool, Vec<bool>)]) -> World {
    let mut world = World::default();
    change(&mut world, people, groups);
    for (number, (.., exists, _)) in people.iter().enumerate() {
        if *exists {
            world.account(&format!("P{number}@CONTOSO.com"));
        }
    }
    world
}

/// Sets the facts of Entra's side; accounts and links stay.
fn change(world: &mut World, people: &[Facts], groups: &[(bool, Vec<bool>)]) {
    world.people.clear();
    world.groups.clear();
    for (number, (assigned, enabled, deleted, _, department)) in people.iter().enumerate() {
        let person = world.unassigned(&format!("p{number}"));
        person.enabled = *enabled;
        person.soft_deleted = *deleted;
        if *assigned {
            person.roles.insert(ROLE.into());
        }
        if let Some(department) = department {
            person.attributes.insert("department".into(), format!("D{department}"));
        }
    }
    for (number, (assigned, members)) in groups.iter().enumerate() {
        let team = world.group(&format!("t{number}"), &[]);
        let listed = members.iter().enumerate().filter(|(_, member)| **member);
        team.members = listed.map(|(member, _)| format!("u-p{member}")).collect();
        if *assigned {
            team.roles.insert(ROLE.into());
        }
    }
}

fn people() -> impl Strategy<Value = Vec<Facts>> {
    let yes = || prop::bool::weighted(0.7);
    let no = || prop::bool::weighted(0.2);
    prop::collection::vec((yes(), yes(), no(), no(), prop::option::of(0..3_u8)), 0..9)
}

fn groups() -> impl Strategy<Value = Vec<(bool, Vec<bool>)>> {
    prop::collection::vec((any::<bool>(), prop::collection::vec(any::<bool>(), 0..9)), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_world_gives_the_same_bytes_in_whatever_order_it_is_read(
        people in people(), groups in groups(), rotated in 0_usize..20,
    ) {
        let mut world = world(&people, &groups);
        let first = serde_json::to_vec(&world.plan()).expect("a plan can be saved");
        world.rotated = rotated;
        let again = serde_json::to_vec(&world.plan()).expect("a plan can be saved");
        prop_assert_eq!(first, again);
    }

    #[test]
    fn a_plan_that_was_carried_out_leaves_nothing_to_do(
        before in (people(), groups()), after in (people(), groups()), microsoft in any::<bool>(),
    ) {
        let mut world = world(&before.0, &before.1);
        if microsoft {
            world.policy = Policy { nested_groups: true, ..Policy::entra(Profile::Goto) };
            world.guards.groups.delete = true;
            world.mappings.groups.actions.delete = true;
        }
        for _ in 0..2 {
            let plan = world.plan();
            world.apply(&plan);
            let next = world.plan();
            prop_assert!(next.operations.is_empty(), "{}\nthen\n{}", render(&plan), render(&next));
            change(&mut world, &after.0, &after.1);
        }
    }

    #[test]
    fn only_linked_accounts_lose_anything_and_only_after_a_complete_read(
        before in (people(), groups()), after in (people(), groups()), interrupted in prop::option::of(0_usize..4),
    ) {
        let mut world = world(&before.0, &before.1);
        world.apply(&world.plan());
        change(&mut world, &after.0, &after.1);
        world.account("stranger@contoso.com");
        world.interrupted.extend(interrupted.map(|at| SourcePart::ALL[at]));
        let plan = world.plan();
        for operation in &plan.operations {
            let removes = matches!(operation.action, Action::Disable | Action::Delete | Action::RemoveMembers);
            prop_assert!(!removes || interrupted.is_none(), "{}", render(&plan));
            if matches!(operation.action, Action::Disable | Action::Delete) {
                let source = operation.source.as_ref().expect("a removal has a source").to_string();
                let link = world.links.get(&(ObjectKind::User, source)).expect("a removal has a link");
                prop_assert_eq!(Some(&link.target), operation.target.as_ref());
            }
        }
    }

    #[test]
    fn everyone_is_accounted_for_exactly_once(people in people(), groups in groups()) {
        let plan = world(&people, &groups).plan();
        let mut seen: Vec<String> = plan.skips.iter().filter(|skip| skip.kind == ObjectKind::User)
            .map(|skip| skip.source.to_string()).collect();
        seen.extend(plan.operations.iter()
            .filter(|operation| operation.kind == ObjectKind::User && operation.action != Action::Update)
            .map(|operation| operation.source.as_ref().expect("they have one").to_string()));
        seen.sort();
        let expected: Vec<String> = (0..people.len()).map(|number| format!("u-p{number}")).collect();
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn on_demand_does_for_one_person_what_the_cycle_would_do(
        before in (people(), groups()), after in (people(), groups()), number in 0_usize..9,
    ) {
        let mut world = world(&before.0, &before.1);
        world.apply(&world.plan());
        change(&mut world, &after.0, &after.1);
        let id = format!("u-p{number}");
        let of_person = |world: &World| -> Vec<_> {
            let operations = world.plan().operations.into_iter();
            let own = operations.filter(|operation| operation.kind == ObjectKind::User
                && operation.source.as_ref().is_some_and(|source| source.as_str() == id));
            own.map(|operation| crate::Operation { id: 0, ..operation }).collect()
        };
        let whole = of_person(&world);
        world.only = Some(Only { users: [id.as_str().into()].into_iter().collect(), ..Only::default() });
        prop_assert_eq!(world.plan().operations.len(), whole.len());
        prop_assert_eq!(of_person(&world), whole);
    }
}
