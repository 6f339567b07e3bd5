//! The synchronization API of a service principal: templates, jobs, schema, secrets, on demand, logs.

pub mod job;
mod jobs;
pub mod logs;
mod on_demand;
mod schema;
mod secrets;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::{Answer, Call, GraphError, auth};
use crate::entra::{ServicePrincipal, Token};
use crate::world::{World, lock};

/// The synchronization of one service principal.
#[derive(Debug, Clone, Default)]
pub struct Synchronization {
    /// Stored secrets, in the order in which they were put.
    pub secrets: job::Secrets,
    /// Jobs by id.
    pub jobs: BTreeMap<String, job::Job>,
}

/// Answers everything below `/servicePrincipals/{id}/synchronization`.
pub async fn dispatch(
    world: &Arc<World>,
    call: &Call,
    token: &Token,
    sp: &str,
    rest: &[&str],
) -> Result<Answer, GraphError> {
    let get = call.method == Method::GET;
    // Operators and functions are reads that need the write scope (Microsoft Learn, their permission tables).
    let write = !get || matches!(rest, ["jobs", _, "schema", "filterOperators" | "functions"]);
    auth::sync(world, token, write)?;
    lock(&world.entra).applications.visible(world, sp).ok_or_else(GraphError::sync_unknown)?;
    call.allow(&[])?;
    match (call.method.as_str(), rest) {
        ("GET", ["templates"]) => {
            let template = template_of(world, sp)?;
            super::me::collection(world, "synchronizationTemplates", template.into_iter().collect())
        }
        ("GET", ["templates", id]) => Ok(Answer::ok(template(world, sp, id)?)),
        ("GET", ["templates", id, "schema"]) => {
            template(world, sp, id)?;
            Ok(Answer::ok(schema::template(id)))
        }
        ("GET", ["jobs"]) => jobs::all(world, sp),
        ("POST", ["jobs"]) => jobs::create(world, call, sp),
        ("POST", ["jobs", "validateCredentials"]) => secrets::validate(world, call, sp, None).await,
        ("GET", ["jobs", job]) => jobs::one(world, sp, job),
        ("DELETE", ["jobs", job]) => jobs::delete(world, sp, job),
        ("POST", ["jobs", job, "start"]) => jobs::start(world, call, sp, job),
        ("POST", ["jobs", job, "pause"]) => jobs::pause(world, call, sp, job),
        ("POST", ["jobs", job, "restart"]) => jobs::restart(world, call, sp, job),
        ("POST", ["jobs", job, "validateCredentials"]) => secrets::validate(world, call, sp, Some(job)).await,
        ("POST", ["jobs", job, "provisionOnDemand"]) => on_demand::run(world, call, sp, job).await,
        ("GET", ["jobs", job, "schema"]) => schema::get(world, sp, job),
        ("PUT", ["jobs", job, "schema"]) => schema::put(world, call, sp, job),
        ("DELETE", ["jobs", job, "schema"]) => schema::reset(world, sp, job),
        ("GET", ["jobs", job, "schema", "directories"]) => schema::directories(world, sp, job),
        ("GET", ["jobs", _, "schema", "filterOperators"]) => {
            super::me::collection(world, "filterOperatorSchema", schema::operators())
        }
        ("GET", ["secrets"]) => secrets::get(world, sp),
        ("PUT", ["secrets"]) => secrets::put(world, call, sp),
        (_, ["templates" | "jobs" | "secrets", ..]) => Err(GraphError::method()),
        _ => Err(GraphError::not_found_path()),
    }
}

/// Does something with a job, or says that there is none.
fn with_job<T>(
    world: &World,
    sp: &str,
    job: &str,
    act: impl FnOnce(&mut job::Job) -> Result<T, GraphError>,
) -> Result<T, GraphError> {
    let mut entra = lock(&world.entra);
    let found = entra.applications.service_principals.get_mut(sp).ok_or_else(GraphError::sync_unknown)?;
    let job = found.sync.jobs.get_mut(job).ok_or_else(|| {
        GraphError::new(404, "Request_ResourceNotFound", format!("The job '{job}' does not exist."))
    })?;
    act(job)
}

fn with_sp<T>(
    world: &World,
    sp: &str,
    act: impl FnOnce(&mut ServicePrincipal) -> Result<T, GraphError>,
) -> Result<T, GraphError> {
    let mut entra = lock(&world.entra);
    act(entra.applications.service_principals.get_mut(sp).ok_or_else(GraphError::sync_unknown)?)
}

/// The synchronization template of the application, where it has one.
fn template_of(world: &World, sp: &str) -> Result<Option<Value>, GraphError> {
    let entra = lock(&world.entra);
    let applications = &entra.applications;
    let found = applications.service_principals.get(sp).ok_or_else(GraphError::sync_unknown)?;
    let entry = applications.templates.iter().find(|template| template.id == found.template_id);
    let Some(id) = entry.and_then(|template| template.synchronization) else { return Ok(None) };
    let oauth = id == "goto";
    Ok(Some(json!({
        "id": id,
        "applicationId": found.app_id,
        "default": true,
        "description": format!("Practice template {id}"),
        "discoverable": true,
        "factoryTag": if oauth { "GoTo" } else { "CustomSCIM" },
        "metadata": [
            { "key": "GalleryApplicationIdentifier", "value": found.template_id },
            { "key": "IsOAuthEnabled", "value": if oauth { "True" } else { "False" } },
            { "key": "IsSynchronizationAgentRequired", "value": "False" },
        ],
    })))
}

fn template(world: &World, sp: &str, id: &str) -> Result<Value, GraphError> {
    let found = template_of(world, sp)?.filter(|template| template["id"] == id);
    found.ok_or_else(|| {
        GraphError::new(404, "Request_ResourceNotFound", format!("There is no template '{id}'."))
    })
}
