//! What is asked of the service provider before a plan for some objects is made, and what a plan makes of the answers.

use crate::model::ObjectKind;
use crate::questions::{Question, questions};
use crate::request::{Only, Request};
use crate::snapshot::{Attribute, TargetBuilder, TargetPart};
use crate::testkit::World;

fn only(people: &[&str], groups: &[&str]) -> Only {
    Only {
        users: people.iter().map(|name| format!("u-{name}").into()).collect(),
        groups: groups.iter().map(|name| format!("g-{name}").into()).collect(),
    }
}

/// The open questions, one a line.
fn asked(world: &World, only: &Only, known: impl FnOnce(&mut TargetBuilder)) -> Vec<String> {
    let mut builder = TargetBuilder::new(["userName", "externalId"], ["displayName"]);
    known(&mut builder);
    let target = builder.finish();
    world.with_request(|request| {
        let open = questions(&Request { target: &target, only: Some(only), ..*request });
        let said = |question: &Question| match question {
            Question::Object { id, .. } => format!("object {id}"),
            Question::Value { key, .. } => format!("{} = {}", key.attribute, key.value),
        };
        open.iter().map(said).collect()
    })
}

#[test]
fn whoever_has_an_account_is_asked_for_by_id_and_whoever_has_none_by_value() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("carla");
    world.settle();
    world.assigned("bo");
    world.person("carla").roles.clear();
    world.unassigned("dan");
    let all = only(&["ana", "bo", "carla", "dan"], &[]);
    assert_eq!(asked(&world, &all, |_| {}), ["object t1", "object t2", "userName = bo@contoso.com"]);
    assert_eq!(asked(&world, &only(&["dan"], &[]), |_| {}), Vec::<String>::new(), "never had one");
    let answered = asked(&world, &all, |builder| {
        builder.object(ObjectKind::User, "t1", None, &[("userName", Attribute::Text("ana@contoso.com"))]);
        builder.gone(ObjectKind::User, "t2");
        builder.asked(ObjectKind::User, "userName", "bo@contoso.com");
    });
    assert_eq!(answered, Vec::<String>::new());
}

#[test]
fn whoever_is_asked_about_alone_is_looked_for_out_of_scope_too() {
    let mut world = World::default();
    world.unassigned("dan").enabled = false;
    world.unassigned("eve");
    for (who, asks) in [(&["dan"][..], &["userName = dan@contoso.com"][..]), (&["dan", "eve"], &[])] {
        world.only = Some(only(who, &[]));
        assert_eq!(asked(&world, &only(who, &[]), |_| {}), asks);
    }
}

#[test]
fn an_account_that_is_gone_is_looked_for_by_value_and_a_new_name_is_asked_about() {
    let mut world = World::default();
    world.assigned("ana");
    world.assigned("bo");
    world.settle();
    let all = only(&["ana", "bo"], &[]);
    let open = asked(&world, &all, |builder| {
        builder.gone(ObjectKind::User, "t1");
        // Bo was renamed in Entra: the account still has the old name.
        builder.object(ObjectKind::User, "t2", None, &[("userName", Attribute::Text("old@contoso.com"))]);
    });
    assert_eq!(open, ["userName = ana@contoso.com", "userName = bo@contoso.com"]);
}

#[test]
fn the_share_of_members_who_leave_counts_those_who_are_not_named_too() {
    let mut world = World::default();
    let names: Vec<String> = (0..12).map(|number| format!("p{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for name in &names {
        world.unassigned(name);
    }
    world.assigned_group("sales", &names);
    world.settle();
    world.assigned_group("sales", &names[7..]);
    let share = |total: Option<u32>| {
        let mut builder = TargetBuilder::new(["userName"], ["displayName"]);
        builder.object(ObjectKind::Group, "t13", None, &[("displayName", Attribute::Text("sales"))]);
        for account in 1..=7 {
            builder.member("t13", &format!("t{account}"));
        }
        if let Some(total) = total {
            builder.count_members("t13", total);
        }
        builder.completed(TargetPart::Members);
        let target = builder.finish();
        world.with_request(|request| {
            let sales = only(&[], &["sales"]);
            let plan = crate::plan(&Request { target: &target, only: Some(&sales), ..*request });
            assert_eq!(plan.counts.members_removed, 7, "{plan:?}");
            plan.guards.into_iter().map(|guard| (guard.count, guard.of)).collect::<Vec<_>>()
        })
    };
    assert_eq!(share(None), [], "seven of seven: too small a group to be watched");
    assert_eq!(share(Some(12)), [(7, 12)]);
}
