//! Users and groups from outside: what an administrator does by hand in the Organization Center, or another writer.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::keys::Key;
use super::super::model::{Group, Object, OrgRole, User};
use super::super::state::State;
use super::{Answer, Fault, Out, Shared, read, user_key};
use crate::world::lock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    /// Laid over the present attributes; null removes.
    #[serde(default)]
    attributes: Object,
    role: Option<OrgRole>,
    account_roles: Option<BTreeMap<Key, BTreeSet<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupChange {
    #[serde(default)]
    attributes: Object,
    /// Replaces all members.
    members: Option<Vec<String>>,
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

fn user_json(state: &State, user: &User) -> Value {
    let groups: Vec<&str> = state
        .groups
        .values()
        .filter(|group| group.members.contains_key(&user.key))
        .map(Group::display_name)
        .collect();
    let mut body = json!(user);
    body["active"] = user.active().into();
    body["groups"] = json!(groups);
    body
}

fn group_json(state: &State, group: &Group) -> Value {
    let members: Vec<Value> = group
        .members
        .iter()
        .map(|(key, kind)| {
            let name = match state.users.get(key) {
                Some(user) => user.user_name(),
                None => state.groups.get(key).map_or("", Group::display_name),
            };
            json!({"key": key, "type": kind, "name": name})
        })
        .collect();
    let mut body = json!(group);
    body["members"] = members.into();
    body
}

/// RFC 7396: null removes, objects are merged, everything else replaces.
fn lay_over(target: &mut Object, change: Object) {
    for (name, value) in change {
        match (value, target.get_mut(&name)) {
            (Value::Null, _) => {
                target.shift_remove(&name);
            }
            (Value::Object(inner), Some(Value::Object(old))) => lay_over(old, inner),
            (value, _) => {
                target.insert(name, value);
            }
        }
    }
}

pub(super) async fn users(Extract(world): Shared) -> Out {
    let state = lock(&world.goto);
    Out(Ok(state.users.values().map(|user| user_json(&state, user)).collect()))
}

pub(super) async fn user(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let state = lock(&world.goto);
    Out(user_key(&state, &name).map(|key| user_json(&state, &state.users[&key])))
}

pub(super) async fn add_user(Extract(world): Shared, body: Bytes) -> Out {
    Out((|| {
        let sent: UserChange = read(&body)?;
        if !sent.attributes.get("userName").is_some_and(Value::is_string) {
            return Err(Fault::bad("attributes.userName is required."));
        }
        let mut state = lock(&world.goto);
        let key = state.add_user(Object::new(), world.clock.now());
        change_one_user(&mut state, key, sent, world.clock.now())
    })())
}

pub(super) async fn change_user(Extract(world): Shared, Path(name): Path<String>, body: Bytes) -> Out {
    Out((|| {
        let sent: UserChange = read(&body)?;
        let mut state = lock(&world.goto);
        let key = user_key(&state, &name)?;
        change_one_user(&mut state, key, sent, world.clock.now())
    })())
}

fn change_one_user(state: &mut State, key: Key, sent: UserChange, now: jiff::Timestamp) -> Answer {
    let mut attributes = state.users[&key].attributes.clone();
    lay_over(&mut attributes, sent.attributes);
    state.set_user(key, attributes, now);
    if let Some(user) = state.users.get_mut(&key) {
        user.role = sent.role.unwrap_or(user.role);
        if let Some(roles) = sent.account_roles {
            user.account_roles = roles;
        }
    }
    Ok(user_json(state, &state.users[&key]))
}

pub(super) async fn remove_user(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let mut state = lock(&world.goto);
    Out(user_key(&state, &name).map(|key| {
        let gone = state.remove_user(key, world.clock.now());
        json!({"removed": gone.map(|user| user.key)})
    }))
}

fn group_key(state: &State, name: &str) -> Result<Key, Fault> {
    let by_key = name.parse::<Key>().ok().filter(|key| state.groups.contains_key(key));
    by_key
        .or_else(|| state.groups.values().find(|group| group.display_name() == name).map(|group| group.key))
        .ok_or_else(|| Fault::not_found(&format!("group {name}")))
}

pub(super) async fn groups(Extract(world): Shared) -> Out {
    let state = lock(&world.goto);
    Out(Ok(state.groups.values().map(|group| group_json(&state, group)).collect()))
}

pub(super) async fn group(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let state = lock(&world.goto);
    Out(group_key(&state, &name).map(|key| group_json(&state, &state.groups[&key])))
}

pub(super) async fn add_group(Extract(world): Shared, body: Bytes) -> Out {
    Out((|| {
        let sent: GroupChange = read(&body)?;
        if !sent.attributes.get("displayName").is_some_and(Value::is_string) {
            return Err(Fault::bad("attributes.displayName is required."));
        }
        let mut state = lock(&world.goto);
        let key = state.add_group(Object::new(), BTreeMap::new(), world.clock.now());
        let done = change_one_group(&mut state, key, sent, world.clock.now());
        if done.is_err() {
            state.remove_group(key, world.clock.now());
        }
        done
    })())
}

pub(super) async fn change_group(Extract(world): Shared, Path(name): Path<String>, body: Bytes) -> Out {
    Out((|| {
        let sent: GroupChange = read(&body)?;
        let mut state = lock(&world.goto);
        let key = group_key(&state, &name)?;
        change_one_group(&mut state, key, sent, world.clock.now())
    })())
}

fn change_one_group(state: &mut State, key: Key, sent: GroupChange, now: jiff::Timestamp) -> Answer {
    let mut attributes = state.groups[&key].attributes.clone();
    let mut members = state.groups[&key].members.clone();
    lay_over(&mut attributes, sent.attributes);
    let named = |name: &String| {
        let found = user_key(state, name).or_else(|_| group_key(state, name))?;
        state.member_kind(&found.to_string(), Some(key)).map_err(|refusal| Fault::bad(refusal.to_string()))
    };
    if let Some(all) = &sent.members {
        members = all.iter().map(named).collect::<Result<_, _>>()?;
    }
    for name in &sent.add {
        let (key, kind) = named(name)?;
        members.insert(key, kind);
    }
    for name in &sent.remove {
        members.remove(&named(name)?.0);
    }
    state.set_group(key, attributes, members, now);
    Ok(group_json(state, &state.groups[&key]))
}

pub(super) async fn remove_group(Extract(world): Shared, Path(name): Path<String>) -> Out {
    let mut state = lock(&world.goto);
    Out(group_key(&state, &name).map(|key| {
        let gone = state.remove_group(key, world.clock.now());
        json!({"removed": gone.map(|group| group.key)})
    }))
}
