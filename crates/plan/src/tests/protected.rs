//! Protected accounts: no plan takes their access away, whatever the source says.

use super::{replanned, settled};
use crate::model::Value;
use crate::render;
use crate::testkit::World;

/// Everything that takes Ana's access away, each in a world where she is provisioned and in step.
const WAYS_OUT: &[fn(&mut World)] = &[
    |world| world.person("ana").roles.clear(),
    |world| world.person("ana").enabled = false,
    |world| world.person("ana").soft_deleted = true,
    |world| drop(world.people.remove("ana")),
    |world| world.filter("displayName", "EQUALS", &["Bo Doe"]),
    |world| world.user_row("active").source = usher_mapping::Source::Constant("False".into()),
];

#[test]
fn who_is_protected_is_skipped_with_a_reason_and_a_note() {
    let plan = replanned(|world| {
        world.guards.protected = vec!["ANA*@contoso.com".into()];
        world.person("ana").roles.clear();
        world.person("bo").roles.clear();
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-bo = t2 "Bo Doe": not-assigned
        active: true -> false
    skip user u-ana "Ana Doe": protected-account because="not-assigned"
    note user u-ana = t1: protected-account because="not-assigned"
    1 disable, 1 skip
    "#);
}

#[test]
fn patterns_and_own_accounts_hold_against_every_way_out() {
    let protections: [fn(&mut World); 3] = [
        |world| world.guards.protected = vec!["an?".into(), "ana@*".into()],
        |world| world.acting = vec!["Ana@Contoso.com".into()],
        |world| world.acting = vec!["u-ana".into()],
    ];
    for way_out in WAYS_OUT {
        assert!(
            replanned(way_out).contains("disable user u-ana"),
            "without protection: {}",
            replanned(way_out)
        );
        for protect in protections {
            let plan = replanned(|world| {
                protect(world);
                way_out(world);
            });
            assert!(
                !plan.contains("disable user u-ana") && plan.contains("u-ana = t1: protected-account"),
                "{plan}"
            );
        }
    }
}

#[test]
fn a_deletion_is_no_way_out_either() {
    let plan = |protected: &[&str]| {
        replanned(|world| {
            world.policy.hard_deleted = crate::policy::HardDeleted::Delete;
            world.mappings.users.actions.delete = true;
            world.guards.users.delete = true;
            world.guards.protected = protected.iter().map(|&pattern| pattern.to_owned()).collect();
            world.people.remove("ana");
            world.purged.insert("u-ana".into());
        })
    };
    assert!(plan(&[]).contains("delete user u-ana"), "{}", plan(&[]));
    let kept = plan(&["ana@contoso.com"]);
    assert!(
        !kept.contains("delete user") && kept.contains(r#"protected-account because="hard-deleted""#),
        "{kept}"
    );
}

#[test]
fn either_name_suffices() {
    let mut world = settled();
    world.guards.protected = vec!["rescue@contoso.com".into()];
    let account = world.accounts.get_mut("t1").expect("Ana's account");
    account.attributes.insert("userName".into(), Value::Text("Rescue@contoso.com".into()));
    world.person("ana").enabled = false;
    assert!(
        !render(&world.plan()).contains("disable user"),
        "by the name at the target: {}",
        render(&world.plan())
    );
    let mut world = settled();
    world.guards.protected = vec!["rescue@contoso.com".into()];
    world.person("ana").attributes.insert("userPrincipalName".into(), "rescue@contoso.com".into());
    world.person("ana").enabled = false;
    assert!(
        !render(&world.plan()).contains("disable user"),
        "by the name in Entra: {}",
        render(&world.plan())
    );
}

#[test]
fn nobody_who_is_protected_is_taken_out_of_a_group() {
    let mut world = settled();
    world.assigned_group("sales", &["ana", "bo"]);
    world.settle();
    world.assigned_group("sales", &[]);
    let without = render(&world.plan());
    assert!(without.contains("- u-ana = t1") && without.contains("- u-bo = t2"), "{without}");
    world.guards.protected = vec!["ana@contoso.com".into()];
    let with = render(&world.plan());
    assert!(!with.contains("- u-ana") && with.contains("- u-bo = t2"), "{with}");
    assert!(with.contains(r#"protected-members count="1""#), "{with}");
    let plan = world.plan();
    world.apply(&plan);
    assert!(world.plan().is_empty(), "{}", render(&world.plan()));
}

#[test]
fn protection_gives_nobody_access() {
    let plan = super::planned(|world| {
        world.guards.protected = vec!["*".into()];
        world.unassigned("ana");
        world.assigned("bo");
    });
    assert!(plan.contains(r#"skip user u-ana "Ana Doe": not-assigned"#), "{plan}");
    assert!(plan.contains("1 create user u-bo"), "{plan}");
}
