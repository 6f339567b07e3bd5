//! Messages, errors and secrets on the bridge.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A sentence as data: its id in the catalogue and its arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Message {
    /// Id in `messages/en.ftl`.
    pub id: String,
    /// Arguments by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, Argument>>", optional)]
    pub args: BTreeMap<String, Argument>,
}

/// One argument of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Argument {
    /// A count: the catalogue chooses the plural form.
    Number(#[serde(serialize_with = "whole")] f64),
    /// Text, shown as it is.
    Text(String),
}

/// A count is written as a count: 9, not 9.0.
#[allow(clippy::cast_possible_truncation)] // checked: it has no fraction and is small
fn whole<S: serde::Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

impl Message {
    /// A message without arguments.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), args: BTreeMap::new() }
    }

    /// Adds a text argument.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.insert(name.to_owned(), Argument::Text(value.into()));
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, name: &str, value: u32) -> Self {
        self.args.insert(name.to_owned(), Argument::Number(f64::from(value)));
        self
    }
}

/// Why a command did not do what was asked. One closed union of codes; windows and terminals branch on nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CommandError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What happened, to whom, and what to do next.
    pub message: Message,
    /// What to do next.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Message>,
    /// Whether the same call may work later.
    pub retryable: bool,
    /// Remote evidence for a support case: status, code, request ids. Never a secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// One line of remote evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Detail {
    /// What it is, for example `request-id`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The closed union of failure codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The request itself is wrong.
    Invalid,
    /// There is no such connection, plan, run or object.
    NotFound,
    /// Somebody else saved in between, or another process holds the lock.
    Conflict,
    /// Nobody is signed in, or the sign-in ended.
    SignIn,
    /// Signed in, but not allowed.
    Forbidden,
    /// A person has to decide: a guard, an approval, a confirmation.
    NeedsPerson,
    /// The plan is out of date, or was edited.
    Stale,
    /// The keyring is locked, absent or waiting.
    Keyring,
    /// The network, or the other side, does not answer.
    Unreachable,
    /// The other side answered with an error.
    Remote,
    /// The person cancelled.
    Cancelled,
    /// Practice and live do not mix.
    Practice,
    /// The data folder cannot be read or written.
    Storage,
}

/// A secret that a person typed: it goes inward once and is never sent back, stored in a draft or shown.
#[derive(Deserialize, TS)]
#[serde(transparent)]
pub struct SecretInput(#[ts(type = "string")] String);

impl SecretInput {
    /// Hands the secret on and keeps nothing.
    pub fn into_secret(self) -> usher_auth::Secret {
        usher_auth::Secret::new(self.0)
    }
}

impl std::fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A request that carries nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}
