//! Which account belongs to whom.

use super::{planned, replanned, settled};
use crate::model::Value;
use crate::policy::Policy;
use crate::snapshot::TargetPart;
use usher_mapping::Profile;

#[test]
fn an_account_with_the_same_user_name_is_adopted_whatever_its_case() {
    let plan = planned(|world| {
        world.assigned("ana");
        world.account("ANA@Contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 link user u-ana = t1 "Ana Doe": matched attribute="userName" value="ana@contoso.com"
    2 update user u-ana = t1 "Ana Doe": attributes-differ
        externalId: "u-ana"
        name.givenName: "Ana"
        name.familyName: "Doe"
    1 link, 1 update
    "#);
}

#[test]
fn several_matching_accounts_are_a_failure() {
    let plan = planned(|world| {
        world.assigned("ana");
        world.account("ana@contoso.com");
        world.account("Ana@contoso.com");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": DuplicateTargetEntries attribute="userName" value="ana@contoso.com"
    1 failed
    "#);
}

#[test]
fn two_people_with_one_user_name_are_both_a_failure_whether_the_account_exists_or_not() {
    let plan = |exists: bool| {
        planned(|world| {
            world.assigned("ana");
            world.assigned("bo").attributes.insert("userPrincipalName".into(), "ANA@contoso.com".into());
            if exists {
                world.account("ana@contoso.com");
            }
        })
    };
    insta::assert_snapshot!(plan(false), @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": DuplicateSourceEntries attribute="userName" other="u-bo" value="ana@contoso.com"
    fail user u-bo "Bo Doe": DuplicateSourceEntries attribute="userName" other="u-ana" value="ANA@contoso.com"
    2 failed
    "#);
    assert_eq!(plan(false).replace("1 create", ""), plan(true), "no account is made, none is taken");
}

#[test]
fn whoever_is_linked_keeps_the_account_when_a_namesake_appears() {
    let plan = replanned(|world| {
        world.assigned("carla").attributes.insert("userPrincipalName".into(), "ana@contoso.com".into());
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-carla "Carla Doe": DuplicateSourceEntries attribute="userName" other="u-ana" value="ana@contoso.com"
    2 in step, 1 failed
    "#);
}

#[test]
fn a_person_created_anew_in_entra_is_a_new_person() {
    let plan = replanned(|world| {
        let ana = world.people.remove("ana").expect("she was there");
        world.people.insert("ana-2".into(), ana);
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 disable user u-ana = t1 "ana@contoso.com": gone-from-entra
        active: true -> false
    fail user u-ana-2 "Ana Doe": account-kept-for-another account="ana@contoso.com" attribute="userName" other="u-ana" value="ana@contoso.com"
    1 disable, 1 in step, 1 failed
    "#);
}

#[test]
fn a_linked_person_who_is_renamed_is_updated_not_created() {
    let plan = replanned(|world| {
        world.person("ana").attributes.insert("userPrincipalName".into(), "ana.lee@contoso.com".into());
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 update user u-ana = t1 "Ana Doe": attributes-differ
        userName: "ana@contoso.com" -> "ana.lee@contoso.com"
    1 update, 1 in step
    "#);
}

#[test]
fn a_rename_to_a_name_that_another_account_has_is_a_failure() {
    let plan = replanned(|world| {
        world.account("ana.lee@contoso.com");
        world.person("ana").attributes.insert("userPrincipalName".into(), "Ana.Lee@contoso.com".into());
    });
    assert!(plan.contains(r#"fail user u-ana "Ana Doe": EntryConflict attribute="userName""#), "{plan}");
}

#[test]
fn without_any_matching_value_nothing_is_known() {
    let plan = planned(|world| {
        world.assigned("ana").attributes.remove("userPrincipalName");
    });
    assert!(plan.contains(r#"skip user u-ana "Ana Doe": ImportSkipped attributes="userName""#), "{plan}");
}

#[test]
fn a_vanished_account_is_made_again_and_reported() {
    let plan = replanned(|world| {
        world.accounts.remove("t1");
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    1 create user u-ana "Ana Doe": in-scope-no-match
        userName: "ana@contoso.com"
        externalId: "u-ana"
        active: true
        name.givenName: "Ana"
        name.familyName: "Doe"
    note user u-ana = t1: target-gone
    1 create, 1 in step
    "#);
}

#[test]
fn under_microsofts_rules_a_vanished_account_is_a_failure() {
    let plan = replanned(|world| {
        world.policy = Policy::entra(Profile::Goto);
        world.accounts.remove("t1");
    });
    assert!(plan.contains(r#"fail user u-ana "Ana Doe": InvalidAnchor"#), "{plan}");
}

#[test]
fn an_account_that_was_merely_not_read_is_neither_created_nor_given_up() {
    let plan = replanned(|world| {
        world.assigned("carla");
        world.accounts.remove("t1");
        world.target_interrupted.insert(TargetPart::Users);
    });
    insta::assert_snapshot!(plan, @r#"
    plan for contoso (initial cycle, practice)
    fail user u-ana "Ana Doe": target-not-read
    fail user u-carla "Carla Doe": target-not-read
    1 in step, 2 failed
    "#);
}

#[test]
fn matching_attributes_are_tried_by_precedence() {
    let plan = planned(|world| {
        world.user_row("name.familyName").matching = Some(2);
        world.assigned("ana");
        let id = world.account("a.doe@contoso.com");
        let account = world.accounts.get_mut(&id).expect("it was made");
        account.attributes.insert("name.familyName".into(), Value::Text("doe".into()));
    });
    assert!(
        plan.contains(r#"link user u-ana = t1 "Ana Doe": matched attribute="name.familyName""#),
        "{plan}"
    );
}

#[test]
fn links_hold_when_the_user_name_was_changed_at_the_target() {
    let mut world = settled();
    let account = world.accounts.get_mut("t1").expect("ana's");
    account.attributes.insert("userName".into(), Value::Text("someone@contoso.com".into()));
    let plan = crate::render(&world.plan());
    assert!(plan.contains(r#"userName: "someone@contoso.com" -> "ana@contoso.com""#), "{plan}");
}
