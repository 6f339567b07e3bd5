//! Notices by mail.

use super::{Message, SecretInput};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The mail server of the local runner's notices. Without a name there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailServer {
    /// Its name.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: String,
    /// Who signs in; empty for nobody.
    pub user: String,
    /// Whom the mail comes from.
    pub from: String,
}

/// Whom a connection tells, through which server, and how that went.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Notices {
    /// Addresses.
    pub to: Vec<String>,
    /// Whether they are told.
    pub on_failure: bool,
    /// Name and port of the mail server.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Whether there is a password. The password itself never comes back.
    pub password_stored: bool,
    /// What was told last, newest first.
    pub told: Vec<ToldNotice>,
    /// What could not be sent yet, oldest first.
    pub waiting: Vec<Message>,
    /// How the last try ended.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastMail>,
}

/// A notice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ToldNotice {
    /// When (ISO 8601).
    pub at: String,
    /// What happened.
    pub message: Message,
}

/// How a mail was received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LastMail {
    /// When (ISO 8601).
    pub at: String,
    /// What the server answered.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why it was not sent.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Message>,
}

/// A mail that was sent to try the server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailTest {
    /// To whom.
    pub to: Vec<String>,
    /// What the server answered.
    pub answer: String,
}

/// Stores the password of the mail server.
#[derive(Debug, Deserialize, TS)]
pub struct StoreMailPassword {
    /// Connection id.
    pub id: String,
    /// The password. Inward only.
    pub password: SecretInput,
}
