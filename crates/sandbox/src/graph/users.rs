//! Users: listing, one, the deleted items.

use serde_json::{Value, json};

use super::auth::need;
use super::filter::{Filter, Supports};
use super::page::{self, List, list, select};
use super::{Answer, Call, GraphError};
use crate::entra::attributes::{USER, find};
use crate::entra::{Directory, Token, User};
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
    call.allow(&["$select", "$top", "$filter", "$count", "$expand", "$skiptoken"])?;
    let select = select(call, known)?;
    let expand = expand(call)?;
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
        let mut shown = show(user, select.as_deref());
        expand.put(&entra.directory, user, &mut shown);
        Some(shown)
    };
    list(world, call, &List { context, page_size }, ids, one)
}

/// `GET /users/{id or user principal name}`
pub fn one(world: &World, call: &Call, token: &Token, key: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select", "$expand"])?;
    let select = select(call, known)?;
    let expand = expand(call)?;
    let entra = lock(&world.entra);
    let user = entra.directory.user_by_key(key).ok_or_else(|| GraphError::not_found(key))?;
    let mut shown = show(user, select.as_deref());
    expand.put(&entra.directory, user, &mut shown);
    Ok(Answer::ok(with_context(world, "users/$entity", shown)))
}

/// `GET /users/{id or user principal name}/manager`: 404 where there is none.
pub fn manager(world: &World, call: &Call, token: &Token, key: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select"])?;
    let select = select(call, known)?;
    let entra = lock(&world.entra);
    let user = entra.directory.user_by_key(key).ok_or_else(|| GraphError::not_found(key))?;
    let manager = entra.directory.manager(user).ok_or_else(|| GraphError::not_found("manager"))?;
    let shown = typed("user", &show(manager, select.as_deref()), None);
    Ok(Answer::ok(with_context(world, "directoryObjects/$entity", shown)))
}

/// What `$expand` asks for: nothing, or the manager with all default properties or some.
enum Expand {
    Nothing,
    Manager(Option<Vec<String>>),
}

/// Reads `manager` and `manager($select=id,displayName)`; nothing else can be expanded (Microsoft Learn, "Get user": the
/// manager's own managers by `$levels` are not played).
fn expand(call: &Call) -> Result<Expand, GraphError> {
    let refuse = |text: &str| GraphError::bad_request(format!("Could not expand '{text}' on this type."));
    let Some(text) = call.option("$expand") else { return Ok(Expand::Nothing) };
    let rest = text.strip_prefix("manager").ok_or_else(|| refuse(text))?;
    if rest.is_empty() {
        return Ok(Expand::Manager(None));
    }
    let names = rest.strip_prefix("($select=").and_then(|rest| rest.strip_suffix(')'));
    let names = names.ok_or_else(|| refuse(text))?.split(',').map(str::trim);
    let names = names.map(|name| known(name).map(str::to_owned).ok_or_else(|| refuse(text)));
    Ok(Expand::Manager(Some(names.collect::<Result<_, _>>()?)))
}

impl Expand {
    /// Puts the manager into a user, where there is one.
    fn put(&self, directory: &Directory, user: &User, shown: &mut Value) {
        if let (Self::Manager(select), Some(manager)) = (self, directory.manager(user)) {
            shown["manager"] = typed("user", &show(manager, select.as_deref()), None);
        }
    }
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
