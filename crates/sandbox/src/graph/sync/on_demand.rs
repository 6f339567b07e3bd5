//! Provisioning on demand: one user, or one group with at most five members.

use std::sync::Arc;

use serde_json::{Value, json};

use super::with_job;
use crate::graph::call::{fields, text};
use crate::graph::{Answer, Call, GraphError, sync::logs};
use crate::service::{OnDemandRequest, credentials};
use crate::world::{World, lock};

/// `POST jobs/{id}/provisionOnDemand`
pub async fn run(world: &Arc<World>, call: &Call, sp: &str, job: &str) -> Result<Answer, GraphError> {
    logs::throttle(world, "provisionOnDemand")?;
    let body = call.fields(&["parameters"])?;
    let (rule_id, object_id, object_type, members) = subject(&body)?;
    let secrets = credentials::secrets(world, sp);
    let cycle = with_job(world, sp, job, |found| {
        let rules = found.schema["synchronizationRules"].as_array().cloned().unwrap_or_default();
        if !rules.iter().any(|rule| rule["id"] == rule_id.as_str()) {
            return Err(GraphError::bad_request(format!("The rule '{rule_id}' is not part of the schema.")));
        }
        // A job that was authorised in the portal must be stopped first (Microsoft Learn, provision on demand).
        if found.active && found.template_id == "goto" {
            return Err(GraphError::bad_request("Stop provisioning before you provision on demand."));
        }
        let (force, forget) = (found.force_deletes, found.forget_links);
        let request = found.request(sp, world, false, secrets);
        (found.force_deletes, found.forget_links) = (force, forget);
        Ok(request)
    })?;
    super::jobs::joined(world)?;
    let service = world.service().ok_or_else(GraphError::not_found_path)?;
    let request = OnDemandRequest { cycle, rule_id, object_id, object_type, members };
    let outcome = service.on_demand(world.clone(), request).await;
    let details = outcome.error.map(|(code, message)| json!({ "errorCode": code, "errorMessage": message }));
    let (key, value) = if lock(&world.graph).on_demand_list {
        let key = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo".to_owned();
        (key, json!([outcome.record]))
    } else {
        let key = json!({ "result": outcome.result, "details": details.unwrap_or(json!({})) });
        (key.to_string(), outcome.record)
    };
    Ok(Answer::ok(json!({
        "@odata.context": format!("{}/v1.0/$metadata#stringKeyStringValuePair", world.endpoints().graph),
        "key": key,
        "value": value.to_string(),
    })))
}

type Subject = (String, String, String, Vec<String>);

fn subject(body: &serde_json::Map<String, Value>) -> Result<Subject, GraphError> {
    let one = |value: Option<&Value>, what: &str| match value.and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => Ok(only.clone()),
        _ => Err(GraphError::bad_request(format!("Exactly one of '{what}' is expected."))),
    };
    let parameter = fields(Some(&one(body.get("parameters"), "parameters")?), &["ruleId", "subjects"])?;
    let rule = text(&parameter, "ruleId")?.to_owned();
    let subject = one(parameter.get("subjects"), "subjects")?;
    let subject = fields(Some(&subject), &["objectId", "objectTypeName", "links"])?;
    let (id, kind) = (text(&subject, "objectId")?, text(&subject, "objectTypeName")?);
    if !matches!(kind, "User" | "Group") {
        return Err(GraphError::bad_request(format!("The objectTypeName '{kind}' is not User or Group.")));
    }
    let mut members = Vec::new();
    for member in subject.get("links").and_then(|links| links["members"].as_array()).into_iter().flatten() {
        let member = fields(Some(member), &["objectId", "objectTypeName"])?;
        members.push(text(&member, "objectId")?.to_owned());
    }
    if members.len() > 5 {
        return Err(GraphError::bad_request("At most five members can be provisioned on demand."));
    }
    Ok((rule, id.to_owned(), kind.to_owned(), members))
}
