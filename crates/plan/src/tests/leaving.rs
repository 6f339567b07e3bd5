//! Who loses access, and who never does.

use super::{planned, replanned, settled};
use crate::policy::{OutOfScope, Policy};
use crate::render;
use crate::snapshot::SourcePart;
use usher_mapping::Profile;

#[test]
fn each_way_out_disables_with_its_reason() {
    let unassigned = replanned(|world| world.person("ana").roles.clear());
    insta::assert_snapshot!(unassigned, @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-ana = t1 "Ana Doe": not-assigned
        active: true -> false
    1 disable, 1 in step
    "#);
    let disabled = replanned(|world| world.person("ana").enabled = false);
    assert!(disabled.contains(r#"1 disable user u-ana = t1 "Ana Doe": disabled-in-entra"#), "{disabled}");
    let recycled = replanned(|world| world.person("ana").soft_deleted = true);
    assert!(recycled.contains(r#"1 disable user u-ana = t1 "Ana Doe": soft-deleted"#), "{recycled}");
    let gone = replanned(|world| {
        world.people.remove("ana");
    });
    assert!(gone.contains(r#"1 disable user u-ana = t1 "ana@contoso.com": gone-from-entra"#), "{gone}");
    let purged = replanned(|world| {
        world.people.remove("ana");
        world.purged.insert("u-ana".into());
    });
    assert!(purged.contains(r#"1 disable user u-ana = t1 "ana@contoso.com": hard-deleted"#), "{purged}");
}

#[test]
fn an_account_without_a_link_is_never_touched() {
    let plan = planned(|world| {
        world.unassigned("ana");
        world.account("ana@contoso.com");
        world.account("stranger@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": not-assigned
    1 skip
    "#);
}

#[test]
fn who_is_inactive_already_is_not_disabled_again_and_comes_back_with_one_change() {
    let mut world = settled();
    world.person("ana").roles.clear();
    world.settle();
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    skip user u-ana "Ana Doe": already-inactive because="not-assigned"
    1 skip, 1 in step
    "#);
    world.person("ana").roles.insert(crate::testkit::ROLE.into());
    insta::assert_snapshot!(render(&world.plan()), @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": re-enabled
        active: false -> true
    1 update, 1 in step
    "#);
    world.settle();
}

#[test]
fn an_incomplete_read_of_any_part_withholds_every_removal() {
    for part in SourcePart::ALL {
        let plan = replanned(|world| {
            world.interrupted.insert(part);
            world.person("ana").enabled = false;
            world.people.remove("bo");
            world.assigned("carla");
        });
        assert!(!plan.contains("disable user") && plan.contains("create user u-carla"), "{plan}");
        assert!(plan.contains("guard incomplete-read: 2 of 2, limit 0, cannot be approved"), "{plan}");
        assert!(plan.contains(r#"withheld-incomplete-read because="disabled-in-entra""#), "{plan}");
    }
}

#[test]
fn without_active_at_the_service_provider_nobody_can_be_disabled_and_the_plan_says_so() {
    let plan = replanned(|world| {
        world.capabilities.active = false;
        world.person("ana").roles.clear();
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": disable-not-supported because="not-assigned"
    note user: attribute-not-supported attribute="active"
    1 in step, 1 failed
    "#);
}

#[test]
fn without_a_row_for_active_nobody_can_be_disabled_and_the_plan_says_so() {
    let plan = replanned(|world| {
        world.mappings.users.attributes.retain(|row| row.target != "active");
        world.person("ana").roles.clear();
    });
    assert!(
        plan.contains(r#"fail user u-ana "Ana Doe": disable-not-mapped because="not-assigned""#),
        "{plan}"
    );
}

#[test]
fn leaving_people_in_place_still_disables_those_who_are_disabled_in_entra() {
    let plan = replanned(|world| {
        world.policy.out_of_scope = OutOfScope::Leave;
        world.person("ana").roles.clear();
        world.person("bo").enabled = false;
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-bo = t2 "Bo Doe": disabled-in-entra
        active: true -> false
    skip user u-ana "Ana Doe": left-in-place because="not-assigned"
    1 disable, 1 skip
    "#);
}

#[test]
fn microsofts_service_deletes_who_was_hard_deleted_where_deletes_are_on() {
    let plan = |deletes: bool| {
        replanned(|world| {
            world.policy = Policy::entra(Profile::Goto);
            world.guards.users.delete = deletes;
            world.mappings.users.actions.delete = true;
            world.people.remove("ana");
            world.purged.insert("u-ana".into());
        })
    };
    assert!(
        plan(true).contains(r#"1 delete user u-ana = t1 "ana@contoso.com": hard-deleted"#),
        "{}",
        plan(true)
    );
    assert!(plan(false).contains("1 disable user u-ana"), "{}", plan(false));
}

#[test]
fn a_failing_value_elsewhere_does_not_keep_a_leaver_in() {
    let mut world = settled();
    world.user_row("externalId").source = usher_mapping::Source::Attribute("proxyAddresses".into());
    world.person("ana").enabled = false;
    assert!(render(&world.plan()).contains("1 disable user u-ana"));
}

#[test]
fn a_leaver_whose_account_is_gone_needs_nothing() {
    let plan = replanned(|world| {
        world.accounts.remove("t1");
        world.person("ana").roles.clear();
    });
    assert!(plan.contains(r#"skip user u-ana "Ana Doe": already-gone because="not-assigned""#), "{plan}");
}
