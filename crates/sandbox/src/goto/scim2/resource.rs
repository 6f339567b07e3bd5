//! How users and groups look on the wire, whole or in the part that was asked for.

use serde_json::{Value, json};

use super::super::model::{ENTERPRISE, Group, Object, User};
use super::super::state::State;
use super::BASE;
use super::accept::type_name;
use super::path::Place;
use super::schema::{GROUP, Returned, Table, USER};

/// The weak ETag of this version.
pub fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

/// A user with everything that is returned by default.
pub fn user(state: &State, user: &User, api: &str) -> Object {
    let table = Table::users(&state.switches);
    let mut body = begin(&[USER], &user.key.to_string());
    for (name, value) in &user.attributes {
        if name == ENTERPRISE {
            if table.extension(ENTERPRISE).is_some() {
                body["schemas"] = json!([USER, ENTERPRISE]);
                body.insert(name.clone(), extension(state, value, api));
            }
        } else if table.core_attribute(name).is_some() {
            body.insert(name.clone(), value.clone());
        }
    }
    let groups: Vec<Value> = state
        .groups
        .values()
        .filter(|group| group.members.contains_key(&user.key))
        .map(|group| {
            json!({
                "value": group.key.to_string(), "display": group.display_name(), "type": "direct",
                "$ref": format!("{api}{BASE}/Groups/{}", group.key),
            })
        })
        .collect();
    if !groups.is_empty() {
        body.insert("groups".to_owned(), groups.into());
    }
    body.insert(
        "meta".to_owned(),
        json!({
            "resourceType": "User",
            "created": user.created.to_string(),
            "lastModified": user.modified.to_string(),
            "location": format!("{api}{BASE}/Users/{}", user.key),
            "version": etag(user.version),
        }),
    );
    body
}

/// The extension with the manager as RFC 7643 section 4.3 has it: address and name are the provider's.
fn extension(state: &State, stored: &Value, api: &str) -> Value {
    let mut shown = stored.clone();
    if let Some(id) = stored["manager"]["value"].as_str() {
        let mut manager = json!({ "value": id, "$ref": format!("{api}{BASE}/Users/{id}") });
        let found = id.parse().ok().and_then(|key| state.users.get(&key));
        if let Some(name) = found.and_then(|user| user.attributes.get("displayName")) {
            manager["displayName"] = name.clone();
        }
        shown["manager"] = manager;
    }
    shown
}

/// A group with its members.
pub fn group(state: &State, group: &Group, api: &str) -> Object {
    let table = Table::groups(&state.switches);
    let mut body = begin(&[GROUP], &group.key.to_string());
    for (name, value) in &group.attributes {
        if table.core_attribute(name).is_some() {
            body.insert(name.clone(), value.clone());
        }
    }
    let members = members(state, group, api);
    if !members.is_empty() {
        body.insert("members".to_owned(), members.into());
    }
    body.insert(
        "meta".to_owned(),
        json!({
            "resourceType": "Group",
            "created": group.created.to_string(),
            "lastModified": group.modified.to_string(),
            "location": format!("{api}{BASE}/Groups/{}", group.key),
            "version": etag(group.version),
        }),
    );
    body
}

/// The members as SCIM writes them.
pub fn members(state: &State, group: &Group, api: &str) -> Vec<Value> {
    group
        .members
        .iter()
        .map(|(key, kind)| {
            let display = match state.users.get(key) {
                Some(user) => user.attributes.get("displayName").and_then(Value::as_str),
                None => state.groups.get(key).map(Group::display_name),
            };
            let mut member = json!({
                "value": key.to_string(),
                "type": type_name(*kind),
                "$ref": format!("{api}{BASE}/{}s/{key}", type_name(*kind)),
            });
            if let Some(display) = display {
                member["display"] = display.into();
            }
            member
        })
        .collect()
}

fn begin(schemas: &[&str], id: &str) -> Object {
    let mut body = Object::new();
    body.insert("schemas".to_owned(), json!(schemas));
    body.insert("id".to_owned(), id.into());
    body
}

/// Which attributes to return (RFC 7644 section 3.9).
#[derive(Debug, Clone, Default)]
pub enum Shown {
    /// Those returned by default.
    #[default]
    All,
    /// These, and what is always returned.
    Only(Vec<Wanted>),
    /// All but these.
    Without(Vec<Wanted>),
}

/// An attribute, a part of one, or a whole extension.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// A whole extension.
    Extension(&'static str),
    /// An attribute or a part.
    Place(Place),
}

/// Leaves what was asked for.
pub fn show(body: Object, shown: &Shown) -> Value {
    match shown {
        Shown::All => Value::Object(body),
        Shown::Only(wanted) => {
            let mut kept = Object::new();
            for always in ["schemas", "id"] {
                if let Some(value) = body.get(always) {
                    kept.insert(always.to_owned(), value.clone());
                }
            }
            for one in wanted {
                keep(&mut kept, &body, one);
            }
            Value::Object(kept)
        }
        Shown::Without(unwanted) => {
            let mut body = body;
            for one in unwanted {
                leave_out(&mut body, one);
            }
            Value::Object(body)
        }
    }
}

fn keep(kept: &mut Object, body: &Object, wanted: &Wanted) {
    match wanted {
        Wanted::Extension(urn) => {
            if let Some(value) = body.get(*urn) {
                kept.insert((*urn).to_owned(), value.clone());
            }
        }
        Wanted::Place(place) => {
            let (source, into) = match place.extension {
                Some(urn) => {
                    let Some(Value::Object(source)) = body.get(urn) else { return };
                    let into = kept.entry(urn).or_insert_with(|| json!({}));
                    let Value::Object(into) = into else { return };
                    (source, into)
                }
                None => (body, kept),
            };
            let name = &place.attribute.name;
            let Some(value) = source.get(name) else { return };
            let value = match place.part {
                None => value.clone(),
                Some(part) => match (value, into.get(name)) {
                    (Value::Array(items), _) => {
                        items.iter().map(|item| json!({&part.name: item.get(&part.name)})).collect()
                    }
                    (_, Some(Value::Object(begun))) => {
                        let mut begun = begun.clone();
                        begun.insert(part.name.clone(), value.get(&part.name).cloned().unwrap_or_default());
                        Value::Object(begun)
                    }
                    _ => json!({&part.name: value.get(&part.name)}),
                },
            };
            into.insert(name.clone(), value);
        }
    }
}

fn leave_out(body: &mut Object, unwanted: &Wanted) {
    match unwanted {
        Wanted::Extension(urn) => {
            body.shift_remove(*urn);
        }
        Wanted::Place(place) => {
            if place.target().returned == Returned::Always {
                return;
            }
            let inside = match place.extension {
                Some(urn) => body.get_mut(urn).and_then(Value::as_object_mut),
                None => Some(body),
            };
            let Some(inside) = inside else { return };
            match place.part {
                None => {
                    inside.shift_remove(&place.attribute.name);
                }
                Some(part) => match inside.get_mut(&place.attribute.name) {
                    Some(Value::Object(value)) => {
                        value.shift_remove(&part.name);
                    }
                    Some(Value::Array(items)) => {
                        for item in items.iter_mut().filter_map(Value::as_object_mut) {
                            item.shift_remove(&part.name);
                        }
                    }
                    _ => {}
                },
            }
        }
    }
}
