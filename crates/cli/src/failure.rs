//! Failures and exit codes: 1 failed, 2 wrong usage, 3 a person has to decide, 4 sign-in or permission, 5 done in part.

use crate::next;
use crate::output::{json_text, safe};
use usher_commands::dto::{CommandError, ErrorCode};
use usher_commands::words;

/// Why a command ends with another code than 0.
pub enum Failure {
    /// A command's own error.
    Command(Box<CommandError>),
    /// Something of this host: a file, the practice world.
    Host(anyhow::Error),
    /// The command line asks for something impossible.
    Usage(String),
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::Command(Box::new(error))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Host(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Host(error.into())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Host(error.into())
    }
}

/// What a person does about it here, where the sentences themselves speak of the window.
fn terminal(error: &CommandError, connection: Option<&str>) -> Option<String> {
    [Some(&error.message), error.hint.as_ref()]
        .into_iter()
        .flatten()
        .find_map(|said| next::of_message(&said.id, connection))
}

/// The exit code of a command error.
pub fn code(error: &CommandError) -> u8 {
    match error.code {
        ErrorCode::Invalid | ErrorCode::NotFound => 2,
        ErrorCode::NeedsPerson | ErrorCode::Stale => 3,
        ErrorCode::SignIn | ErrorCode::Forbidden | ErrorCode::Keyring => 4,
        ErrorCode::Conflict
        | ErrorCode::Unreachable
        | ErrorCode::Remote
        | ErrorCode::Cancelled
        | ErrorCode::Practice
        | ErrorCode::Storage => 1,
    }
}

impl Failure {
    /// Says what happened and what to do about this connection, and gives the exit code.
    pub fn report(&self, json: bool, connection: Option<&str>) -> u8 {
        match self {
            Self::Command(error) => {
                if json {
                    json_text(&as_json(error, connection).to_string());
                }
                eprintln!("usher: {}", safe(&words(&error.message)));
                if let Some(hint) = &error.hint {
                    eprintln!("  {}", safe(&words(hint)));
                }
                if let Some(command) = terminal(error, connection) {
                    eprintln!("  In this terminal: {command}");
                }
                for detail in &error.details {
                    eprintln!("  {}: {}", safe(&detail.name), safe(&detail.value));
                }
                code(error)
            }
            Self::Host(error) => {
                if json {
                    let message = format!("{error:#}");
                    let said = serde_json::json!({ "error": { "code": "failed", "message": message } });
                    json_text(&said.to_string());
                }
                eprintln!("usher: {}", safe(&format!("{error:#}")));
                1
            }
            Self::Usage(message) => {
                if json {
                    usage_json(message);
                }
                eprintln!("usher: {}", safe(message));
                2
            }
        }
    }
}

/// A mistake on the command line, for programs. Its text is told apart.
pub fn usage_json(message: &str) {
    let said = serde_json::json!({ "error": { "code": "usage", "message": message.trim() } });
    json_text(&said.to_string());
}

/// The form of a command error in JSON.
pub fn as_json(error: &CommandError, connection: Option<&str>) -> serde_json::Value {
    serde_json::json!({ "error": {
        "code": error.code,
        "message": words(&error.message),
        "hint": error.hint.as_ref().map(words),
        "terminal": terminal(error, connection),
        "retryable": error.retryable,
        "details": error.details,
    } })
}
