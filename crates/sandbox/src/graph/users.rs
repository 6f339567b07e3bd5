//! Users: listing, one, the deleted items.

use serde_json::{Value, json};

use super::auth::need;
use super::filter::{Filter, Supports};
use super::page::{self, List, list, select};
use super::{Answer, Call, GraphError};
use crate::entra::attributes::{USER, find};
use crate::entra::{Token, User};
use crate::world::{World, lock};

const READ: &[&str] =
    &["User.Read.All", "Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"];
const FILTER: Supports = Supports {
    fields: &["id", "displayName", "userPrincipalName", "mail", "accountEnabled", "userType"],
    operators: &["eq", "startswith", "in"],
    case_sensitive: false,
};

/// Properties of a user that `$select` may name.
pub fn known(name: &str) -> Option<&'static str> {
    find(USER, name).map(|property| property.name)
}

/// A user as Graph shows it; without a selection the default properties.
pub fn show(user: &User, select: Option<&[String]>) -> Value {
    let value = |name: &str| match name {
        "id" => Value::String(user.id.clone()),
        "deletedDateTime" => user.deleted.map_or(Value::Null, |at| at.to_string().into()),
        "businessPhones" | "otherMails" | "proxyAddresses" | "assignedPlans" => {
            user.attributes.get(name).cloned().unwrap_or_else(|| json!([]))
        }
        name => user.attributes.get(name).cloned().unwrap_or(Value::Null),
    };
    let mut shown = json!({});
    match select {
        Some(select) => {
            for name in select {
                shown[name] = value(name);
            }
        }
        None => {
            for property in USER.iter().filter(|property| property.default) {
                shown[property.name] = value(property.name);
            }
        }
    }
    shown
}

/// `GET /users`
pub fn all(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    listed(world, call, false, "users")
}

/// `GET /directory/deletedItems/microsoft.graph.user`
pub fn deleted(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    listed(world, call, true, "directoryObjects")
}

fn listed(world: &World, call: &Call, deleted: bool, context: &str) -> Result<Answer, GraphError> {
    call.allow(&["$select", "$top", "$filter", "$count", "$skiptoken"])?;
    let select = select(call, known)?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, &FILTER)).transpose()?;
    let page_size = lock(&world.graph).page_size;
    let entra = lock(&world.entra);
    let everything: Vec<String> = USER.iter().map(|property| property.name.to_owned()).collect();
    let ids = || {
        let wanted = |user: &&User| {
            user.deleted.is_some() == deleted
                && filter.as_ref().is_none_or(|filter| filter.matches(&show(user, Some(&everything))))
        };
        Ok(entra.directory.users.values().filter(wanted).map(|user| user.id.clone()).collect())
    };
    let one = |id: &str| {
        let user = entra.directory.users.get(id).filter(|user| user.deleted.is_some() == deleted)?;
        Some(show(user, select.as_deref()))
    };
    list(world, call, &List { context, page_size }, ids, one)
}

/// `GET /users/{id or user principal name}`
pub fn one(world: &World, call: &Call, token: &Token, key: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select"])?;
    let select = select(call, known)?;
    let entra = lock(&world.entra);
    let user = entra.directory.user_by_key(key).ok_or_else(|| GraphError::not_found(key))?;
    Ok(Answer::ok(with_context(world, "users/$entity", show(user, select.as_deref()))))
}

/// Puts the context in front.
pub fn with_context(world: &World, context: &str, shown: Value) -> Value {
    let graph = &world.endpoints().graph;
    let mut body = json!({ "@odata.context": format!("{graph}/v1.0/$metadata#{context}") });
    if let Value::Object(map) = shown {
        for (name, value) in map {
            body[name] = value;
        }
    }
    body
}

/// A member or role with the type in front, as mixed collections show it.
pub fn typed(kind: &str, object: &Value, select: Option<&[String]>) -> Value {
    let mut shown = json!({ "@odata.type": format!("#microsoft.graph.{kind}") });
    if let Value::Object(map) = page::pick(object, select) {
        for (name, value) in map {
            shown[name] = value;
        }
    }
    shown
}
