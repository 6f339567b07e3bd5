//! Checks what a client sends against the schemas and brings it into their spelling.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::keys::Key;
use super::super::model::{ENTERPRISE, MemberKind, Object};
use super::super::state::State;
use super::error::Problem;
use super::schema::{Attribute, Kind, Mutability, Table, USER};

/// The URI that Microsoft's service adds to a group's `schemas` (Microsoft Learn "Develop a SCIM endpoint").
const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// The attributes that a POST or PUT body sets. Read-only ones are ignored (RFC 7644 section 3.3), unknown ones are not.
pub fn resource(body: &Object, table: Table<'_>) -> Result<Object, Problem> {
    let listed = schemas(body, table)?;
    let mut set = Object::new();
    for (name, sent) in body {
        if name.eq_ignore_ascii_case("schemas") {
            continue;
        }
        if let Some(urn) = table.extension(name) {
            if !listed.iter().any(|known| known.eq_ignore_ascii_case(urn)) {
                return Err(Problem::syntax(format!("schemas does not name {urn}.")));
            }
            if let Some(inside) = extension(sent, table)? {
                set.insert(urn.to_owned(), Value::Object(inside));
            }
            continue;
        }
        let attribute = table
            .core_attribute(name)
            .ok_or_else(|| Problem::syntax(format!("The attribute {name} is not known.")))?;
        if set.contains_key(&attribute.name) {
            return Err(Problem::syntax(format!("{} is given twice.", attribute.name)));
        }
        if attribute.mutability != Mutability::ReadOnly
            && let Some(good) = value(attribute, sent)?
        {
            set.insert(attribute.name.clone(), good);
        }
    }
    Ok(set)
}

/// The attributes of an extension object; none where nothing is set.
pub fn extension(sent: &Value, table: Table<'_>) -> Result<Option<Object>, Problem> {
    let parts = match sent {
        Value::Null => return Ok(None),
        Value::Object(parts) => parts,
        _ => return Err(Problem::value("An extension must be an object.")),
    };
    let mut inside = Object::new();
    for (name, sent) in parts {
        // scim2-client names the extension's URN once more inside the extension; that is redundant, not wrong.
        if name == "schemas" && *sent == serde_json::json!([ENTERPRISE]) {
            continue;
        }
        let attribute = table
            .extension_attribute(name)
            .ok_or_else(|| Problem::syntax(format!("The extension has no attribute {name}.")))?;
        if let Some(good) = value(attribute, sent)? {
            inside.insert(attribute.name.clone(), good);
        }
    }
    Ok((!inside.is_empty()).then_some(inside))
}

fn schemas<'b>(body: &'b Object, table: Table<'_>) -> Result<Vec<&'b str>, Problem> {
    let list = body
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"))
        .and_then(|(_, value)| value.as_array())
        .ok_or_else(|| Problem::syntax("schemas is required."))?;
    let listed: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    if listed.len() != list.len() || !listed.iter().any(|urn| urn.eq_ignore_ascii_case(table.core)) {
        return Err(Problem::syntax(format!("schemas must name {}.", table.core)));
    }
    for urn in &listed {
        let known = urn.eq_ignore_ascii_case(table.core)
            || table.extension(urn).is_some()
            || (table.core != USER && *urn == MICROSOFT_GROUP);
        if !known {
            return Err(Problem::syntax(format!("The schema {urn} is not known.")));
        }
    }
    Ok(listed)
}

/// A value as its schema wants it; none where it stands for "unassigned" (RFC 7643 section 2.5).
pub fn value(attribute: &Attribute, sent: &Value) -> Result<Option<Value>, Problem> {
    if sent.is_null() {
        return Ok(None);
    }
    if !attribute.multi_valued {
        return single(attribute, sent);
    }
    let items =
        sent.as_array().ok_or_else(|| Problem::value(format!("{} must be an array.", attribute.name)))?;
    let mut good = Vec::new();
    for item in items {
        good.extend(single(attribute, item)?);
    }
    if good.iter().filter(|item| is_primary(item)).count() > 1 {
        return Err(Problem::value(format!("{} has more than one primary value.", attribute.name)));
    }
    Ok((!good.is_empty()).then_some(Value::Array(good)))
}

/// Whether a value of a multi-valued attribute is the primary one.
pub fn is_primary(item: &Value) -> bool {
    item.get("primary") == Some(&Value::Bool(true))
}

/// One value of the attribute's type.
pub fn single(attribute: &Attribute, sent: &Value) -> Result<Option<Value>, Problem> {
    let name = &attribute.name;
    let wrong = |what: &str| Err(Problem::value(format!("{name} must be {what}.")));
    match attribute.kind {
        Kind::String | Kind::Reference if !sent.is_string() => wrong("a string"),
        Kind::Boolean if !sent.is_boolean() => wrong("true or false"),
        Kind::Integer if !sent.is_i64() => wrong("a whole number"),
        Kind::DateTime if sent.as_str().is_none_or(|text| text.parse::<jiff::Timestamp>().is_err()) => {
            wrong("a date and time")
        }
        Kind::Complex => {
            let Some(parts) = sent.as_object() else {
                return wrong("an object");
            };
            complex(attribute, parts)
        }
        _ => Ok(Some(sent.clone())),
    }
}

fn complex(attribute: &Attribute, parts: &Object) -> Result<Option<Value>, Problem> {
    let mut good = Object::new();
    for (name, sent) in parts {
        let part = attribute
            .sub(name)
            .ok_or_else(|| Problem::syntax(format!("{} has no part {name}.", attribute.name)))?;
        if part.mutability != Mutability::ReadOnly
            && let Some(value) = value(part, sent)?
        {
            good.insert(part.name.clone(), value);
        }
    }
    if let Some(missing) =
        attribute.sub_attributes.iter().find(|part| part.required && !good.contains_key(&part.name))
    {
        return Err(Problem::value(format!("{} needs {}.", attribute.name, missing.name)));
    }
    Ok((!good.is_empty()).then_some(Value::Object(good)))
}

/// The rules of the organisation for a user that is about to be stored; the password is checked by now and not kept.
pub fn user(state: &State, stored: &mut Object, key: Option<Key>) -> Result<(), Problem> {
    stored.shift_remove("password");
    let name = stored
        .get("userName")
        .and_then(Value::as_str)
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| Problem::value("userName is required."))?;
    at_most("userName", name, 128)?;
    for part in ["givenName", "familyName"] {
        if let Some(text) = stored.get("name").and_then(|name| name.get(part)).and_then(Value::as_str) {
            at_most(part, text, 60)?;
        }
    }
    if let Some(manager) =
        stored.get(ENTERPRISE).and_then(|inside| inside.get("manager")?.get("value")?.as_str())
        && !manager.parse().is_ok_and(|manager| state.users.contains_key(&manager))
    {
        return Err(Problem::value(format!("There is no user {manager} who could be the manager.")));
    }
    Ok(state.check_user_name(name, key)?)
}

/// The rules of the organisation for a group: its name, and members that exist.
pub fn group(
    state: &State,
    stored: &mut Object,
    key: Option<Key>,
) -> Result<BTreeMap<Key, MemberKind>, Problem> {
    let name = stored
        .get("displayName")
        .and_then(Value::as_str)
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| Problem::value("displayName is required."))?;
    at_most("displayName", name, 128)?;
    state.check_group_name(name, key)?;
    let mut members = BTreeMap::new();
    for item in stored.shift_remove("members").as_ref().and_then(Value::as_array).into_iter().flatten() {
        let value = item.get("value").and_then(Value::as_str).unwrap_or_default();
        let (member, kind) = state.member_kind(value, key)?;
        let said = item.get("type").and_then(Value::as_str);
        if said.is_some_and(|said| said != type_name(kind)) {
            return Err(Problem::value(format!("The member {value} is not of this type.")));
        }
        members.insert(member, kind);
    }
    Ok(members)
}

/// `type` of a member.
pub fn type_name(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::User => "User",
        MemberKind::Group => "Group",
    }
}

fn at_most(name: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.chars().count() > most {
        return Err(Problem::value(format!("{name} must have at most {most} characters.")));
    }
    Ok(())
}
