//! Creating, starting, pausing and restarting jobs.

use std::sync::Arc;

use serde_json::{Value, json};

use super::job::Job;
use super::status::show;
use super::{schema, template_of, with_job, with_sp};
use crate::entra::tenant_id;
use crate::graph::call::{fields, text};
use crate::graph::users::with_context;
use crate::graph::{Answer, Call, GraphError};
use crate::world::{World, lock};

const RESET_SCOPES: [&str; 7] =
    ["None", "ConnectorDataStore", "Escrows", "Watermark", "QuarantineState", "Full", "ForceDeletes"];

/// `GET jobs`
pub fn all(world: &World, sp: &str) -> Result<Answer, GraphError> {
    let legacy = lock(&world.graph).legacy_jobs;
    let jobs = with_sp(world, sp, |sp| Ok(sp.sync.jobs.values().map(|job| show(job, legacy)).collect()))?;
    crate::graph::me::collection(world, "synchronizationJobs", jobs)
}

/// `GET jobs/{id}`
pub fn one(world: &World, sp: &str, job: &str) -> Result<Answer, GraphError> {
    let legacy = lock(&world.graph).legacy_jobs;
    let shown = with_job(world, sp, job, |job| Ok(show(job, legacy)))?;
    Ok(Answer::ok(with_context(world, "synchronizationJobs/$entity", shown)))
}

/// `POST jobs`
pub fn create(world: &World, call: &Call, sp: &str) -> Result<Answer, GraphError> {
    let body = call.fields(&["templateId"])?;
    let wanted = text(&body, "templateId")?;
    let template = template_of(world, sp)?.filter(|template| template["id"] == wanted);
    if template.is_none() {
        return Err(GraphError::bad_request(format!("The application has no template '{wanted}'.")));
    }
    let id = format!("{wanted}.{}.{}", tenant_id(world).replace('-', ""), world.random.fresh_uuid());
    let mut schema = schema::template(wanted);
    schema["id"] = id.clone().into();
    let legacy = lock(&world.graph).legacy_jobs;
    let shown = with_sp(world, sp, |sp| {
        let job = Job::new(id.clone(), wanted, schema);
        let shown = show(&job, legacy);
        sp.sync.jobs.insert(id.clone(), job);
        Ok(shown)
    })?;
    Ok(Answer::created(with_context(world, "synchronizationJobs/$entity", shown)))
}

/// `DELETE jobs/{id}`
pub fn delete(world: &World, sp: &str, job: &str) -> Result<Answer, GraphError> {
    with_job(world, sp, job, |_| Ok(()))?;
    with_sp(world, sp, |sp| {
        sp.sync.jobs.remove(job);
        Ok(())
    })?;
    Ok(Answer::none())
}

/// `POST jobs/{id}/start`
pub fn start(world: &Arc<World>, call: &Call, sp: &str, job: &str) -> Result<Answer, GraphError> {
    call.no_body()?;
    with_job(world, sp, job, |_| Ok(()))?;
    joined(world)?;
    let generation = with_job(world, sp, job, |job| {
        job.quarantine = None;
        // A job that is on already stays as it is.
        Ok(if job.active { None } else { job.begin() })
    })?;
    if let Some(generation) = generation {
        crate::service::schedule::spawn(world, sp.to_owned(), job.to_owned(), generation);
    }
    Ok(Answer::none())
}

/// 501 where nobody would run the cycles: better than a job that looks alive.
pub fn joined(world: &World) -> Result<(), GraphError> {
    match world.service() {
        Some(_) => Ok(()),
        None => {
            let text = "This practice world has no provisioning service: jobs can be configured, not run.";
            Err(GraphError::new(501, "NotImplemented", text))
        }
    }
}

/// `POST jobs/{id}/pause`: the cycle that runs is finished first.
pub fn pause(world: &World, call: &Call, sp: &str, job: &str) -> Result<Answer, GraphError> {
    call.no_body()?;
    with_job(world, sp, job, |job| {
        job.active = false;
        Ok(())
    })?;
    Ok(Answer::none())
}

/// `POST jobs/{id}/restart`
pub fn restart(world: &Arc<World>, call: &Call, sp: &str, job: &str) -> Result<Answer, GraphError> {
    let scope = match &call.body {
        None => String::new(),
        Some(_) => {
            let body = call.fields(&["criteria"])?;
            let criteria = fields(body.get("criteria").or(Some(&json!({}))), &["resetScope"])?;
            criteria.get("resetScope").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
    };
    let mut asked: Vec<&str> = scope.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if let Some(unknown) = asked.iter().find(|part| !RESET_SCOPES.contains(part)) {
        return Err(GraphError::bad_request(format!("Requested value '{unknown}' was not found.")));
    }
    if asked.is_empty() {
        asked = vec!["QuarantineState", "Watermark", "Escrows"];
    }
    let has = |name: &str| asked.contains(&name);
    let full = has("Full");
    with_job(world, sp, job, |job| {
        job.initial_due |= has("Watermark") || full;
        job.forget_links |= has("ConnectorDataStore") || full;
        job.force_deletes |= has("ForceDeletes");
        if has("QuarantineState") || full || has("ForceDeletes") {
            job.quarantine = None;
        }
        if full {
            job.entries.clear();
        }
        Ok(())
    })?;
    let running = with_job(world, sp, job, |job| Ok(job.active))?;
    if running || has("None") {
        joined(world)?;
        let generation = with_job(world, sp, job, |job| Ok(job.begin()))?;
        if let Some(generation) = generation {
            crate::service::schedule::spawn(world, sp.to_owned(), job.to_owned(), generation);
        }
    }
    Ok(Answer::none())
}
