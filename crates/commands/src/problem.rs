//! Failures of every room as the one error that crosses the bridge: a code to branch on, a sentence to read, evidence.

use usher_auth::{ReferenceError, Refusal, SignInError, TokenError, VaultError};
use usher_engine::StopReason;
use usher_goto::{Class, GotoError};
use usher_graph::{GraphError, GraphErrorKind};
use usher_plan::Changed;
use usher_runner::RunError;
use usher_store::StoreError;

use crate::dto::{CommandError, Detail, ErrorCode, Message};

/// A failure with its sentence.
pub(crate) fn error(code: ErrorCode, message: Message) -> CommandError {
    CommandError { code, message, hint: None, retryable: false, details: Vec::new() }
}

impl CommandError {
    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(crate) fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    pub(crate) fn detail(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.push(Detail { name: name.to_owned(), value: value.into() });
        self
    }

    fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.detail(name, value.to_string()),
            None => self,
        }
    }
}

/// There is no such connection, plan, person or attempt.
pub(crate) fn missing(what: &str, which: &str) -> CommandError {
    error(ErrorCode::NotFound, Message::new(format!("error-no-such-{what}")).text("which", which))
}

impl From<StoreError> for CommandError {
    fn from(source: StoreError) -> Self {
        let text = source.to_string();
        match source {
            StoreError::NotFound { id } => missing("connection", &id),
            StoreError::Conflict { .. } => error(ErrorCode::Conflict, Message::new("error-saved-in-between")),
            StoreError::Held { holder } => {
                let message = match holder {
                    Some(holder) => Message::new("error-runs-elsewhere")
                        .text("program", holder.program)
                        .text("pid", holder.pid.to_string())
                        .text("host", holder.host),
                    None => Message::new("error-runs-elsewhere-unknown"),
                };
                error(ErrorCode::Conflict, message).retryable()
            }
            StoreError::OtherWorld { .. } => error(ErrorCode::Practice, Message::new("error-other-world")),
            _ => error(ErrorCode::Storage, Message::new("error-storage").text("detail", text)),
        }
    }
}

impl From<VaultError> for CommandError {
    fn from(source: VaultError) -> Self {
        let id = match &source {
            VaultError::Absent => "error-keyring-absent",
            VaultError::Locked => "error-keyring-locked",
            VaultError::Waiting { .. } => "error-keyring-waiting",
            VaultError::Damaged | VaultError::NotKept => "error-keyring-damaged",
            VaultError::TooLong { .. } => "error-keyring-too-long",
            VaultError::BadName | VaultError::Other(_) => "error-keyring-failed",
        };
        let found = error(ErrorCode::Keyring, Message::new(id)).hint(Message::new(format!("{id}-remedy")));
        found.retryable().detail("keyring", source.to_string())
    }
}

/// A reference that a person gave with a command, not a connection file.
pub(crate) fn given_reference(source: ReferenceError) -> CommandError {
    error(ErrorCode::SignIn, Message::new("error-secret-given").text("detail", source.to_string()))
}

impl From<ReferenceError> for CommandError {
    fn from(source: ReferenceError) -> Self {
        error(ErrorCode::SignIn, Message::new("error-secret-reference").text("detail", source.to_string()))
    }
}

impl From<TokenError> for CommandError {
    fn from(source: TokenError) -> Self {
        let text = source.to_string();
        match source {
            TokenError::SignInAgain { origin, .. } => {
                error(ErrorCode::SignIn, Message::new("error-sign-in-again").text("service", origin.as_str()))
                    .detail("reason", text)
            }
            TokenError::StaticTokenRefused { origin } => {
                error(ErrorCode::SignIn, Message::new("error-token-refused").text("service", origin.as_str()))
            }
            TokenError::Unreachable { host, cause } => {
                error(ErrorCode::Unreachable, Message::new("error-unreachable").text("service", host))
                    .hint(Message::new("error-unreachable-remedy"))
                    .retryable()
                    .detail("cause", cause.to_string())
            }
            TokenError::ClientRefused { host, refusal } => client_refused(&host, &refusal),
            TokenError::BadReply { host, problem } => {
                error(ErrorCode::Remote, Message::new("error-bad-reply").text("service", host))
                    .detail("problem", problem.to_string())
            }
            TokenError::Vault(vault) => vault.into(),
            TokenError::LockBusy { .. } | TokenError::LockFile { .. } => {
                error(ErrorCode::Conflict, Message::new("error-token-lock").text("detail", text)).retryable()
            }
        }
    }
}

fn client_refused(host: &str, refusal: &Refusal) -> CommandError {
    let found = error(ErrorCode::SignIn, Message::new("error-client-refused").text("service", host));
    with_refusal(found.hint(Message::new("error-client-refused-remedy")), refusal)
}

fn with_refusal(found: CommandError, refusal: &Refusal) -> CommandError {
    let aadsts = refusal.aadsts.first().map(|number| format!("AADSTS{number}"));
    found
        .detail("error", refusal.error.clone())
        .maybe("code", aadsts)
        .maybe("correlation-id", refusal.correlation_id.as_ref())
}

impl From<SignInError> for CommandError {
    fn from(source: SignInError) -> Self {
        match source {
            SignInError::PortTaken { port, spares } => {
                let spare = spares.first().cloned().unwrap_or_default();
                let message = Message::new("error-port-taken").text("port", port.to_string());
                let remedy =
                    if spare.is_empty() { "error-port-taken-no-spare" } else { "error-port-taken-remedy" };
                error(ErrorCode::Conflict, message)
                    .hint(Message::new(remedy).text("spare", spare))
                    .retryable()
            }
            SignInError::Listener { kind } => {
                error(ErrorCode::Storage, Message::new("error-listener").text("detail", kind.to_string()))
            }
            SignInError::BadRedirect { uri } => {
                error(ErrorCode::Invalid, Message::new("error-redirect").text("uri", uri))
            }
            SignInError::Cancelled => error(ErrorCode::Cancelled, Message::new("error-sign-in-cancelled")),
            SignInError::TimedOut { waited } => {
                let minutes = u32::try_from(waited.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
                error(
                    ErrorCode::SignIn,
                    Message::new("error-browser-did-not-return").number("minutes", minutes),
                )
                .hint(Message::new("error-browser-did-not-return-remedy"))
                .retryable()
            }
            SignInError::Denied { refusal } => {
                let found = error(ErrorCode::SignIn, Message::new("error-consent-denied"));
                with_refusal(found.hint(Message::new("error-consent-denied-remedy")).retryable(), &refusal)
            }
            SignInError::Refused { host, refusal } => {
                let found =
                    error(ErrorCode::SignIn, Message::new("error-sign-in-refused").text("service", host));
                with_refusal(found.hint(Message::new("error-sign-in-refused-remedy")), &refusal)
            }
            SignInError::ClientRefused { host, refusal } => client_refused(&host, &refusal),
            SignInError::WrongIssuer { host } => {
                error(ErrorCode::SignIn, Message::new("error-forged-answer").text("service", host))
            }
            SignInError::CodeExpired => {
                error(ErrorCode::SignIn, Message::new("error-code-expired")).retryable()
            }
            SignInError::NoDeviceCode { host } => {
                error(ErrorCode::Invalid, Message::new("error-no-device-code").text("service", host))
            }
            SignInError::Unreachable { host, cause } => {
                error(ErrorCode::Unreachable, Message::new("error-unreachable").text("service", host))
                    .hint(Message::new("error-unreachable-remedy"))
                    .retryable()
                    .detail("cause", cause.to_string())
            }
            SignInError::BadReply { host, problem } => {
                error(ErrorCode::Remote, Message::new("error-bad-reply").text("service", host))
                    .detail("problem", problem.to_string())
            }
        }
    }
}

impl From<GraphError> for CommandError {
    fn from(source: GraphError) -> Self {
        use GraphErrorKind as Kind;
        let (code, id) = match source.kind {
            Kind::NotSignedIn => (ErrorCode::SignIn, "error-entra-sign-in"),
            Kind::ClientRefused => (ErrorCode::SignIn, "error-entra-client-refused"),
            Kind::StepUp => (ErrorCode::SignIn, "error-entra-step-up"),
            Kind::Forbidden | Kind::SyncRefused => (ErrorCode::Forbidden, "error-entra-forbidden"),
            // Whom a person names is looked for before: what is not there now is no mistake of theirs.
            Kind::NotFound => (ErrorCode::Remote, "error-entra-not-found"),
            Kind::Conflict => (ErrorCode::Conflict, "error-entra-conflict"),
            Kind::Unreachable | Kind::LostReply => (ErrorCode::Unreachable, "error-entra-unreachable"),
            Kind::Throttled => (ErrorCode::Remote, "error-entra-throttled"),
            Kind::ReplicationPending => (ErrorCode::Remote, "error-entra-replicating"),
            Kind::OtherOrigin => (ErrorCode::Remote, "error-other-origin"),
            Kind::Invalid | Kind::Resync | Kind::Server | Kind::Protocol => {
                (ErrorCode::Remote, "error-entra-failed")
            }
        };
        let mut found = error(code, Message::new(id)).hint(Message::new(format!("{id}-remedy")));
        found.retryable = source.is_transient();
        found
            .detail("request", format!("{} {}", source.method, source.path))
            .maybe("status", source.status)
            .maybe("code", source.code.as_ref())
            .maybe("message", Some(&source.message).filter(|message| !message.is_empty()))
            .maybe("request-id", source.request_id.as_ref())
            .maybe("client-request-id", source.client_request_id.as_ref())
    }
}

impl From<GotoError> for CommandError {
    fn from(source: GotoError) -> Self {
        let (code, id) = match &source.class {
            Class::NeedsOrganisationRole => (ErrorCode::Forbidden, "error-goto-organisation-role"),
            Class::BadToken | Class::NotSignedIn => (ErrorCode::SignIn, "error-goto-sign-in"),
            Class::MissingScope => (ErrorCode::Forbidden, "error-goto-scope"),
            Class::Forbidden => (ErrorCode::Forbidden, "error-goto-forbidden"),
            Class::NotFound => (ErrorCode::Remote, "error-goto-not-found"),
            Class::Conflict => (ErrorCode::Conflict, "error-goto-conflict"),
            Class::TooMany { .. } => (ErrorCode::Remote, "error-goto-throttled"),
            Class::Unreachable | Class::LostReply => (ErrorCode::Unreachable, "error-goto-unreachable"),
            Class::Incomplete => (ErrorCode::Remote, "error-goto-incomplete"),
            Class::OtherOrigin => (ErrorCode::Remote, "error-other-origin"),
            Class::Invalid
            | Class::Server
            | Class::Unsupported
            | Class::TooManyMembers { .. }
            | Class::Protocol => (ErrorCode::Remote, "error-goto-failed"),
        };
        let mut found = error(code, Message::new(id)).hint(Message::new(format!("{id}-remedy")));
        found.retryable = source.is_transient();
        found
            .detail("request", format!("{} {}", source.method, source.path))
            .maybe("status", source.status)
            .maybe("code", source.code.as_ref())
            .maybe("detail", Some(&source.detail).filter(|detail| !detail.is_empty()))
    }
}

impl From<RunError> for CommandError {
    fn from(source: RunError) -> Self {
        match source {
            RunError::Source(graph) => graph.into(),
            RunError::Target(goto) => goto.into(),
            RunError::Store(store) => store.into(),
            RunError::NotScim => error(ErrorCode::Remote, Message::new("error-not-scim")),
            RunError::Mappings(findings) => {
                let mut found = error(ErrorCode::Invalid, Message::new("error-mappings"));
                for finding in findings {
                    let row = finding.row.map_or_else(String::new, |row| format!(" row {}", row + 1));
                    let with: Vec<_> =
                        finding.with.iter().map(|(name, value)| format!("{name} {value}")).collect();
                    found = found.detail(finding.code.as_str(), format!("{}{row}", with.join(", ")));
                }
                found
            }
            RunError::WrongTenant { wanted, found } => {
                let message = Message::new("error-other-tenant").text("wanted", wanted).text("found", found);
                error(ErrorCode::SignIn, message).hint(Message::new("error-other-tenant-remedy"))
            }
            RunError::IncompleteRead => {
                error(ErrorCode::Remote, Message::new("error-incomplete-read")).retryable()
            }
            RunError::Guarded(plan) => {
                let mut found = error(ErrorCode::NeedsPerson, Message::new("error-guarded"));
                for guard in &plan.guards {
                    found = found.detail("guard", crate::catalogue::words(&crate::rows::guard(guard)));
                }
                found.detail("plan", plan.hash.clone())
            }
            RunError::Overtaken { plan, changed } => {
                let mut found: Self = RunError::Guarded(plan).into();
                found.message = Message::new("error-approval-overtaken");
                for change in changed.iter().take(20) {
                    found = found.detail("changed", changed_text(change));
                }
                found
            }
            RunError::Stale { changed } => {
                let mut found = error(ErrorCode::Stale, Message::new("error-plan-stale"));
                for change in changed.iter().take(20) {
                    found = found.detail("changed", changed_text(change));
                }
                found
            }
            RunError::Edited => error(ErrorCode::Stale, Message::new("error-plan-edited")),
            RunError::OtherWorld => error(ErrorCode::Practice, Message::new("error-other-world")),
            RunError::OtherConnection => error(ErrorCode::Invalid, Message::new("error-other-connection")),
            RunError::NotSettled { why: StopReason::LostAuthentication } => {
                error(ErrorCode::SignIn, Message::new("error-goto-sign-in"))
                    .hint(Message::new("error-goto-sign-in-remedy"))
            }
            RunError::NotSettled { why } => {
                error(stopped(&why), Message::new("error-not-settled")).retryable()
            }
            RunError::PlanForm(detail) => {
                error(ErrorCode::Invalid, Message::new("error-plan-form").text("detail", detail))
            }
            RunError::Cancelled => error(ErrorCode::Cancelled, Message::new("error-cancelled")),
        }
    }
}

/// What kind of failure it is that a run stopped at.
pub(crate) fn stopped(why: &StopReason) -> ErrorCode {
    match why {
        StopReason::LostAuthentication => ErrorCode::SignIn,
        StopReason::JournalFailed => ErrorCode::Storage,
        StopReason::QuotaSpent
        | StopReason::TargetUnreachable
        | StopReason::WrongAddress
        | StopReason::ReadBackRefused => ErrorCode::Remote,
    }
}

fn changed_text(change: &Changed) -> String {
    match change {
        Changed::Connection => "connection".to_owned(),
        Changed::Practice => "practice".to_owned(),
        Changed::Configuration => "configuration".to_owned(),
        Changed::Policy => "policy".to_owned(),
        Changed::Target => "service provider".to_owned(),
        Changed::Guards => "guards".to_owned(),
        Changed::Operation { display, .. } => format!("{display}: changed in the meantime"),
        Changed::NoLonger { display, .. } => format!("{display}: no longer called for"),
        Changed::New { display, .. } => format!("{display}: new"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_entra_does_not_have_is_no_mistake_of_whoever_asks() {
        let gone = GraphError {
            kind: GraphErrorKind::NotFound,
            method: "GET".to_owned(),
            path: "/users/delta".to_owned(),
            status: Some(404),
            code: None,
            message: String::new(),
            request_id: None,
            client_request_id: None,
            retry_after: None,
        };
        let told = CommandError::from(gone);
        assert_eq!((told.code, told.message.id.as_str()), (ErrorCode::Remote, "error-entra-not-found"));
        assert_eq!(missing("person", "ana").code, ErrorCode::NotFound);
    }
}
