//! Edits of a schema document that touch only what changed.

use serde_json::{Map, Value as Json, json};

use super::read;
use super::source::{source_from_json, source_to_json};
use super::{Place, SchemaError, definitions};
use crate::model::{Actions, AttributeMapping, FilterClause, FilterGroup, ObjectMapping, Source};

/// Writes a table over the one in the document; says whether anything differed.
pub(super) fn object_mapping(
    raw: &mut Json,
    place: Place,
    wanted: &ObjectMapping,
) -> Result<bool, SchemaError> {
    let present = read::object_mapping(raw, place, &mut Vec::new())?;
    let defined = definitions::write(raw, place, &wanted.custom)?;
    // Compared in one form: what the document says in an unusual way is not a change.
    let same_rows = canonical(&present.attributes) == canonical(&wanted.attributes);
    let same = present.enabled == wanted.enabled
        && present.actions == wanted.actions
        && present.scope == wanted.scope
        && same_rows;
    if same {
        return Ok(defined);
    }
    let pointer = place.pointer();
    let shape = SchemaError::Shape { pointer: pointer.clone(), expected: "an object" };
    let object = raw.pointer_mut(&pointer).and_then(Json::as_object_mut).ok_or(shape)?;
    if present.enabled != wanted.enabled {
        object.insert("enabled".into(), Json::Bool(wanted.enabled));
    }
    if present.actions != wanted.actions {
        actions(object, &pointer, wanted.actions)?;
    }
    if present.scope != wanted.scope {
        scope(object, &present.scope, &wanted.scope);
    }
    if !same_rows {
        rows(object, &wanted.attributes);
    }
    Ok(true)
}

/// Rows as they will be read again: an expression that is one attribute or one text is written as such.
fn canonical(rows: &[AttributeMapping]) -> Vec<AttributeMapping> {
    rows.iter().map(canonical_row).collect()
}

fn canonical_row(row: &AttributeMapping) -> AttributeMapping {
    AttributeMapping {
        source: source_from_json(&source_to_json(&row.source)),
        matching: row.matching.filter(|precedence| *precedence > 0),
        default_value: row.default_value.clone().filter(|text| !text.is_empty()),
        ..row.clone()
    }
}

/// Words that we do not know stay, behind ours, in the form that is there.
fn actions(object: &mut Map<String, Json>, pointer: &str, wanted: Actions) -> Result<(), SchemaError> {
    let json = Json::Object(std::mem::take(object));
    let words = read::flow_words(&json, pointer);
    if let Json::Object(members) = json {
        *object = members;
    }
    let ours = ["Add", "Update", "Delete", "None", ""];
    let is_ours = |word: &String| ours.iter().any(|own| own.eq_ignore_ascii_case(word));
    let others: Vec<String> = words?.unwrap_or_default().into_iter().filter(|word| !is_ours(word)).collect();
    let mut all = flow_words(wanted);
    all.extend(others.iter().map(String::as_str));
    let written = match object.get("flowTypes") {
        Some(Json::Array(_)) => json!(all),
        _ => Json::String(if all.is_empty() { "None".into() } else { all.join(", ") }),
    };
    object.insert("flowTypes".into(), written);
    Ok(())
}

fn flow_words(actions: Actions) -> Vec<&'static str> {
    let words = [(actions.create, "Add"), (actions.update, "Update"), (actions.delete, "Delete")];
    words.into_iter().filter(|(allowed, _)| *allowed).map(|(_, word)| word).collect()
}

pub(super) fn flow_types(actions: Actions) -> String {
    let chosen = flow_words(actions);
    if chosen.is_empty() { "None".into() } else { chosen.join(", ") }
}

/// Each wanted row takes the place of the row that it was, so that what we do not know stays with it: the one that is
/// equal, else the one with its target, else the one with its source, whose target was renamed.
fn rows(object: &mut Map<String, Json>, wanted: &[AttributeMapping]) {
    let raw = taken_list(object, "attributeMappings");
    // Reading has shown that each is a row.
    let present: Vec<AttributeMapping> = raw.iter().filter_map(read::attribute_mapping).collect();
    let written = merged(
        present.iter().zip(raw).collect(),
        wanted,
        &[
            |present, wanted| present == wanted,
            |present, wanted| canonical_row(present) == canonical_row(wanted),
            |present, wanted| present.target == wanted.target,
            |present, wanted| present.source == wanted.source && wanted.source != Source::None,
        ],
        |json, present, wanted| edit_row(json, &canonical_row(present), &canonical_row(wanted)),
        |row| fresh_row(&canonical_row(row)),
    );
    object.insert("attributeMappings".into(), written);
}

fn edit_row(json: &mut Json, present: &AttributeMapping, wanted: &AttributeMapping) {
    let mut put = |key: &str, value: Json| {
        if let Some(members) = json.as_object_mut() {
            members.insert(key.into(), value);
        }
    };
    if present.target != wanted.target {
        put("targetAttributeName", json!(wanted.target));
    }
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
        put("flowType", json!(wanted.apply.as_str()));
    }
}

pub(super) fn fresh_row(row: &AttributeMapping) -> Json {
    json!({
        "defaultValue": row.default_value,
        "exportMissingReferences": false,
        "flowBehavior": "FlowWhenChanged",
        "flowType": row.apply.as_str(),
        "matchingPriority": row.matching.unwrap_or(0),
        "targetAttributeName": row.target,
        "source": source_to_json(&row.source),
    })
}

/// Filters that are already there go back as they were; of one that was changed, what we do not know stays.
fn scope(object: &mut Map<String, Json>, present: &[FilterGroup], wanted: &[FilterGroup]) {
    let mut scope = match object.get_mut("scope").map(Json::take) {
        Some(Json::Object(scope)) => scope,
        _ => match fresh_scope(&[]) {
            Json::Object(scope) => scope,
            _ => Map::new(),
        },
    };
    let raw = taken_list(&mut scope, "groups");
    let groups = merged(
        present.iter().zip(raw).collect(),
        wanted,
        &[|present, wanted| present == wanted, |present, wanted| present.name == wanted.name],
        |json, present, wanted| {
            let Some(members) = json.as_object_mut() else { return };
            if present.name != wanted.name {
                members.insert("name".into(), json!(wanted.name));
            }
            if present.clauses != wanted.clauses {
                let raw = taken_list(members, "clauses");
                let clauses = merged(
                    present.clauses.iter().zip(raw).collect(),
                    &wanted.clauses,
                    &[
                        |present, wanted| present == wanted,
                        |present, wanted| {
                            present.attribute == wanted.attribute && present.operator == wanted.operator
                        },
                        |present, wanted| present.attribute == wanted.attribute,
                    ],
                    edit_clause,
                    fresh_clause,
                );
                members.insert("clauses".into(), clauses);
            }
        },
        fresh_group,
    );
    scope.insert("groups".into(), groups);
    object.insert("scope".into(), Json::Object(scope));
}

fn taken_list(members: &mut Map<String, Json>, key: &str) -> Vec<Json> {
    match members.get_mut(key).map(Json::take) {
        Some(Json::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// Each wanted item in the place of the present one that it was, by the first of the likenesses that finds one.
fn merged<T>(
    mut unused: Vec<(&T, Json)>,
    wanted: &[T],
    likenesses: &[fn(&T, &T) -> bool],
    edit: impl Fn(&mut Json, &T, &T),
    fresh: impl Fn(&T) -> Json,
) -> Json {
    let mut taken: Vec<Option<Json>> = vec![None; wanted.len()];
    for alike in likenesses {
        for (item, place) in wanted.iter().zip(&mut taken).filter(|(_, place)| place.is_none()) {
            if let Some(found) = unused.iter().position(|(present, _)| alike(present, item)) {
                let (present, mut json) = unused.remove(found);
                edit(&mut json, present, item);
                *place = Some(json);
            }
        }
    }
    let written = wanted.iter().zip(taken).map(|(item, json)| json.unwrap_or_else(|| fresh(item)));
    Json::Array(written.collect())
}

fn edit_clause(json: &mut Json, present: &FilterClause, wanted: &FilterClause) {
    let Some(members) = json.as_object_mut() else { return };
    if present.attribute != wanted.attribute {
        members.insert("sourceOperandName".into(), json!(wanted.attribute));
    }
    if present.operator != wanted.operator {
        members.insert("operatorName".into(), json!(wanted.operator));
    }
    if present.values != wanted.values {
        match members.get_mut("targetOperand").and_then(Json::as_object_mut) {
            Some(operand) => drop(operand.insert("values".into(), json!(wanted.values))),
            None => drop(members.insert("targetOperand".into(), json!({ "values": wanted.values }))),
        }
    }
}

pub(super) fn fresh_scope(groups: &[FilterGroup]) -> Json {
    json!({
        "groups": groups.iter().map(fresh_group).collect::<Vec<_>>(),
        "inputFilterGroups": [],
        "categoryFilterGroups": [],
    })
}

fn fresh_group(group: &FilterGroup) -> Json {
    json!({ "name": group.name, "clauses": group.clauses.iter().map(fresh_clause).collect::<Vec<_>>() })
}

fn fresh_clause(clause: &FilterClause) -> Json {
    json!({
        "operatorName": clause.operator,
        "sourceOperandName": clause.attribute,
        "targetOperand": { "values": clause.values },
    })
}
