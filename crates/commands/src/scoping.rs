//! Scoping filters tried on attributes that somebody makes up, and what is wrong with the filters of a connection.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use usher_expression::{Inputs, Value};
use usher_mapping::{
    Definition, Filter, FilterGroup, Finding, ObjectType, Severity, Verdict, filters_from_json,
};

use crate::catalogue::words;
use crate::dto::{CheckResult, Message};
use crate::mappings::sentence;
use crate::rows;

/// The answer to one line.
pub struct Answer {
    /// One line of JSON.
    pub json: String,
    /// Whether the line was no question at all.
    pub is_malformed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decided<'a> {
    id: &'a Json,
    in_scope: bool,
    because: String,
}

#[derive(Serialize)]
struct Refused<'a> {
    id: &'a Json,
    error: Problem,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    message: String,
}

/// Answers `{"id", "filter", "inputs", "objectType"}` with `{"id", "inScope", "because"}`, or with
/// `{"id", "error": {"code", "message"}}` where the filter is refused or fails.
#[must_use]
pub fn answer(line: &[u8]) -> Answer {
    let parsed: Result<Json, _> = serde_json::from_slice(line);
    let id = parsed.as_ref().ok().and_then(|json| json.get("id")).filter(|id| is_id(id)).cloned();
    let question = match (&parsed, &id) {
        (Err(error), _) => Err(format!("This is no JSON: {error}")),
        (Ok(_), None) => Err("id must be a text or a number".to_owned()),
        (Ok(json), Some(_)) => Question::read(json),
    };
    let id = id.unwrap_or(Json::Null);
    match question {
        Ok(question) => Answer { json: question.answer(&id), is_malformed: false },
        Err(message) => {
            let error = Problem { code: "malformed-line", message };
            Answer { json: written(&Refused { id: &id, error }), is_malformed: true }
        }
    }
}

fn is_id(id: &Json) -> bool {
    id.is_string() || id.is_number()
}

fn written<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).expect("texts, Booleans and JSON values can be written")
}

struct Question {
    object: ObjectType,
    groups: Vec<FilterGroup>,
    inputs: Made,
}

impl Question {
    fn read(json: &Json) -> Result<Self, String> {
        let object = match json.get("objectType") {
            None | Some(Json::Null) => ObjectType::User,
            Some(Json::String(word)) if word.eq_ignore_ascii_case("User") => ObjectType::User,
            Some(Json::String(word)) if word.eq_ignore_ascii_case("Group") => ObjectType::Group,
            Some(_) => return Err("objectType must be User or Group".to_owned()),
        };
        let inputs = json.get("inputs").and_then(Json::as_object).ok_or("inputs must be an object")?;
        let inputs = Made::of(inputs)?;
        // Taken by the letter, a filter without groups lets everything pass: a slip must not do that.
        let filter = json.get("filter").filter(|filter| filter.get("groups").is_some_and(Json::is_array));
        let filter = filter.ok_or("filter must be an object with a list `groups`")?;
        let groups = filters_from_json(filter).map_err(|error| format!("filter{error}"))?;
        Ok(Self { object, groups, inputs })
    }

    fn answer(&self, id: &Json) -> String {
        let definition = |name: &str| {
            let known = Definition::of(self.object, name);
            known.or_else(|| Some(Definition::of_value(name, &self.inputs.get(name))))
        };
        let compiled = Filter::compile(self.object, &self.groups, &definition);
        let Some(filter) = compiled.filter else {
            let errors: Vec<&Finding> =
                compiled.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
            let code = errors.first().map_or("filter", |finding| finding.code.as_str());
            let message = errors.iter().map(|finding| words(&sentence(finding))).collect::<Vec<_>>();
            return written(&Refused { id, error: Problem { code, message: message.join(". ") } });
        };
        match filter.evaluate(&self.inputs) {
            Ok(verdict) => {
                let because = words(&because(&verdict));
                written(&Decided { id, in_scope: verdict.in_scope, because })
            }
            Err(failed) => {
                let code = failed.failure.code();
                let message = words(&rows::reason(&usher_plan::filter_failed(failed)));
                written(&Refused { id, error: Problem { code, message } })
            }
        }
    }
}

/// What decided about somebody.
pub(crate) fn because(verdict: &Verdict<'_>) -> Message {
    if let Some(reason) = usher_plan::filtered_out(verdict) {
        return rows::reason(&reason);
    }
    match verdict.passed_by() {
        None => Message::new("filters-open"),
        Some(group) => {
            let clauses: Vec<String> = group.clauses.iter().map(ToString::to_string).collect();
            Message::new("filters-passed").text("title", group.title).text("clauses", clauses.join(", "))
        }
    }
}

/// Attributes that somebody made up.
struct Made(BTreeMap<String, Value<'static>>);

impl Made {
    fn of(inputs: &Map<String, Json>) -> Result<Self, String> {
        let values = inputs.iter().map(|(name, json)| {
            let value = value(json).ok_or_else(|| {
                format!("inputs.{name} must be a text, a number, true, false, null or a list of texts")
            })?;
            Ok((name.clone(), value))
        });
        values.collect::<Result<_, String>>().map(Self)
    }
}

impl Inputs for Made {
    fn get(&self, name: &str) -> Value<'_> {
        self.0.get(name).cloned().unwrap_or(Value::Null)
    }
}

fn value(json: &Json) -> Option<Value<'static>> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::owned(number.to_string()),
        },
        Json::String(text) => Value::owned(text.clone()),
        Json::Array(list) => {
            let texts = list.iter().map(|text| Some(text.as_str()?.to_owned().into()));
            Value::Multi(texts.collect::<Option<_>>()?)
        }
        Json::Object(_) => return None,
    })
}

/// What is wrong, or worth a look, in the filters of one kind of object.
pub(crate) fn findings(object: ObjectType, groups: &[FilterGroup]) -> Vec<(CheckResult, Message)> {
    let compiled = Filter::compile(object, groups, &|name| Definition::of(object, name));
    let shown = |finding: &Finding| {
        let result = match finding.severity {
            Severity::Error => CheckResult::FixThis,
            Severity::Warning => CheckResult::Warning,
            Severity::Note => CheckResult::Information,
        };
        (result, sentence(finding))
    };
    compiled.findings.iter().map(shown).collect()
}

/// Whether a finding of a mapping table speaks of its filters.
pub(crate) fn is_about_filters(message: &Message) -> bool {
    message.id.starts_with("mapping-filter-")
}
