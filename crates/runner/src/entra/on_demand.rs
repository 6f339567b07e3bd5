//! One person at once.

use serde_json::Value;
use usher_graph::{OnDemandOutcome, OnDemandSubject, RuleId, UserId};

use super::{EntraError, JobAt, control};

/// What came of it.
#[derive(Debug, Clone)]
pub struct OnePerson {
    /// What the service says.
    pub outcome: OnDemandOutcome,
    /// Whether the job was paused for it; it is on again.
    pub paused: bool,
}

/// Provisions one person. A job that was authorised in the portal must be stopped meanwhile (Microsoft Learn,
/// "On-demand provisioning"): it is paused, and switched on again whatever comes of it.
pub async fn provision_person(at: &JobAt, person: UserId) -> Result<OnePerson, EntraError> {
    let at = at.clone();
    // On a task of its own: a caller that goes away in between must not leave the job switched off.
    match tokio::spawn(async move { provision(&at, person).await }).await {
        Ok(result) => result,
        Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
        // The runtime is going down.
        Err(_) => Err(EntraError::Cancelled),
    }
}

async fn provision(at: &JobAt, person: UserId) -> Result<OnePerson, EntraError> {
    let schema = at.graph.sync_schema(&at.application, &at.job).await?;
    let rule = rule(&schema).ok_or(EntraError::NoRule)?;
    let paused = control::pause(at).await?;
    let subject = OnDemandSubject::User(person);
    let outcome = at.graph.provision_on_demand(&at.application, &at.job, &rule, &subject).await;
    if paused && let Err(error) = at.graph.start_sync_job(&at.application, &at.job).await {
        return Err(EntraError::NotSwitchedOn { outcome: outcome.ok().map(Box::new), error });
    }
    Ok(OnePerson { outcome: outcome?, paused })
}

/// The rule that maps people; its id is that of the job's own schema.
fn rule(schema: &Value) -> Option<RuleId> {
    let people = |rule: &&Value| {
        let mappings = rule["objectMappings"].as_array();
        mappings.into_iter().flatten().any(|mapping| {
            mapping["sourceObjectName"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("user"))
        })
    };
    let rule = schema["synchronizationRules"].as_array()?.iter().find(people)?;
    Some(RuleId::from(rule["id"].as_str()?.to_owned()))
}
