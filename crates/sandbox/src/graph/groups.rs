//! Groups: listing, one, direct and transitive members.

use serde_json::{Value, json};

use super::auth::need;
use super::filter::{Filter, Supports};
use super::page::{List, list, select};
use super::users::{self, typed, with_context};
use super::{Answer, Call, GraphError};
use crate::entra::attributes::{GROUP, find};
use crate::entra::{Group, Token};
use crate::world::{World, lock};

const READ: &[&str] = &[
    "Group.Read.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const FILTER: Supports = Supports {
    fields: &["id", "displayName", "mail", "securityEnabled", "mailEnabled"],
    operators: &["eq", "startswith", "in"],
    case_sensitive: false,
};

/// Properties of a group that `$select` may name.
pub fn known(name: &str) -> Option<&'static str> {
    find(GROUP, name).map(|property| property.name)
}

/// A group as Graph shows it; without a selection the default properties.
pub fn show(group: &Group, select: Option<&[String]>) -> Value {
    let value = |name: &str| match name {
        "id" => Value::String(group.id.clone()),
        "groupTypes" | "proxyAddresses" => group.attributes.get(name).cloned().unwrap_or_else(|| json!([])),
        name => group.attributes.get(name).cloned().unwrap_or(Value::Null),
    };
    let mut shown = json!({});
    match select {
        Some(select) => select.iter().for_each(|name| shown[name] = value(name)),
        None => GROUP.iter().for_each(|property| shown[property.name] = value(property.name)),
    }
    shown
}

/// `GET /groups`
pub fn all(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select", "$top", "$filter", "$count", "$skiptoken"])?;
    let select = select(call, known)?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, &FILTER)).transpose()?;
    let page_size = lock(&world.graph).page_size;
    let entra = lock(&world.entra);
    let ids = || {
        let wanted = |group: &&Group| {
            group.deleted.is_none() && filter.as_ref().is_none_or(|filter| filter.matches(&show(group, None)))
        };
        Ok(entra.directory.groups.values().filter(wanted).map(|group| group.id.clone()).collect())
    };
    let one = |id: &str| Some(show(entra.directory.group(id)?, select.as_deref()));
    list(world, call, &List { context: "groups", page_size }, ids, one)
}

/// `GET /groups/{id}`
pub fn one(world: &World, call: &Call, token: &Token, id: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select"])?;
    let select = select(call, known)?;
    let entra = lock(&world.entra);
    let group = entra.directory.group(id).ok_or_else(|| GraphError::not_found(id))?;
    Ok(Answer::ok(with_context(world, "groups/$entity", show(group, select.as_deref()))))
}

/// `GET /groups/{id}/members`, `.../transitiveMembers`, each also cast to users.
pub fn members(
    world: &World,
    call: &Call,
    token: &Token,
    id: &str,
    transitive: bool,
    cast: Option<&str>,
) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select", "$top", "$count", "$skiptoken"])?;
    let users_only = match cast {
        None => false,
        Some("microsoft.graph.user") => true,
        Some(_) => return Err(GraphError::not_found_path()),
    };
    let select = select(call, |name| users::known(name).or_else(|| known(name)))?;
    let page_size = lock(&world.graph).page_size;
    let entra = lock(&world.entra);
    let directory = &entra.directory;
    let group = directory.group(id).ok_or_else(|| GraphError::not_found(id))?;
    let ids = || {
        let found = if transitive { directory.transitive_members(group) } else { directory.members(group) };
        Ok(found.into_iter().filter(|id| !users_only || directory.user(id).is_some()).collect())
    };
    let one = |id: &str| {
        if let Some(user) = directory.user(id) {
            return Some(typed("user", &users::show(user, select.as_deref()), None));
        }
        let group = directory.group(id)?;
        Some(typed("group", &show(group, select.as_deref()), None))
    };
    list(world, call, &List { context: "directoryObjects", page_size }, ids, one)
}
