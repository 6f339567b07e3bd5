//! Edits of a schema document that touch only what changed.

use serde_json::{Map, Value as Json, json};

use super::read;
use super::source::source_to_json;
use super::{Place, SchemaError};
use crate::model::{Actions, Apply, AttributeMapping, FilterGroup, ObjectMapping};

/// Writes a table over the one in the document; says whether anything differed.
pub(super) fn object_mapping(
    raw: &mut Json,
    place: Place,
    wanted: &ObjectMapping,
) -> Result<bool, SchemaError> {
    let present = read::object_mapping(raw, place, &mut Vec::new())?;
    if present == *wanted {
        return Ok(false);
    }
    let pointer = place.pointer();
    let shape = SchemaError::Shape { pointer: pointer.clone(), expected: "an object" };
    let object = raw.pointer_mut(&pointer).and_then(Json::as_object_mut).ok_or(shape)?;
    if present.enabled != wanted.enabled {
        object.insert("enabled".into(), Json::Bool(wanted.enabled));
    }
    if present.actions != wanted.actions {
        object.insert("flowTypes".into(), Json::String(flow_types(wanted.actions)));
    }
    if present.scope != wanted.scope {
        scope(object, &present.scope, &wanted.scope);
    }
    if present.attributes != wanted.attributes {
        rows(object, &wanted.attributes);
    }
    Ok(true)
}

fn flow_types(actions: Actions) -> String {
    let words = [(actions.create, "Add"), (actions.update, "Update"), (actions.delete, "Delete")];
    let chosen: Vec<&str> = words.iter().filter(|(allowed, _)| *allowed).map(|(_, word)| *word).collect();
    if chosen.is_empty() { "None".into() } else { chosen.join(", ") }
}

/// Each wanted row takes the place of the first unused row with its target, so that what we do not know stays with it.
fn rows(object: &mut Map<String, Json>, wanted: &[AttributeMapping]) {
    let mut unused: Vec<Json> = match object.get_mut("attributeMappings").map(Json::take) {
        Some(Json::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let written = wanted.iter().map(|row| {
        let is_same =
            |json: &Json| json.get("targetAttributeName").and_then(Json::as_str) == Some(&row.target);
        match unused.iter().position(is_same) {
            Some(at) => edited(unused.remove(at), row),
            None => fresh(row),
        }
    });
    let written = Json::Array(written.collect());
    object.insert("attributeMappings".into(), written);
}

fn edited(mut json: Json, wanted: &AttributeMapping) -> Json {
    let Some(present) = read::attribute_mapping(&json) else { return fresh(wanted) };
    let mut put = |key: &str, value: Json| {
        if let Some(members) = json.as_object_mut() {
            members.insert(key.into(), value);
        }
    };
    if present.source != wanted.source {
        put("source", source_to_json(&wanted.source));
    }
    if present.default_value != wanted.default_value {
        put("defaultValue", json!(wanted.default_value));
    }
    if present.matching != wanted.matching {
        put("matchingPriority", json!(wanted.matching.unwrap_or(0)));
    }
    if present.apply != wanted.apply {
        put("flowType", json!(flow_type(wanted.apply)));
    }
    json
}

fn fresh(row: &AttributeMapping) -> Json {
    json!({
        "defaultValue": row.default_value,
        "exportMissingReferences": false,
        "flowBehavior": "FlowWhenChanged",
        "flowType": flow_type(row.apply),
        "matchingPriority": row.matching.unwrap_or(0),
        "targetAttributeName": row.target,
        "source": source_to_json(&row.source),
    })
}

fn flow_type(apply: Apply) -> &'static str {
    match apply {
        Apply::Always => "Always",
        Apply::OnlyDuringCreation => "ObjectAddOnly",
    }
}

/// Groups that are already there go back as they were.
fn scope(object: &mut Map<String, Json>, present: &[FilterGroup], wanted: &[FilterGroup]) {
    let mut scope = match object.get_mut("scope").map(Json::take) {
        Some(Json::Object(scope)) => scope,
        _ => Map::from_iter([
            ("groups".to_owned(), json!([])),
            ("inputFilterGroups".to_owned(), json!([])),
            ("categoryFilterGroups".to_owned(), json!([])),
        ]),
    };
    let raw: Vec<Json> = match scope.get_mut("groups").map(Json::take) {
        Some(Json::Array(groups)) => groups,
        _ => Vec::new(),
    };
    let mut unused: Vec<(&FilterGroup, Json)> = present.iter().zip(raw).collect();
    let groups = wanted.iter().map(|group| match unused.iter().position(|(present, _)| *present == group) {
        Some(at) => unused.remove(at).1,
        None => json!({
            "name": group.name,
            "clauses": group.clauses.iter().map(|clause| json!({
                "operatorName": clause.operator,
                "sourceOperandName": clause.attribute,
                "targetOperand": { "values": clause.values },
            })).collect::<Vec<_>>(),
        }),
    });
    let groups = Json::Array(groups.collect());
    scope.insert("groups".into(), groups);
    object.insert("scope".into(), Json::Object(scope));
}
