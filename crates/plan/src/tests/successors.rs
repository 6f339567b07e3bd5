//! Names that go from one to another: given up and taken in one plan, exchanged, and left behind by somebody who is gone.

use super::{replanned, settled};
use crate::model::{ObjectKind, Plan};
use crate::testkit::World;
use crate::{Decision, render};

fn rename(world: &mut World, who: &str, name: &str) {
    world.person(who).attributes.insert("userPrincipalName".into(), name.into());
}

/// Ana is gone from Entra, and somebody of her name is there.
fn made_again(world: &mut World) {
    let ana = world.people.remove("ana").expect("she was there");
    world.people.insert("ana-2".into(), ana);
}

fn after(plan: &Plan) -> Vec<(u32, Option<u32>)> {
    plan.operations.iter().map(|operation| (operation.id, operation.after)).collect()
}

#[test]
fn whoever_gives_a_name_up_goes_first() {
    let mut world = settled();
    rename(&mut world, "ana", "bo@contoso.com");
    rename(&mut world, "bo", "bo.lee@contoso.com");
    let plan = world.plan();
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-bo = t2 "Bo Doe": attributes-differ
        userName: "bo@contoso.com" -> "bo.lee@contoso.com"
    2 update user u-ana = t1 "Ana Doe": attributes-differ
        userName: "ana@contoso.com" -> "bo@contoso.com"
    2 update
    "#);
    assert_eq!(after(&plan), [(1, None), (2, Some(1))]);
}

#[test]
fn a_new_colleague_gets_the_name_that_somebody_gives_up() {
    let mut world = settled();
    rename(&mut world, "ana", "ana.lee@contoso.com");
    world.assigned("carla");
    rename(&mut world, "carla", "ana@contoso.com");
    let plan = world.plan();
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": attributes-differ
        userName: "ana@contoso.com" -> "ana.lee@contoso.com"
    2 create user u-carla "Carla Doe": in-scope-no-match
        userName: "ana@contoso.com"
        externalId: "u-carla"
        active: true
        name.givenName: "Carla"
        name.familyName: "Doe"
    1 create, 1 update, 1 in step
    "#);
    assert_eq!(after(&plan), [(1, None), (2, Some(1))]);
}

/// Until then the name is somebody's, and a create would be refused in each cycle.
#[test]
fn a_name_is_not_free_while_its_holder_cannot_take_another() {
    let plan = replanned(|world| {
        world.account("ana.lee@contoso.com");
        rename(world, "ana", "ana.lee@contoso.com");
        world.assigned("carla");
        rename(world, "carla", "ana@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": EntryConflict attribute="userName"
    fail user u-carla "Carla Doe": DuplicateSourceEntries attribute="userName" other="u-ana" value="ana@contoso.com"
    1 in step, 2 failed
    "#);
}

#[test]
fn two_who_exchange_their_names_are_told_so() {
    let plan = replanned(|world| {
        rename(world, "ana", "bo@contoso.com");
        rename(world, "bo", "ana@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": names-exchanged attribute="userName" names="Ana Doe, Bo Doe"
    fail user u-bo "Bo Doe": names-exchanged attribute="userName" names="Bo Doe, Ana Doe"
    2 failed
    "#);
}

#[test]
fn who_waits_for_a_name_that_is_not_given_up_has_none() {
    let plan = replanned(|world| {
        world.assigned("carla");
        world.account("carla@contoso.com");
        rename(world, "ana", "bo@contoso.com");
        rename(world, "bo", "carla@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 link user u-carla = t3 "Carla Doe": matched attribute="userName" value="carla@contoso.com"
    2 update user u-carla = t3 "Carla Doe": attributes-differ
        externalId: "u-carla"
        name.givenName: "Carla"
        name.familyName: "Doe"
    fail user u-ana "Ana Doe": EntryConflict attribute="userName"
    fail user u-bo "Bo Doe": EntryConflict attribute="userName"
    1 link, 1 update, 2 failed
    "#);
}

#[test]
fn the_account_of_somebody_who_is_gone_goes_over_where_a_person_says_so() {
    let mut world = settled();
    made_again(&mut world);
    let account = world.links[&(ObjectKind::User, "u-ana".to_owned())].target.to_string();
    world.decisions = [(ObjectKind::User, account.as_str().into(), Decision::Adopt)].into_iter().collect();
    let plan = world.plan();
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 link user u-ana-2 = t1 "Ana Doe": matched attribute="userName" value="ana@contoso.com"
    2 update user u-ana-2 = t1 "Ana Doe": attributes-differ
        externalId: "u-ana" -> "u-ana-2"
    skip user u-ana "ana@contoso.com": account-handed-over
    1 link, 1 update, 1 skip, 1 in step
    "#);
}

#[test]
fn a_leaver_whose_name_was_freed_in_entra_keeps_the_account_from_the_successor() {
    let plan = replanned(|world| {
        world.person("ana").roles.clear();
        rename(world, "ana", "left.ana@contoso.com");
        world.assigned("carla");
        rename(world, "carla", "ana@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-ana = t1 "Ana Doe": not-assigned
        active: true -> false
    fail user u-carla "Carla Doe": account-kept-for-another account="ana@contoso.com" attribute="userName" other="u-ana" value="ana@contoso.com"
    1 disable, 1 in step, 1 failed
    "#);
}

#[test]
fn a_group_that_was_made_again_takes_over_what_is_there() {
    let mut world = settled();
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    let sales = world.groups.remove("sales").expect("it is there");
    world.groups.insert("sales-2".into(), sales);
    world.groups.get_mut("sales-2").expect("it is there").members.remove("u-bo");
    let plan = world.plan();
    insta::assert_snapshot!(render(&plan), @r#"
    plan for contoso (initial cycle, practice)
    1 link group g-sales-2 = t3 "sales": matched attribute="displayName" value="sales"
    2 update group g-sales-2 = t3 "sales": attributes-differ
        externalId: "g-sales" -> "g-sales-2"
    3 remove members from group g-sales-2 = t3 "sales": members-left
        - u-bo = t2 "Bo Doe"
    skip group g-sales "sales": account-handed-over
    1 link, 1 update, 1 members removed, 1 skip, 2 in step
    "#);
}
