//! The typed view of a schema document.

use serde_json::Value as Json;

use super::{Place, SchemaError, definitions};
use crate::finding::{Finding, FindingCode};
use crate::model::{Actions, Apply, AttributeMapping, FilterClause, FilterGroup, ObjectMapping};
use crate::target::ObjectType;

use super::source::source_from_json;

/// Where the object mapping of a kind of object stands, if anywhere.
pub(super) fn place(raw: &Json, object: ObjectType) -> Result<Option<Place>, SchemaError> {
    let rules = list(raw, "", "synchronizationRules")?;
    let wanted = if object == ObjectType::User { "user" } else { "group" };
    let mut found = None;
    for (rule, entry) in rules.iter().enumerate() {
        let pointer = format!("/synchronizationRules/{rule}");
        for (mapping, entry) in list(entry, &pointer, "objectMappings")?.iter().enumerate() {
            let name = entry.get("sourceObjectName").and_then(Json::as_str).unwrap_or_default();
            if name.eq_ignore_ascii_case(wanted) && found.replace(Place { rule, mapping, object }).is_some() {
                return Err(SchemaError::Ambiguous(object));
            }
        }
    }
    Ok(found)
}

pub(super) fn no_groups() -> ObjectMapping {
    let actions = Actions { create: false, update: false, delete: false };
    ObjectMapping { enabled: false, actions, attributes: Vec::new(), scope: Vec::new(), custom: Vec::new() }
}

pub(super) fn object_mapping(
    raw: &Json,
    place: Place,
    notes: &mut Vec<Finding>,
) -> Result<ObjectMapping, SchemaError> {
    let pointer = place.pointer();
    let json = raw
        .pointer(&pointer)
        .ok_or(SchemaError::Shape { pointer: pointer.clone(), expected: "an object" })?;
    let (mut attributes, mut always) = (Vec::new(), Vec::new());
    for (number, entry) in list(json, &pointer, "attributeMappings")?.iter().enumerate() {
        let at = format!("{pointer}/attributeMappings/{number}");
        let row = attribute_mapping(entry)
            .ok_or(SchemaError::Shape { pointer: at, expected: "a mapping with a targetAttributeName" })?;
        if let Some(word) = flow_type(entry).filter(|word| Apply::find(word).is_none()) {
            // Read as Always, and never used so: the document keeps the word.
            let with = [("target", row.target.clone()), ("flowType", word.to_owned())];
            notes.push(Finding::error(FindingCode::FlowTypeUnsupported, Some(number), with));
        }
        let behavior = entry.get("flowBehavior").and_then(Json::as_str).unwrap_or_default();
        if behavior.eq_ignore_ascii_case("FlowAlways") {
            always.push(row.target.clone());
        }
        attributes.push(row);
    }
    if !always.is_empty() {
        let with = [("targets", always.join(", ")), ("count", always.len().to_string())];
        notes.push(Finding::note(FindingCode::FlowAlwaysKept, with));
    }
    let early = json.pointer("/scope/inputFilterGroups").and_then(Json::as_array).map_or(0, Vec::len);
    if early > 0 {
        notes.push(Finding::error(
            FindingCode::InputFilterNotEvaluated,
            None,
            [("filters", early.to_string())],
        ));
    }
    Ok(ObjectMapping {
        enabled: enabled(json, &pointer)?,
        actions: actions(json, &pointer)?,
        attributes,
        scope: scope(json, &pointer)?,
        custom: definitions::read(raw, place),
    })
}

/// Absent means yes; what is no truth value is never taken for one.
fn enabled(json: &Json, pointer: &str) -> Result<bool, SchemaError> {
    match json.get("enabled") {
        None | Some(Json::Null) => Ok(true),
        Some(Json::Bool(enabled)) => Ok(*enabled),
        Some(Json::String(word)) if word.eq_ignore_ascii_case("true") => Ok(true),
        Some(Json::String(word)) if word.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => {
            Err(SchemaError::Shape { pointer: format!("{pointer}/enabled"), expected: "true or false" })
        }
    }
}

/// `flowTypes` is a set of flags that Graph writes as one text: `Add, Update, Delete`. Absent means all.
pub(super) fn actions(json: &Json, pointer: &str) -> Result<Actions, SchemaError> {
    let Some(words) = flow_words(json, pointer)? else {
        return Ok(Actions { create: true, update: true, delete: true });
    };
    let has = |flag: &str| words.iter().any(|word| word.eq_ignore_ascii_case(flag));
    Ok(Actions { create: has("Add"), update: has("Update"), delete: has("Delete") })
}

/// The words of `flowTypes`, also those that we do not know. A list of texts is taken too.
pub(super) fn flow_words(json: &Json, pointer: &str) -> Result<Option<Vec<String>>, SchemaError> {
    let shape = || SchemaError::Shape { pointer: format!("{pointer}/flowTypes"), expected: "a text" };
    match json.get("flowTypes") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.split(',').map(|word| word.trim().to_owned()).collect())),
        Some(Json::Array(words)) => {
            let words = words.iter().map(|word| word.as_str().map(|word| word.trim().to_owned()));
            words.collect::<Option<_>>().map(Some).ok_or_else(shape)
        }
        Some(_) => Err(shape()),
    }
}

pub(super) fn attribute_mapping(json: &Json) -> Option<AttributeMapping> {
    Some(AttributeMapping {
        target: json.get("targetAttributeName")?.as_str()?.to_owned(),
        source: source_from_json(json.get("source").unwrap_or(&Json::Null)),
        default_value: json.get("defaultValue").and_then(default_value),
        matching: json.get("matchingPriority").and_then(precedence),
        apply: flow_type(json).and_then(Apply::find).unwrap_or_default(),
    })
}

/// Portals and scripts have written numbers and truth values where the type is text.
fn default_value(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(true) => Some("True".to_owned()),
        Json::Bool(false) => Some("False".to_owned()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A precedence above 0, as a number or as its text: a matching attribute that is overlooked would make duplicates.
fn precedence(json: &Json) -> Option<u32> {
    let number = match json {
        Json::Number(number) => number.as_u64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}

fn flow_type(json: &Json) -> Option<&str> {
    json.get("flowType").and_then(Json::as_str)
}

fn scope(json: &Json, pointer: &str) -> Result<Vec<FilterGroup>, SchemaError> {
    match json.get("scope") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(scope) => filter_groups(scope, &format!("{pointer}/scope")),
    }
}

/// A filter that is not understood is an error of the whole document: leaving it out would widen the scope.
pub(super) fn filter_groups(scope: &Json, pointer: &str) -> Result<Vec<FilterGroup>, SchemaError> {
    let mut groups = Vec::new();
    for (number, json) in optional_list(scope, pointer, "groups")?.iter().enumerate() {
        let pointer = format!("{pointer}/groups/{number}");
        let mut clauses = Vec::new();
        for (number, json) in optional_list(json, &pointer, "clauses")?.iter().enumerate() {
            let at = || format!("{pointer}/clauses/{number}");
            let clause = clause(json)
                .ok_or_else(|| SchemaError::Shape { pointer: at(), expected: "a filter clause" })?;
            clauses.push(clause);
        }
        let name = json.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
        groups.push(FilterGroup { name, clauses });
    }
    Ok(groups)
}

fn clause(json: &Json) -> Option<FilterClause> {
    let values = match json.pointer("/targetOperand/values") {
        None | Some(Json::Null) => Vec::new(),
        Some(values) => {
            values.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
    };
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    Some(FilterClause { attribute: text("sourceOperandName")?, operator: text("operatorName")?, values })
}

fn list<'j>(json: &'j Json, pointer: &str, key: &str) -> Result<&'j [Json], SchemaError> {
    let shape = || SchemaError::Shape { pointer: format!("{pointer}/{key}"), expected: "a list" };
    json.get(key).and_then(Json::as_array).map(Vec::as_slice).ok_or_else(shape)
}

fn optional_list<'j>(json: &'j Json, pointer: &str, key: &str) -> Result<&'j [Json], SchemaError> {
    match json.get(key) {
        None | Some(Json::Null) => Ok(&[]),
        Some(_) => list(json, pointer, key),
    }
}
