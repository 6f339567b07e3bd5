//! Cases of scoping filters, by the rules of Microsoft Learn, "Scoping users or groups to be provisioned with scoping
//! filters in Microsoft Entra ID". `vectors/scoping.json` names the section that each comes from.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use usher_expression::{Inputs, Value};
use usher_mapping::{Definition, Filter, ObjectType, filters_from_json};

struct Attributes(BTreeMap<String, Value<'static>>);

impl Attributes {
    fn of(json: &Json) -> Self {
        let value = |json: &Json| match json {
            Json::Bool(truth) => Value::Boolean(*truth),
            Json::Number(number) => Value::Integer(number.as_i64().expect("an integer")),
            Json::String(text) => Value::owned(text.clone()),
            Json::Array(texts) => {
                let text = |text: &Json| text.as_str().expect("a text").to_owned().into();
                Value::Multi(texts.iter().map(text).collect())
            }
            Json::Null | Json::Object(_) => Value::Null,
        };
        let inputs = json.as_object().expect("inputs are an object");
        Self(inputs.iter().map(|(name, json)| (name.clone(), value(json))).collect())
    }
}

impl Inputs for Attributes {
    fn get(&self, name: &str) -> Value<'_> {
        self.0.get(name).cloned().unwrap_or(Value::Null)
    }
}

/// What comes out: true, false, or a text where the filter is refused or fails.
fn outcome(case: &Json) -> Result<bool, String> {
    let object = match case["objectType"].as_str() {
        Some("Group") => ObjectType::Group,
        _ => ObjectType::User,
    };
    let groups = filters_from_json(&case["filter"]).map_err(|error| error.to_string())?;
    let inputs = Attributes::of(&case["inputs"]);
    let definition = |name: &str| {
        Definition::of(object, name).or_else(|| Some(Definition::of_value(name, &inputs.get(name))))
    };
    let compiled = Filter::compile(object, &groups, &definition);
    let codes =
        || compiled.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" ");
    let filter = compiled.filter.as_ref().ok_or_else(codes)?;
    filter.evaluate(&inputs).map(|verdict| verdict.in_scope).map_err(|error| error.to_string())
}

#[test]
fn every_case_comes_out_as_documented() {
    let cases: Vec<Json> =
        serde_json::from_str(include_str!("vectors/scoping.json")).expect("the cases are JSON");
    assert!(cases.len() >= 57, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (expected, found) = (&case["expected"], outcome(case));
            let is_right = match &found {
                Ok(found) => expected.as_bool() == Some(*found),
                Err(_) => expected["error"] == Json::Bool(true),
            };
            (!is_right).then(|| format!("{}: expected {expected}, found {found:?}", case["id"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
