//! Published examples of the language, and deductions from them, each with its page: see `tests/vectors`.
//!
//! Both sides are compared as texts: `True` and `False`, invariant decimals, dates as `M/d/yyyy h:mm:ss tt` in UTC, lists
//! in order; null and an empty text differ.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;
use usher_expression::{Context, Expression, Inputs, REDACTED, Severity, Surroundings, Value};

#[derive(Deserialize)]
struct Case {
    id: String,
    expression: String,
    inputs: BTreeMap<String, Json>,
    expected: Json,
    /// What a log shows in place of the value.
    log: Option<String>,
}

struct Object<'c>(&'c BTreeMap<String, Json>);

impl Inputs for Object<'_> {
    fn get(&self, name: &str) -> Value<'_> {
        match self.0.get(name) {
            None | Some(Json::Null) => Value::Null,
            Some(Json::String(text)) => Value::text(text),
            Some(Json::Bool(truth)) => Value::Boolean(*truth),
            Some(Json::Number(number)) => Value::Integer(number.as_i64().expect("an integer")),
            Some(Json::Array(values)) => {
                Value::Multi(values.iter().map(|value| value.as_str().expect("a text").into()).collect())
            }
            Some(Json::Object(_)) => panic!("no attribute is an object"),
        }
    }
}

/// What the case gives, in words that can be compared, and whether a log hides it.
fn given(case: &Case) -> (String, bool) {
    let failed = || ("error".to_owned(), false);
    let Ok(expression) = Expression::parse(&case.expression) else { return failed() };
    let found = expression.check(&Surroundings::NONE);
    if found.iter().any(|found| found.code.severity() == Severity::Error) {
        return failed();
    }
    let context = Context::at("2026-01-02T03:04:05Z".parse().expect("a time"));
    let object = Object(&case.inputs);
    match expression.evaluate(&object, &context) {
        Err(_) => failed(),
        Ok(outcome) => {
            let text = match outcome.value {
                Value::Multi(values) => format!("{values:?}"),
                value => value.into_text().map_or("null".into(), |text| format!("{text:?}")),
            };
            (text, outcome.redacted)
        }
    }
}

fn expected(value: &Json) -> String {
    match value {
        Json::Null => "null".into(),
        Json::Bool(truth) => format!("{:?}", if *truth { "True" } else { "False" }),
        Json::String(text) => format!("{text:?}"),
        Json::Number(number) => format!("{:?}", number.to_string()),
        Json::Array(values) => {
            format!("{:?}", values.iter().map(|value| value.as_str().expect("a text")).collect::<Vec<_>>())
        }
        Json::Object(_) => "error".into(),
    }
}

#[test]
fn every_documented_case_holds() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("vectors/expressions.json")).expect("the file is right");
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let wanted = (expected(&case.expected), case.log.as_deref() == Some(REDACTED));
            let given = given(case);
            (given != wanted).then(|| {
                format!("{}: {}\n  expected {wanted:?}\n  given    {given:?}", case.id, case.expression)
            })
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
    assert!(cases.len() >= 181, "only {} cases are there", cases.len());
}
