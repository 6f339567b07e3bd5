//! Step 1: who is signed in, and whether anything would stop them half-way.

use usher_graph::{DirectoryRole, Graph, Organization};

use super::{Checked, Facts, failed, fix, plain, state_of};
use crate::access::ENTRA_PERMISSIONS;
use crate::dto::{CheckResult, CommandError, Finding, Message, RemedyAction, StepState};

pub(super) async fn signed_in(facts: &Facts<'_>) -> Checked {
    let connection = &facts.loaded.connection;
    if connection.source.client_id.is_empty() {
        let finding = plain("client", CheckResult::Later, Message::new("sign-in-no-client"));
        return Ok((StepState::NotStarted, vec![finding]));
    }
    let Some(graph) = &facts.graph else {
        let finding = fix("signed-in", "sign-in-nobody", vec![RemedyAction::SignIn]);
        return Ok((StepState::Attention, vec![finding]));
    };
    let mut findings = Vec::new();
    let organization = match graph.organization().await {
        Ok(organization) => organization,
        Err(problem) => {
            let finding = failed("signed-in", &CommandError::from(problem));
            return Ok((StepState::Attention, vec![finding]));
        }
    };
    facts.loaded.note_tenant(&organization).await?;
    let name = organization.display_name.clone().unwrap_or_default();
    // With a client secret nobody is signed in: the application acts.
    let client = &facts.loaded.connection.source.client_id;
    let who =
        facts.accounts.entra.as_ref().map_or_else(|| client.clone(), |account| account.user_name.clone());
    let title = Message::new("sign-in-done").text("who", who).text("tenant", name);
    findings.push(plain("signed-in", CheckResult::Passed, title));
    findings.push(tenant(&organization));
    if facts.accounts.entra.is_some() {
        findings.push(role(graph).await);
        findings.push(permissions(facts));
    }
    findings.push(licence(&organization));
    findings.push(plain("goto-account", CheckResult::Later, Message::new("sign-in-goto-later")));
    Ok((state_of(&findings), findings))
}

/// Provisioning is not supported in B2C and External ID tenants (Microsoft Learn, "Known issues for provisioning").
fn tenant(organization: &Organization) -> Finding {
    match organization.tenant_type.as_deref() {
        None | Some("AAD") => plain("tenant", CheckResult::Passed, Message::new("sign-in-tenant-good")),
        Some(other) => {
            let mut finding = fix("tenant", "sign-in-tenant-unsupported", vec![]);
            finding.title = finding.title.text("type", other);
            finding
        }
    }
}

async fn role(graph: &Graph) -> Finding {
    match graph.my_roles().await {
        Ok(roles) => match roles.iter().find(|role| DirectoryRole::may_provision(role)) {
            Some(role) => {
                let name = role.display_name.clone().unwrap_or_default();
                plain("role", CheckResult::Passed, Message::new("sign-in-role-good").text("role", name))
            }
            None => {
                let open = RemedyAction::Open { link: "entra-roles".to_owned() };
                let mut finding = fix("role", "sign-in-role-missing", vec![open, RemedyAction::CheckAgain]);
                if let Some(remedy) = &mut finding.remedy {
                    remedy.request = Some(Message::new("sign-in-role-request"));
                }
                finding
            }
        },
        Err(problem) => failed("role", &problem.into()),
    }
}

/// Permissions that were asked for and are missing from what was granted.
fn permissions(facts: &Facts<'_>) -> Finding {
    let missing: Vec<&str> =
        ENTRA_PERMISSIONS.iter().map(|(name, _)| *name).filter(|name| !granted(facts, name)).collect();
    if missing.is_empty() {
        return plain("permissions", CheckResult::Passed, Message::new("sign-in-permissions-good"));
    }
    let mut finding = fix("permissions", "sign-in-permissions-missing", vec![RemedyAction::SignIn]);
    finding.title = finding.title.text("missing", missing.join(", "));
    if let Some(remedy) = &mut finding.remedy {
        remedy.request =
            Some(Message::new("sign-in-permissions-request").text("missing", missing.join(", ")));
    }
    finding
}

pub(super) fn granted(facts: &Facts<'_>, permission: &str) -> bool {
    let account = facts.accounts.entra.as_ref();
    account.is_some_and(|account| {
        account.scopes.iter().any(|scope| scope == permission || scope.ends_with(&format!("/{permission}")))
    })
}

/// Groups and provisioning logs need Entra ID P1; people can be assigned one by one without it.
fn licence(organization: &Organization) -> Finding {
    if organization.has_premium() {
        plain("licence", CheckResult::Passed, Message::new("sign-in-licence-good"))
    } else {
        plain("licence", CheckResult::Warning, Message::new("sign-in-licence-missing"))
    }
}
