//! The administrator's own attributes, as `attributeDefinition`s of the target directory.

use serde_json::{Value as Json, json};
use usher_scim::AttributePath;

use super::{Place, SchemaError};
use crate::custom::has_form;
use crate::model::CustomAttribute;
use crate::target::{ObjectType, TargetType};

/// The attributes of one's own that the document defines for a kind of object.
pub(super) fn read(raw: &Json, place: Place) -> Vec<CustomAttribute> {
    let list = list_at(raw, place).and_then(|pointer| raw.pointer(&pointer)).and_then(Json::as_array);
    list.into_iter().flatten().filter_map(|json| typed(json, place.object)).collect()
}

/// Adds and changes definitions; says whether anything differed.
pub(super) fn write(raw: &mut Json, place: Place, wanted: &[CustomAttribute]) -> Result<bool, SchemaError> {
    let present = read(raw, place);
    if wanted.iter().all(|wanted| present.contains(wanted)) {
        return Ok(false);
    }
    let pointer = list_at(raw, place).ok_or(SchemaError::NoDirectory)?;
    let list = raw.pointer_mut(&pointer).and_then(Json::as_array_mut).ok_or(SchemaError::NoDirectory)?;
    for wanted in wanted {
        let same = |json: &&mut Json| typed(json, place.object).is_some_and(|own| own.name == wanted.name);
        match list.iter_mut().find(same) {
            Some(json) => edit(json, wanted, place.object),
            None => list.push(definition(wanted)),
        }
    }
    Ok(true)
}

/// The pointer of the list of attributes of the target's object.
fn list_at(raw: &Json, place: Place) -> Option<String> {
    let rule = raw.pointer(&place.rule_pointer())?;
    let named = |key: &str| rule.get(key).and_then(Json::as_str);
    let object = raw.pointer(&place.pointer())?.get("targetObjectName")?.as_str()?;
    let mut found = Vec::new();
    for (number, directory) in raw.get("directories")?.as_array()?.iter().enumerate() {
        let name = directory.get("name").and_then(Json::as_str);
        let objects = directory.get("objects").and_then(Json::as_array);
        let at = objects.and_then(|objects| {
            objects.iter().position(|json| json.get("name").and_then(Json::as_str) == Some(object))
        });
        let Some(at) = at else { continue };
        let pointer = format!("/directories/{number}/objects/{at}/attributes");
        if name.is_some() && name == named("targetDirectoryName") {
            return raw.pointer(&pointer)?.is_array().then_some(pointer);
        }
        if name.is_none() || name != named("sourceDirectoryName") {
            found.push(pointer);
        }
    }
    // Without the name of the target's directory only the one possible place will do.
    match (named("targetDirectoryName"), found.as_slice()) {
        (None, [only]) => raw.pointer(only)?.is_array().then(|| only.clone()),
        _ => None,
    }
}

fn typed(json: &Json, object: ObjectType) -> Option<CustomAttribute> {
    let name = json.get("name")?.as_str()?;
    let path = AttributePath::parse(name).ok().filter(|path| has_form(object, path));
    path?;
    let flag = |key: &str| json.get(key).and_then(Json::as_bool).unwrap_or(false);
    let kind = json.get("type").and_then(Json::as_str).and_then(TargetType::find);
    Some(CustomAttribute {
        name: name.to_owned(),
        kind: kind.unwrap_or(TargetType::Text),
        multivalued: flag("multivalued"),
        required: flag("required"),
        case_exact: flag("caseExact"),
    })
}

fn edit(json: &mut Json, wanted: &CustomAttribute, object: ObjectType) {
    let Some(present) = typed(json, object) else { return };
    if present.kind != wanted.kind {
        json["type"] = json!(wanted.kind.as_str());
    }
    for (key, present, wanted) in [
        ("multivalued", present.multivalued, wanted.multivalued),
        ("required", present.required, wanted.required),
        ("caseExact", present.case_exact, wanted.case_exact),
    ] {
        if present != wanted {
            json[key] = json!(wanted);
        }
    }
}

/// A definition as Graph writes one (Microsoft Learn, "attributeDefinition resource type").
pub(super) fn definition(attribute: &CustomAttribute) -> Json {
    json!({
        "anchor": false,
        "caseExact": attribute.case_exact,
        "defaultValue": null,
        "flowNullValues": false,
        "multivalued": attribute.multivalued,
        "mutability": "ReadWrite",
        "name": attribute.name,
        "required": attribute.required,
        "type": attribute.kind.as_str(),
        "apiExpressions": [],
        "metadata": [],
        "referencedObjects": [],
    })
}
