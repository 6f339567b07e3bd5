//! The typed view of a schema document.

use serde_json::Value as Json;

use super::{Place, SchemaError};
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
            if name.eq_ignore_ascii_case(wanted) && found.replace(Place { rule, mapping }).is_some() {
                return Err(SchemaError::Ambiguous(object));
            }
        }
    }
    Ok(found)
}

pub(super) fn no_groups() -> ObjectMapping {
    let actions = Actions { create: false, update: false, delete: false };
    ObjectMapping { enabled: false, actions, attributes: Vec::new(), scope: Vec::new() }
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
    let mut attributes = Vec::new();
    for (number, entry) in list(json, &pointer, "attributeMappings")?.iter().enumerate() {
        let at = format!("{pointer}/attributeMappings/{number}");
        let row = attribute_mapping(entry)
            .ok_or(SchemaError::Shape { pointer: at, expected: "targetAttributeName" })?;
        if !matches!(flow_type(entry), None | Some("Always" | "ObjectAddOnly")) {
            // Values that may only be added cannot be expressed; the document keeps the word.
            let with =
                [("target", row.target.clone()), ("flowType", flow_type(entry).unwrap_or_default().into())];
            notes.push(Finding::error(FindingCode::FlowTypeUnsupported, Some(number), with));
        }
        attributes.push(row);
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
        enabled: json.get("enabled").and_then(Json::as_bool).unwrap_or(true),
        actions: actions(json),
        attributes,
        scope: scope(json, &pointer)?,
    })
}

/// `flowTypes` is a set of flags that Graph writes as one text: `Add, Update, Delete`. Absent means all.
pub(super) fn actions(json: &Json) -> Actions {
    let Some(flow_types) = json.get("flowTypes").and_then(Json::as_str) else {
        return Actions { create: true, update: true, delete: true };
    };
    let has = |word: &str| flow_types.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
    Actions { create: has("Add"), update: has("Update"), delete: has("Delete") }
}

pub(super) fn attribute_mapping(json: &Json) -> Option<AttributeMapping> {
    let matching = json.get("matchingPriority").and_then(Json::as_u64).filter(|priority| *priority > 0);
    Some(AttributeMapping {
        target: json.get("targetAttributeName")?.as_str()?.to_owned(),
        source: source_from_json(json.get("source").unwrap_or(&Json::Null)),
        default_value: json.get("defaultValue").and_then(Json::as_str).map(str::to_owned),
        matching: matching.and_then(|priority| u32::try_from(priority).ok()),
        apply: match flow_type(json) {
            Some(word) if word.eq_ignore_ascii_case("ObjectAddOnly") => Apply::OnlyDuringCreation,
            _ => Apply::Always,
        },
    })
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
