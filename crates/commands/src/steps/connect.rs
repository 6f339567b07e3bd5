//! Step 6: who authorized Usher at GoTo, and whether the connection was tested.

use super::{Checked, Facts, fix, plain, state_of};
use crate::access::GOTO_SCOPES;
use crate::connect;
use crate::dto::{CheckResult, Message, RemedyAction, StepId, StepState};

pub(super) async fn connected(facts: &Facts<'_>) -> Checked {
    let connection = &facts.loaded.connection;
    let has_token = connection.target.token.is_some();
    if connection.target.client_id.is_empty() && !has_token {
        let finding = plain("client", CheckResult::Later, Message::new("connect-no-client"));
        return Ok((StepState::NotStarted, vec![finding]));
    }
    let mut findings = Vec::new();
    match &facts.accounts.goto {
        Some(account) => {
            let title = Message::new("connect-authorized").text("who", account.user_name.clone());
            findings.push(plain("authorized", CheckResult::Passed, title));
            let missing: Vec<&str> = GOTO_SCOPES
                .iter()
                .copied()
                .filter(|scope| !account.scopes.iter().any(|held| held == scope))
                .collect();
            if !missing.is_empty() {
                let open = RemedyAction::Open { link: "goto-oauth-clients".to_owned() };
                let mut finding =
                    fix("scopes", "connect-scopes-missing", vec![open, RemedyAction::Authorize]);
                finding.title = finding.title.text("missing", missing.join(", "));
                findings.push(finding);
            }
        }
        None if has_token => {}
        None => findings.push(fix("authorized", "connect-nobody", vec![RemedyAction::Authorize])),
    }
    findings.push(match connect::last_test(facts.loaded).await? {
        Some(tested) if tested.passed => plain(
            "test",
            CheckResult::Passed,
            Message::new("connect-tested").text("at", tested.at.to_string()),
        ),
        Some(_) => fix("test", "connect-test-failed", vec![RemedyAction::GoTo { step: StepId::Connect }]),
        None => fix("test", "connect-not-tested", vec![RemedyAction::GoTo { step: StepId::Connect }]),
    });
    Ok((state_of(&findings), findings))
}
