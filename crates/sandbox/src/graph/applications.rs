//! The gallery, applications and service principals.

use serde_json::Value;

use super::auth::{need, need_role};
use super::call::text;
use super::filter::{Filter, Supports};
use super::page::{List, list, pick};
use super::users::with_context;
use super::{Answer, Call, GraphError};
use crate::entra::applications::instance;
use crate::entra::{ServicePrincipal, Token, tenant_id};
use crate::world::{World, lock};

/// Reading applications.
pub const READ: &[&str] =
    &["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
/// Changing applications.
pub const WRITE: &[&str] = &["Application.ReadWrite.All", "Directory.ReadWrite.All"];

const TEMPLATE_FILTER: Supports = Supports {
    fields: &["displayName", "categories"],
    operators: &["eq", "contains"],
    case_sensitive: false,
};
const SP_FILTER: Supports = Supports {
    fields: &["applicationTemplateId", "displayName", "appId", "id"],
    operators: &["eq", "ne", "startswith", "in"],
    case_sensitive: false,
};
const APPLICATION_FILTER: Supports = Supports {
    fields: &["appId", "displayName", "id"],
    operators: &["eq", "startswith", "in"],
    case_sensitive: false,
};

/// The names of an object's members, for `$select`.
fn known(sample: &Value, call: &Call) -> Result<Option<Vec<String>>, GraphError> {
    let names: Vec<&str> =
        sample.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default();
    let Some(text) = call.option("$select") else { return Ok(None) };
    let selected: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    match selected.iter().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(GraphError::bad_request(format!("Could not find a property named '{name}'."))),
        None => Ok(Some(selected)),
    }
}

/// `GET /applicationTemplates`: any token will do.
pub fn templates(world: &World, call: &Call) -> Result<Answer, GraphError> {
    call.allow(&["$filter", "$top", "$skiptoken", "$select"])?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, &TEMPLATE_FILTER)).transpose()?;
    let entra = lock(&world.entra);
    let templates = &entra.applications.templates;
    let select = known(&templates[0].json(), call)?;
    let ids = || {
        let wanted =
            templates.iter().filter(|template| filter.as_ref().is_none_or(|f| f.matches(&template.json())));
        Ok(wanted.map(|template| template.id.clone()).collect())
    };
    let show = |id: &str| {
        let template = templates.iter().find(|template| template.id == id)?;
        Some(pick(&template.json(), select.as_deref()))
    };
    list(world, call, &List { context: "applicationTemplates", page_size: 100 }, ids, show)
}

/// `GET /applicationTemplates/{id}`
pub fn template(world: &World, call: &Call, id: &str) -> Result<Answer, GraphError> {
    call.allow(&[])?;
    let entra = lock(&world.entra);
    let template = entra.applications.templates.iter().find(|template| template.id == id);
    let template = template.ok_or_else(|| GraphError::not_found(id))?;
    Ok(Answer::ok(with_context(world, "applicationTemplates/$entity", template.json())))
}

/// `POST /applicationTemplates/{id}/instantiate`
pub fn instantiate(world: &World, call: &Call, token: &Token, id: &str) -> Result<Answer, GraphError> {
    need(token, WRITE, &["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"])?;
    need_role(world, token)?;
    call.allow(&[])?;
    let body = call.fields(&["displayName", "serviceManagementReference"])?;
    let name = text(&body, "displayName")?;
    let mut entra = lock(&world.entra);
    let template = entra.applications.templates.iter().find(|template| template.id == id).cloned();
    let template = template.ok_or_else(|| GraphError::not_found(id))?;
    let label = format!("instance/{}", entra.applications.service_principals.len());
    let sp = instance(world, &template, name, &label);
    let answer = serde_json::json!({
        "@odata.context": format!("{}/v1.0/$metadata#microsoft.graph.applicationServicePrincipal", world.endpoints().graph),
        "application": sp.application_json(),
        "servicePrincipal": sp.json(&tenant_id(world)),
    });
    entra.applications.service_principals.insert(sp.id.clone(), sp);
    Ok(Answer::created(answer))
}

/// `GET /servicePrincipals`
pub fn service_principals(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    let tenant = tenant_id(world);
    listed(
        world,
        call,
        token,
        "servicePrincipals",
        &SP_FILTER,
        |sp| sp.id.clone(),
        move |sp| sp.json(&tenant),
    )
}

/// `GET /applications`
pub fn applications(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    let id = |sp: &ServicePrincipal| sp.application_object_id.clone();
    listed(world, call, token, "applications", &APPLICATION_FILTER, id, ServicePrincipal::application_json)
}

fn listed(
    world: &World,
    call: &Call,
    token: &Token,
    context: &str,
    supports: &Supports,
    id: impl Fn(&ServicePrincipal) -> String,
    json: impl Fn(&ServicePrincipal) -> Value,
) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$filter", "$top", "$skiptoken", "$select", "$count"])?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, supports)).transpose()?;
    let entra = lock(&world.entra);
    let visible: Vec<&ServicePrincipal> =
        entra.applications.service_principals.values().filter(|sp| sp.visible.reached(world)).collect();
    let select = match visible.first() {
        Some(sp) => known(&json(sp), call)?,
        None => None,
    };
    let ids = || {
        let wanted =
            visible.iter().filter(|sp| filter.as_ref().is_none_or(|filter| filter.matches(&json(sp))));
        Ok(wanted.map(|sp| id(sp)).collect())
    };
    let show = |wanted: &str| {
        let sp = visible.iter().find(|sp| id(sp) == wanted)?;
        Some(pick(&json(sp), select.as_deref()))
    };
    list(world, call, &List { context, page_size: 100 }, ids, show)
}

/// `GET /servicePrincipals/{id}` and `GET /servicePrincipals(appId='{appId}')`
pub fn service_principal(world: &World, call: &Call, token: &Token, key: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select"])?;
    let entra = lock(&world.entra);
    let sp = entra.applications.service_principals.values().find(|sp| sp.id == key || sp.app_id == key);
    let sp = sp.filter(|sp| sp.visible.reached(world)).ok_or_else(|| GraphError::not_found(key))?;
    let shown = sp.json(&tenant_id(world));
    let select = known(&shown, call)?;
    Ok(Answer::ok(with_context(world, "servicePrincipals/$entity", pick(&shown, select.as_deref()))))
}

/// `GET /applications/{object id}`
pub fn application(world: &World, call: &Call, token: &Token, id: &str) -> Result<Answer, GraphError> {
    need(token, READ, READ)?;
    call.allow(&["$select"])?;
    let entra = lock(&world.entra);
    let sp = entra.applications.service_principals.values().find(|sp| sp.application_object_id == id);
    let sp = sp.filter(|sp| sp.visible.reached(world)).ok_or_else(|| GraphError::not_found(id))?;
    let shown = sp.application_json();
    let select = known(&shown, call)?;
    Ok(Answer::ok(with_context(world, "applications/$entity", pick(&shown, select.as_deref()))))
}

/// `PATCH /servicePrincipals/{id}`
pub fn patch(world: &World, call: &Call, token: &Token, id: &str) -> Result<Answer, GraphError> {
    need(token, WRITE, &["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"])?;
    need_role(world, token)?;
    call.allow(&[])?;
    let body = call.fields(&[
        "appRoleAssignmentRequired",
        "displayName",
        "loginUrl",
        "notes",
        "notificationEmailAddresses",
        "preferredSingleSignOnMode",
        "preferredTokenSigningKeyThumbprint",
        "tags",
    ])?;
    let mut entra = lock(&world.entra);
    let sp = entra.applications.service_principals.get_mut(id).filter(|sp| sp.visible.reached(world));
    let sp = sp.ok_or_else(|| GraphError::not_found(id))?;
    if let Some(name) = body.get("displayName").and_then(Value::as_str) {
        sp.display_name = name.to_owned();
    }
    sp.extra.extend(body);
    Ok(Answer::none())
}

/// `DELETE /servicePrincipals/{id}`: the assignments go with it.
pub fn delete(world: &World, call: &Call, token: &Token, id: &str) -> Result<Answer, GraphError> {
    need(token, WRITE, &["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"])?;
    need_role(world, token)?;
    call.allow(&[])?;
    let mut entra = lock(&world.entra);
    entra.applications.service_principals.remove(id).ok_or_else(|| GraphError::not_found(id))?;
    entra.applications.assignments.retain(|assignment| assignment.resource_id != id);
    Ok(Answer::none())
}
