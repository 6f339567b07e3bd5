//! The expression language for the terminal: one expression for given values, and what functions there are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use usher_expression::{
    Context, Diagnostic, Expression, Function, Inputs, REDACTED, Severity, Standing, Surroundings, Value,
    function, functions,
};

use crate::catalogue::words;
use crate::dto::Message;
use crate::mappings;

/// What came out of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Evaluated {
    /// A value flows, or none.
    Value {
        /// Its text form, a list of texts, or nothing.
        value: Option<Flowing>,
        /// What the provisioning log shows in its place.
        #[serde(skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// It cannot be used, or has no value for these inputs.
    Error {
        /// Why.
        error: Fault,
    },
}

/// A value in text form: Booleans as `True` and `False`, numbers as invariant decimals, points in time as
/// `M/d/yyyy h:mm:ss tt` in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Flowing {
    /// One.
    One(String),
    /// Several, in order.
    Several(Vec<String>),
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `EXPR-…`.
    pub code: String,
    /// In words.
    pub message: String,
    /// First character, from 0.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
}

/// Evaluates one expression for the given values of attributes.
#[must_use]
pub fn evaluate(text: &str, inputs: &BTreeMap<String, serde_json::Value>, now: Timestamp) -> Evaluated {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(found) => {
            let first = found.iter().min_by_key(|found| found.span).expect("an error has a diagnostic");
            return Evaluated::Error { error: fault(text, first) };
        }
    };
    // Attribute names are whatever was given: only what the functions need is checked.
    let found = expression.check(&Surroundings::NONE);
    if let Some(found) = found.iter().find(|found| found.code.severity() == Severity::Error) {
        return Evaluated::Error { error: fault(text, found) };
    }
    // A trial shows what a random value looks like; a preview, which must come out the same twice, does not draw.
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    seed[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    let context = Context { seed: Some(seed), ..Context::at(now) };
    match expression.evaluate(&Given(inputs), &context) {
        Ok(outcome) => {
            let log = outcome.redacted.then(|| REDACTED.to_owned());
            Evaluated::Value { value: flowing(outcome.value), log }
        }
        Err(error) => {
            let (start, end) = characters(text, error.span.start, error.span.end);
            let message = error.failure.to_string();
            Evaluated::Error { error: Fault { code: error.code.to_owned(), message, start, end } }
        }
    }
}

/// What deserves a look in an expression that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What and where.
    pub fault: Fault,
    /// Why.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

/// The warnings about an expression by itself; those about its place in a mapping need the mapping.
#[must_use]
pub fn advice(text: &str) -> Vec<Advice> {
    let Ok(expression) = Expression::parse(text) else { return Vec::new() };
    let mut found = expression.check(&Surroundings::NONE);
    found.retain(|found| found.code.severity() == Severity::Warning);
    let advice = |found: &Diagnostic| {
        let say = |part| {
            let message = mappings::advised(part, &found.with).text("diagnostic", found.code.as_str());
            words(&message)
        };
        Advice { fault: fault(text, found), why: say("why"), remedy: say("remedy") }
    };
    found.iter().map(advice).collect()
}

fn flowing(value: Value<'_>) -> Option<Flowing> {
    match value {
        Value::Null => None,
        Value::Multi(values) => {
            Some(Flowing::Several(values.into_iter().map(|value| value.into_owned()).collect()))
        }
        one => one.into_text().map(|text| Flowing::One(text.into_owned())),
    }
}

pub(crate) fn fault(text: &str, found: &Diagnostic) -> Fault {
    let (start, end) = characters(text, found.span.start, found.span.end);
    // The sentence of the mapping tables.
    let id = format!("mapping-{}", usher_mapping::FindingCode::Expression.as_str());
    let mut message = Message::new(id).text("diagnostic", found.code.as_str());
    for (name, value) in &found.with {
        message = message.text(name, value.clone());
    }
    let mut sentence = words(&message);
    if let Some(best) = found.candidates.first() {
        sentence = format!("{sentence}. {}", words(&Message::new("did-you-mean").text("name", best.clone())));
    }
    Fault { code: found.code.as_str().to_owned(), message: sentence, start, end }
}

/// Places in bytes as places in characters.
fn characters(text: &str, start: usize, end: usize) -> (usize, usize) {
    let count = |end: usize| text.char_indices().take_while(|(at, _)| *at < end).count();
    (count(start), count(end))
}

/// Attributes as JSON has them.
struct Given<'g>(&'g BTreeMap<String, serde_json::Value>);

impl Inputs for Given<'_> {
    fn get(&self, name: &str) -> Value<'_> {
        use serde_json::Value as Json;
        match self.0.get(name) {
            None | Some(Json::Null) => Value::Null,
            Some(Json::Bool(truth)) => Value::Boolean(*truth),
            Some(Json::Number(number)) => {
                number.as_i64().map_or_else(|| Value::owned(number.to_string()), Value::Integer)
            }
            Some(Json::String(text)) => Value::text(text),
            Some(Json::Array(values)) => Value::Multi(values.iter().map(text_of).collect()),
            Some(other @ Json::Object(_)) => Value::owned(other.to_string()),
        }
    }
}

fn text_of(value: &serde_json::Value) -> std::borrow::Cow<'_, str> {
    match value {
        serde_json::Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// A function for people.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionHelp {
    /// Its name; capitals count.
    pub name: &'static str,
    /// How it is written.
    pub signature: String,
    /// One sentence.
    pub summary: &'static str,
    /// An expression that shows it.
    pub example: &'static str,
    /// Whether it may be used for provisioning to an application.
    pub usable: bool,
}

/// Every function, by name.
#[must_use]
pub fn all_functions() -> Vec<FunctionHelp> {
    functions().iter().map(|function| help(function)).collect()
}

/// One function; else the names that come nearest.
pub fn one_function(name: &str) -> Result<FunctionHelp, Vec<String>> {
    function(name).map(help).ok_or_else(|| {
        let names: Vec<&str> = functions().iter().map(|function| function.name).collect();
        usher_expression::nearest(name, names.iter().copied())
    })
}

fn help(function: &Function) -> FunctionHelp {
    FunctionHelp {
        name: function.name,
        signature: function.signature(),
        summary: function.summary,
        example: function.example,
        usable: function.standing() == Standing::Evaluated,
    }
}
