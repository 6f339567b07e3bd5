//! Scoping filters: who passes the draft, why somebody does or does not, what a clause may say.

use super::{CheckResult, Message, Progress};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One scoping filter: all of its clauses must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FilterRow {
    /// Title.
    pub name: String,
    /// Clauses.
    pub clauses: Vec<ClauseRow>,
}

/// One clause of a scoping filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ClauseRow {
    /// Source attribute.
    pub attribute: String,
    /// Operator as Microsoft spells it.
    pub operator: String,
    /// What it is compared with; empty for operators that stand alone.
    pub values: Vec<String>,
}

/// How far the reading of everyone in scope by assignment is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PopulationState {
    /// Whether somebody waits for it.
    pub reading: bool,
    /// Progress while it is read.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it was read (ISO 8601); absent where nothing is kept.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<String>,
}

/// Asks about filters that need not be saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The filters: one has to let a person or group in.
    pub filters: Vec<FilterRow>,
    /// Read everyone again.
    pub fresh: bool,
}

/// What is wrong with filters, and who passes them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeCount {
    /// What is wrong, or worth a look.
    pub findings: Vec<ClauseFinding>,
    /// Who passes; absent where the filters cannot be used.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<ScopeNumbers>,
}

/// A finding about a filter or one of its clauses.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClauseFinding {
    /// The filter's number, from 0.
    pub filter: u32,
    /// The clause's number in it, from 0; absent where the filter as a whole is meant.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<u32>,
    /// What is meant: `attribute`, `operator`, `value` or `filter`.
    pub part: String,
    /// How bad.
    pub result: CheckResult,
    /// What.
    pub message: Message,
    /// What may be meant instead, best first.
    pub candidates: Vec<String>,
}

/// How many pass.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeNumbers {
    /// People, or groups, about whom the filters decide.
    pub considered: u32,
    /// Those who pass.
    pub in_scope: u32,
    /// Each filter.
    pub filters: Vec<FilterCount>,
    /// Those who pass more than one filter.
    pub several: u32,
    /// Those for whom a filter gives no answer: nothing is changed for them.
    pub undecided: u32,
    /// Whether there is something live to compare with.
    pub compared: bool,
    /// Those who pass what is live and would no longer.
    pub leaving: u32,
    /// Those among them who have an active account at the service provider.
    pub losing: u32,
    /// Those who would pass and do not now.
    pub joining: u32,
    /// Active accounts that belong to somebody.
    pub accounts: u32,
    /// Counted on a sample: numbers are about right.
    pub about: bool,
    /// When people were read (ISO 8601).
    pub read_at: String,
}

/// How many pass one filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilterCount {
    /// Those who pass it.
    pub passing: u32,
    /// Those whom no earlier filter lets in already.
    pub more: u32,
}

/// Whom a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeList {
    /// Who passes.
    In,
    /// Who does not.
    Out,
    /// Who passes what is live and would no longer.
    Leaving,
    /// Who would pass and does not now.
    Joining,
    /// Who passes more than one filter.
    Several,
    /// For whom a filter gives no answer.
    Undecided,
}

/// Asks for names.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopePeopleRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The filters.
    pub filters: Vec<FilterRow>,
    /// Whom.
    pub list: ScopeList,
    /// First row.
    pub offset: u32,
    /// How many rows, 500 at most.
    pub limit: u32,
}

/// Names.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopePeople {
    /// Rows, by name.
    pub rows: Vec<ScopePerson>,
    /// Rows in all.
    pub total: u32,
}

/// One person or group.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopePerson {
    /// Object id in Entra.
    pub id: String,
    /// Name.
    pub name: String,
    /// User principal name, or a description.
    pub detail: String,
    /// Whether it has an active account at the service provider.
    pub account: bool,
    /// What decided.
    pub because: Message,
}

/// Asks why one person or group passes, or does not.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeWhyRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The filters.
    pub filters: Vec<FilterRow>,
    /// The person's or group's object id in Entra.
    pub object: String,
}

/// Why.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeWhy {
    /// Who.
    pub name: String,
    /// The outcome.
    pub outcome: ScopeOutcome,
    /// Why, in one sentence.
    pub summary: Message,
    /// How it is assigned, or that it is not.
    pub path: Message,
    /// Whether the filters are asked at all.
    pub considered: bool,
    /// Each filter.
    pub filters: Vec<FilterWhy>,
    /// What would have to be different, all of it; empty where that says nothing.
    pub would: Vec<Message>,
}

/// In, out, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeOutcome {
    /// In scope.
    In,
    /// Out of scope.
    Out,
    /// A filter gives no answer, or nothing was read of it.
    Undecided,
}

/// What one filter said.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilterWhy {
    /// Title.
    pub title: String,
    /// Whether all clauses hold.
    pub passed: bool,
    /// Each clause.
    pub clauses: Vec<ClauseWhy>,
}

/// What one clause said.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClauseWhy {
    /// Source attribute.
    pub attribute: String,
    /// Operator.
    pub operator: String,
    /// What it was compared with, in one text.
    pub wanted: String,
    /// Whether it holds.
    pub passed: bool,
    /// What the person or group has.
    pub has: Message,
}

/// Asks what a clause may say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeHelpRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
}

/// What a clause may say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopeHelp {
    /// Attributes that filters may be set on, by name.
    pub attributes: Vec<FilterAttribute>,
    /// Operators, in the order of Microsoft's page.
    pub operators: Vec<FilterOperator>,
}

/// An attribute that filters may be set on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilterAttribute {
    /// Name.
    pub name: String,
    /// `String`, `Integer` or `Boolean`; empty where only the values tell.
    pub value_type: String,
    /// Values that are there, the most frequent first; empty as long as nobody was read.
    pub values: Vec<ValueCount>,
}

/// A value and how often it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// How often.
    pub count: u32,
}

/// An operator.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilterOperator {
    /// As Microsoft spells it.
    pub name: String,
    /// The types of attributes that it works on.
    pub types: Vec<String>,
    /// Takes no value.
    pub unary: bool,
    /// Whoever has no value is left out too, though the name says "not".
    pub negative: bool,
    /// Takes regular expressions.
    pub pattern: bool,
}
