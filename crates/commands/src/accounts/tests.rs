//! Who is meant by a name, and what adopting somebody out of scope asks for.

use serde_json::json;
use usher_plan::{Accounts, Decision, Decisions, ObjectKind, Standing};

use super::{Decide, chosen, with_decisions};
use crate::dto::{CommandError, ErrorCode};

/// Two accounts of the same name, one of them of somebody who is not assigned; and one person with two spellings.
fn found() -> Accounts {
    let account = |target: &str, name: &str, display: &str, standing: &str| {
        json!({ "kind": "user", "target": target, "name": name, "display": display, "active": true,
            "standing": standing })
    };
    let accounts = json!([
        account("k1", "john.smith@contoso.com", "John Smith", "matched"),
        account("k2", "jsmith@contoso.com", "John Smith", "outOfScope"),
        account("k3", "ana@contoso.com", "Ana", "ambiguous"),
        account("k4", "ANA@contoso.com", "Ana B.", "ambiguous"),
    ]);
    let all = json!({ "accounts": accounts, "managed": 0, "disabled": 0, "toCreate": 0, "memberships": [] });
    serde_json::from_value(all).expect("accounts")
}

fn adopt(who: &str, lose_access: bool) -> Result<Vec<String>, CommandError> {
    let decide = Decide { adopt: vec![who.to_owned()], lose_access, ..Decide::default() };
    Ok(chosen(&found(), &decide)?.into_iter().map(|(_, target, _)| target).collect())
}

#[test]
fn a_name_that_several_accounts_have_is_refused_and_they_are_named() {
    for who in ["John Smith", "john smith", "Ana@Contoso.com"] {
        let refused = adopt(who, true).expect_err(who);
        assert_eq!(
            (refused.code, refused.message.id.as_str()),
            (ErrorCode::Invalid, "error-account-several")
        );
        assert_eq!(refused.details.len(), 2, "{:?}", refused.details);
    }
    for (who, target) in
        [("john.smith@contoso.com", "k1"), ("k1", "k1"), ("ANA@contoso.com", "k4"), ("Ana", "k3")]
    {
        assert_eq!(adopt(who, false).expect(who), [target]);
    }
}

#[test]
fn who_is_out_of_scope_is_adopted_only_by_somebody_who_knows_that_access_is_lost() {
    let refused = adopt("jsmith@contoso.com", false).expect_err("it would be disabled");
    assert_eq!(refused.code, ErrorCode::NeedsPerson);
    assert_eq!(refused.message.id, "error-adopt-loses-access");
    assert_eq!(refused.details[0].value, "jsmith@contoso.com (John Smith)");
    assert_eq!(adopt("jsmith@contoso.com", true).expect("it was said"), ["k2"]);
    let leave = Decide { leave: vec!["k2".to_owned()], ..Decide::default() };
    assert_eq!(chosen(&found(), &leave).expect("nothing is lost by it").len(), 1);
}

#[test]
fn two_decisions_about_one_account_are_refused_by_whatever_names_it_goes() {
    let both = |adopt: &str, leave: &str| {
        let (adopt, leave) = (vec![adopt.to_owned()], vec![leave.to_owned()]);
        chosen(&found(), &Decide { adopt, leave, ..Decide::default() })
    };
    let refused = both("john.smith@contoso.com", "k1").expect_err("which of the two?");
    assert_eq!(
        (refused.code, refused.message.id.as_str()),
        (ErrorCode::Invalid, "error-account-two-decisions")
    );
    assert_eq!(both("k1", "k2").expect("two accounts").len(), 2);
    let twice = Decide { adopt: vec!["k1".to_owned(), "k1".to_owned()], ..Decide::default() };
    assert!(chosen(&found(), &twice).is_ok(), "said twice is no contradiction");
}

#[test]
fn what_is_adopted_is_no_longer_unclear_where_that_settles_whose_it_is() {
    use Standing::{Ambiguous, Matched};
    let standings = |because: &str, adopted: &[&str]| -> Vec<Standing> {
        let mut found = found();
        for account in found.accounts.iter_mut().filter(|account| account.standing == Ambiguous) {
            account.because = serde_json::from_value(json!({ "code": because })).expect("a reason");
        }
        let decided = adopted.iter().map(|id| (ObjectKind::User, (*id).into(), Decision::Adopt));
        let decided: Decisions = decided.collect();
        with_decisions(found, &decided).accounts[2..].iter().map(|account| account.standing).collect()
    };
    let (kept, several) = ("account-kept-for-another", "DuplicateTargetEntries");
    assert_eq!(standings(kept, &[]), [Ambiguous, Ambiguous]);
    assert_eq!(standings(kept, &["k3"]), [Matched, Ambiguous]);
    assert_eq!(standings(several, &["k3"]), [Matched, Ambiguous]);
    assert_eq!(standings(several, &["k3", "k4"]), [Ambiguous, Ambiguous], "which of the two?");
    assert_eq!(standings("DuplicateSourceEntries", &["k3"]), [Ambiguous, Ambiguous], "whose?");
}
