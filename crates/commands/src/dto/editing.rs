//! Editing one mapping: the language's functions, what is wrong with a row, what it gives for real people.

use super::{MappingRow, Message};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A function of the expression language.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FunctionInfo {
    /// Its name; case counts.
    pub name: String,
    /// How it is written.
    pub signature: String,
    /// Its parameters in order.
    pub parameters: Vec<ParameterInfo>,
    /// How many of the last parameters may be repeated as a unit.
    pub repeating: u32,
    /// One sentence.
    pub summary: String,
    /// An expression that shows it.
    pub example: String,
    /// Whether it may be used for provisioning to an application.
    pub usable: bool,
}

/// A parameter of a function.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ParameterInfo {
    /// Its name.
    pub name: String,
    /// Whether it must be given.
    pub required: bool,
}

/// Asks what is wrong with one row.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingCheckRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The row, saved or not.
    pub row: MappingRow,
}

/// What is wrong with one row.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingCheck {
    /// In the order of the text; empty where all is well.
    pub diagnostics: Vec<MappingDiagnostic>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingDiagnostic {
    /// Stable code, `EXPR-…` where it is in the expression.
    pub code: String,
    /// Whether the row can be used with it.
    pub error: bool,
    /// Where in the expression; absent where the rest of the row is meant.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<TextPlace>,
    /// What it says.
    pub message: Message,
    /// "Did you mean", best first: what to write in place of the name.
    pub candidates: Vec<String>,
}

/// A part of a text in UTF-16 units, as JavaScript counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextPlace {
    /// The first unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
}

/// A person or group that rows are tried on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingSubject {
    /// Id in Entra; empty where nobody is assigned.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// What Entra has: attributes with a value, by name.
    pub attributes: Vec<AttributeValue>,
    /// What GoTo has, by target; absent where GoTo could not be asked or has no such account.
    pub target: Vec<AttributeValue>,
    /// Why there is nothing of GoTo.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_note: Option<Message>,
}

/// An attribute with its value in text form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttributeValue {
    /// Name or path.
    pub name: String,
    /// Text form.
    pub value: String,
}

/// Tries one row on one person or group.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingTryRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The row, saved or not.
    pub row: MappingRow,
    /// Whom: id in Entra.
    pub subject: String,
}

/// What a row gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingTrial {
    /// What came out.
    pub result: TrialOutcome,
    /// The value in text form; empty where there is none.
    pub value: String,
    /// Why there is no value, or what to know about it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Message>,
}

/// How a trial ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TrialOutcome {
    /// It could not be computed: the person would be a failure.
    Failed,
    /// Nothing flows.
    Empty,
    /// A value flows.
    Value,
}

/// Tries one row on many.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingTryManyRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The row, saved or not.
    pub row: MappingRow,
    /// On at most so many.
    pub first: u32,
}

/// What a row gives for many.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingTrialOfMany {
    /// On how many it was tried.
    pub tried: u32,
    /// How many there are in scope by assignment.
    pub of: u32,
    /// How many get a value.
    pub values: u32,
    /// For how many nothing flows.
    pub empty: u32,
    /// For how many it fails.
    pub failed: u32,
    /// Who, those to look at first; at most a hundred.
    pub people: Vec<TriedPerson>,
}

/// One of many.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TriedPerson {
    /// Id in Entra.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// What came out.
    pub trial: MappingTrial,
}
