//! Test connection.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use usher_goto::{Check, CheckName, CheckOutcome, Diagnosis, test_connection as test};

use crate::access;
use crate::app::App;
use crate::dto::{
    CheckResult, CommandError, ConnectionRef, ConnectionTest, Finding, Message, Remedy, RemedyAction, TestRow,
};
use crate::loaded::{Loaded, load};
use crate::problem::error;

/// What is remembered of the last test: what it was of, and whether it passed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tested {
    pub(crate) at: jiff::Timestamp,
    pub(crate) of: String,
    pub(crate) passed: bool,
    /// What a person sees of it.
    #[serde(default)]
    pub(crate) report: Option<ConnectionTest>,
}

const TESTED: &str = "tested";

/// What a test speaks of: another address or client is another test.
fn subject(connection: &usher_runner::config::Connection) -> String {
    let target = &connection.target;
    format!("{} {} {:?}", target.base_url, target.client_id, target.dialect)
}

/// Tests the connection to the service provider. Changes nothing there.
pub async fn test_connection(app: &Arc<App>, request: ConnectionRef) -> Result<ConnectionTest, CommandError> {
    let loaded = load(app, &request.id).await?;
    let connection = &loaded.connection;
    if connection.target.token.is_none() && connection.target.client_id.is_empty() {
        return Err(error(crate::dto::ErrorCode::Invalid, Message::new("error-needs-goto-client")));
    }
    let provider = access::provider(app, connection).await?;
    // What a test finds out about the service provider replaces what was known: a person tests after a change.
    usher_runner::forget_capabilities(&loaded.memory).await?;
    let known = usher_runner::known_capabilities(&provider, connection, &loaded.memory, app.now()).await;
    let provider = match &known {
        Ok(known) => provider.with_capabilities(known.record().clone()),
        Err(_) => provider,
    };
    let admin = access::admin(app, connection).await?;
    let checks = test(&provider, admin.as_ref()).await;
    let now = app.now();
    let passed =
        checks.iter().all(|check| matches!(check.outcome, CheckOutcome::Passed | CheckOutcome::NotProven));
    let diagnosis = checks.iter().find_map(|check| match check.outcome {
        CheckOutcome::Failed(diagnosis) => Some(explain(check.name, diagnosis)),
        _ => None,
    });
    let milliseconds = checks.iter().map(|check| check.ms).sum::<u64>();
    let report = ConnectionTest {
        rows: checks.iter().map(row).collect(),
        passed,
        tested_at: now.to_string(),
        milliseconds: u32::try_from(milliseconds).unwrap_or(u32::MAX),
        diagnosis,
    };
    let tested = Tested { at: now, of: subject(connection), passed, report: Some(report.clone()) };
    loaded.memory.with(move |store| store.set_state(TESTED, &tested)).await?;
    Ok(report)
}

/// The last test of the connection as it is now.
pub(crate) async fn last_test(loaded: &Loaded) -> Result<Option<Tested>, CommandError> {
    let tested: Option<Tested> = loaded.memory.with(|store| store.state(TESTED)).await?;
    Ok(tested.filter(|tested| tested.of == subject(&loaded.connection)))
}

fn word(name: CheckName) -> &'static str {
    match name {
        CheckName::FindService => "find-service",
        CheckName::SecureConnection => "secure-connection",
        CheckName::SignIn => "sign-in",
        CheckName::ReadPeople => "read-people",
        CheckName::WritePeople => "write-people",
        CheckName::Groups => "groups",
    }
}

fn row(check: &Check) -> TestRow {
    let (result, suffix) = match check.outcome {
        CheckOutcome::Passed => (CheckResult::Passed, "passed"),
        CheckOutcome::Failed(_) => (CheckResult::FixThis, "failed"),
        CheckOutcome::NotProven => (CheckResult::Information, "not-proven"),
        CheckOutcome::Skipped => (CheckResult::NotTried, "not-tried"),
    };
    TestRow {
        id: word(check.name).to_owned(),
        result,
        title: Message::new(format!("test-{}-{suffix}", word(check.name))),
        evidence: Message::new("test-evidence").text("evidence", check.evidence.clone()),
        milliseconds: u32::try_from(check.ms).unwrap_or(u32::MAX),
    }
}

/// The diagnosis of a failed check, with its remedy.
fn explain(name: CheckName, diagnosis: Diagnosis) -> Finding {
    use Diagnosis as D;
    let (id, actions): (&str, Vec<RemedyAction>) = match diagnosis {
        D::NameNotFound => ("name-not-found", vec![]),
        D::ConnectionRefused => ("connection-refused", vec![]),
        D::NoAnswer => ("no-answer", vec![]),
        D::CertificateNotTrusted => ("certificate", vec![]),
        D::ConnectionBroken => ("connection-broken", vec![]),
        D::NotSignedIn => ("not-signed-in", vec![RemedyAction::Authorize]),
        D::TokenRefused => ("token-refused", vec![RemedyAction::Authorize]),
        D::MissingScope => ("missing-scope", vec![open("goto-oauth-clients"), RemedyAction::Authorize]),
        D::NeedsOrganisationRole => {
            ("organisation-role", vec![open("organization-center"), RemedyAction::Authorize])
        }
        D::NotOrganisationAdmin => ("organisation-admin", vec![open("organization-center")]),
        D::NotAllowed => ("not-allowed", vec![open("organization-center")]),
        D::WrongAddress => ("wrong-address", vec![]),
        D::NotScim => ("not-scim", vec![]),
        D::FilterIgnored => ("filter-ignored", vec![]),
        D::FilterRefused => ("filter-refused", vec![]),
        D::TooManyRequests => ("too-many-requests", vec![]),
        D::ServiceFails => ("service-fails", vec![]),
        D::NoGroups => ("no-groups", vec![]),
    };
    let mut actions = actions;
    actions.push(RemedyAction::CheckAgain);
    Finding {
        id: word(name).to_owned(),
        result: CheckResult::FixThis,
        title: Message::new(format!("diagnosis-{id}")),
        evidence: Vec::new(),
        remedy: Some(Remedy {
            steps: vec![Message::new(format!("diagnosis-{id}-remedy"))],
            actions,
            request: None,
        }),
    }
}

fn open(link: &str) -> RemedyAction {
    RemedyAction::Open { link: link.to_owned() }
}
