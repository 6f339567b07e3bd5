//! People, groups and memberships.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::reply::{error, missing, properties, read};
use crate::entra::attributes::{GROUP, USER};
use crate::entra::{Directory, Group, User};
use crate::world::{World, lock};

type Shared = State<Arc<World>>;

fn shown(user: &User) -> Value {
    let mut shown = Value::Object(user.attributes.clone());
    shown["id"] = user.id.clone().into();
    shown["deletedDateTime"] = json!(user.deleted);
    shown["manager"] = json!(user.manager);
    shown
}

/// Takes the manager out of a body: nothing, null, or the id of somebody who is there.
fn manager(
    directory: &Directory,
    body: &mut Map<String, Value>,
) -> Result<Option<Option<String>>, Box<Response>> {
    match body.remove("manager") {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(id)) if directory.user(&id).is_some() => Ok(Some(Some(id))),
        Some(other) => Err(Box::new(missing(&other.to_string()))),
    }
}

fn shown_group(group: &Group) -> Value {
    let mut shown = Value::Object(group.attributes.clone());
    shown["id"] = group.id.clone().into();
    shown["members"] = json!(group.members);
    shown
}

/// A user by id or user name, deleted ones too.
fn id_of(directory: &Directory, key: &str) -> Option<String> {
    if directory.users.contains_key(key) {
        return Some(key.to_owned());
    }
    let named =
        |user: &&User| user.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(key));
    directory.users.values().find(named).map(|user| user.id.clone())
}

pub async fn all(State(world): Shared, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if let Some(name) = query.keys().find(|name| *name != "user_name") {
        return error(StatusCode::BAD_REQUEST, &format!("There is no option '{name}'."));
    }
    let entra = lock(&world.entra);
    let wanted = |user: &&User| {
        query.get("user_name").is_none_or(|name| {
            user.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(name))
        })
    };
    let people: Vec<Value> = entra.directory.users.values().filter(wanted).map(shown).collect();
    Json(json!({ "people": people })).into_response()
}

pub async fn one(State(world): Shared, Path(key): Path<String>) -> Response {
    let entra = lock(&world.entra);
    match id_of(&entra.directory, &key).and_then(|id| entra.directory.users.get(&id)) {
        Some(user) => Json(shown(user)).into_response(),
        None => missing(&key),
    }
}

/// User principal names are unique in a tenant.
fn taken(directory: &Directory, changes: &Map<String, Value>, own: Option<&str>) -> Option<Response> {
    let name = changes.get("userPrincipalName")?;
    let Some(name) = name.as_str().filter(|name| name.contains('@')) else {
        return Some(error(StatusCode::BAD_REQUEST, "A userPrincipalName has the form name@domain."));
    };
    let other = id_of(directory, name).filter(|id| Some(id.as_str()) != own)?;
    Some(error(StatusCode::CONFLICT, &format!("{name} belongs to {other}.")))
}

pub async fn create(State(world): Shared, body: String) -> Response {
    let mut entra = lock(&world.entra);
    let read = read::<Map<String, Value>>(&body).and_then(|mut body| {
        let manager = manager(&entra.directory, &mut body)?;
        Ok((properties(&body, USER)?, manager))
    });
    let (mut attributes, manager) = match read {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    for needed in ["userPrincipalName", "displayName"] {
        if !attributes.get(needed).is_some_and(Value::is_string) {
            return error(StatusCode::BAD_REQUEST, &format!("'{needed}' is required."));
        }
    }
    if let Some(refusal) = taken(&entra.directory, &attributes, None) {
        return refusal;
    }
    attributes.entry("accountEnabled").or_insert(true.into());
    attributes.entry("userType").or_insert("Member".into());
    attributes.insert("createdDateTime".into(), world.clock.now().to_string().into());
    let id = world.random.fresh_uuid();
    entra.directory.put_user(&id, Value::Object(attributes));
    if let Some(manager) = manager {
        entra.directory.set_manager(&id, manager.as_deref());
    }
    (StatusCode::CREATED, Json(shown(&entra.directory.users[&id]))).into_response()
}

pub async fn patch(State(world): Shared, Path(key): Path<String>, body: String) -> Response {
    let mut entra = lock(&world.entra);
    let read = read::<Map<String, Value>>(&body).and_then(|mut body| {
        let manager = manager(&entra.directory, &mut body)?;
        Ok((properties(&body, USER)?, manager))
    });
    let (changes, manager) = match read {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    let Some(id) = id_of(&entra.directory, &key) else { return missing(&key) };
    if let Some(refusal) = taken(&entra.directory, &changes, Some(&id)) {
        return refusal;
    }
    entra.directory.patch_user(&id, &changes);
    if let Some(manager) = manager {
        entra.directory.set_manager(&id, manager.as_deref());
    }
    Json(shown(&entra.directory.users[&id])).into_response()
}

/// Query of a deletion.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    #[serde(default)]
    purge: bool,
}

pub async fn delete(State(world): Shared, Path(key): Path<String>, Query(how): Query<Deletion>) -> Response {
    let mut entra = lock(&world.entra);
    let Some(id) = id_of(&entra.directory, &key) else { return missing(&key) };
    if how.purge {
        entra.directory.purge_user(&id);
        entra.applications.forget_principal(&id);
    } else {
        entra.directory.set_user_deleted(&id, Some(world.clock.now()));
    }
    StatusCode::NO_CONTENT.into_response()
}

pub async fn restore(State(world): Shared, Path(key): Path<String>) -> Response {
    let mut entra = lock(&world.entra);
    let Some(id) = id_of(&entra.directory, &key) else { return missing(&key) };
    entra.directory.set_user_deleted(&id, None);
    Json(shown(&entra.directory.users[&id])).into_response()
}

pub async fn groups(State(world): Shared) -> Response {
    let entra = lock(&world.entra);
    let groups: Vec<Value> = entra.directory.groups.values().map(shown_group).collect();
    Json(json!({ "groups": groups })).into_response()
}

pub async fn group(State(world): Shared, Path(id): Path<String>) -> Response {
    let entra = lock(&world.entra);
    match entra.directory.groups.get(&id) {
        Some(group) => Json(shown_group(group)).into_response(),
        None => missing(&id),
    }
}

pub async fn create_group(State(world): Shared, body: String) -> Response {
    let mut map: Map<String, Value> = match read(&body) {
        Ok(map) => map,
        Err(refusal) => return *refusal,
    };
    let members: Vec<String> = match map.remove("members").map(serde_json::from_value).transpose() {
        Ok(members) => members.unwrap_or_default(),
        Err(_) => return error(StatusCode::BAD_REQUEST, "'members' must be a list of ids."),
    };
    let mut attributes = match properties(&map, GROUP) {
        Ok(attributes) => attributes,
        Err(refusal) => return *refusal,
    };
    if !attributes.get("displayName").is_some_and(Value::is_string) {
        return error(StatusCode::BAD_REQUEST, "'displayName' is required.");
    }
    attributes.entry("securityEnabled").or_insert(true.into());
    attributes.entry("mailEnabled").or_insert(false.into());
    attributes.insert("createdDateTime".into(), world.clock.now().to_string().into());
    let mut entra = lock(&world.entra);
    if let Some(unknown) = members.iter().find(|member| !entra.directory.exists(member)) {
        return missing(unknown);
    }
    let id = world.random.fresh_uuid();
    entra.directory.put_group(&id, Value::Object(attributes), []);
    // Like everybody who joins later: whoever follows changes hears of the members, too.
    for member in &members {
        entra.directory.add_member(&id, member);
    }
    (StatusCode::CREATED, Json(shown_group(&entra.directory.groups[&id]))).into_response()
}

pub async fn patch_group(State(world): Shared, Path(id): Path<String>, body: String) -> Response {
    let read = read::<Map<String, Value>>(&body).and_then(|body| properties(&body, GROUP));
    let changes = match read {
        Ok(changes) => changes,
        Err(refusal) => return *refusal,
    };
    let mut entra = lock(&world.entra);
    if entra.directory.patch_group(&id, &changes) {
        Json(shown_group(&entra.directory.groups[&id])).into_response()
    } else {
        missing(&id)
    }
}

pub async fn delete_group(State(world): Shared, Path(id): Path<String>) -> Response {
    let mut entra = lock(&world.entra);
    if !entra.directory.purge_group(&id) {
        return missing(&id);
    }
    entra.applications.forget_principal(&id);
    StatusCode::NO_CONTENT.into_response()
}

/// Members to add and to remove.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

pub async fn members(State(world): Shared, Path(id): Path<String>, body: String) -> Response {
    let change: Members = match read(&body) {
        Ok(change) => change,
        Err(refusal) => return *refusal,
    };
    let mut entra = lock(&world.entra);
    let directory = &mut entra.directory;
    if !directory.groups.contains_key(&id) {
        return missing(&id);
    }
    if let Some(unknown) = change.add.iter().find(|member| !directory.exists(member)) {
        return missing(unknown);
    }
    let added = change.add.iter().filter(|member| directory.add_member(&id, member)).count();
    let removed = change.remove.iter().filter(|member| directory.remove_member(&id, member)).count();
    Json(json!({ "added": added, "removed": removed })).into_response()
}
