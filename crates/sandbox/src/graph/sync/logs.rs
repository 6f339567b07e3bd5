//! The provisioning log, with the limits of the reporting service.

use jiff::SignedDuration;
use serde_json::Value;

use crate::entra::Token;
use crate::graph::auth::need;
use crate::graph::filter::{Filter, Supports};
use crate::graph::page::{List, list};
use crate::graph::{Answer, Call, GraphError};
use crate::world::{World, lock};

const FILTER: Supports = Supports {
    fields: &[
        "activityDateTime",
        "jobId",
        "cycleId",
        "changeId",
        "tenantId",
        "provisioningAction",
        "servicePrincipal/id",
        "servicePrincipal/displayName",
        "sourceIdentity/id",
        "sourceIdentity/displayName",
        "sourceIdentity/identityType",
        "targetIdentity/id",
        "targetIdentity/displayName",
        "targetIdentity/identityType",
        "sourceSystem/displayName",
        "targetSystem/displayName",
        "provisioningStatusInfo/status",
    ],
    operators: &["eq", "contains", "gt", "lt", "ge", "le"],
    case_sensitive: true,
};

/// Five requests in ten seconds.
const LIMIT: usize = 5;
const WINDOW: SignedDuration = SignedDuration::from_secs(10);

/// Counts a call of one of the narrow services; refuses the sixth in ten seconds.
pub fn throttle(world: &World, service: &'static str) -> Result<(), GraphError> {
    // A pinned clock has no seconds to count in.
    if world.clock.is_pinned() {
        return Ok(());
    }
    let now = world.clock.now();
    let mut graph = lock(&world.graph);
    let recent = graph.recent.entry(service).or_default();
    recent.retain(|at| now.duration_since(*at) < WINDOW);
    recent.push(now);
    if recent.len() > LIMIT { Err(GraphError::throttled(10)) } else { Ok(()) }
}

/// `GET /auditLogs/provisioning`
pub fn all(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    let read = ["ProvisioningLog.Read.All", "AuditLog.Read.All", "Directory.Read.All"];
    need(token, &read, &read)?;
    if lock(&world.entra).without_premium {
        let text = "Neither tenant is B2C or tenant doesn't have premium license";
        return Err(GraphError::new(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", text));
    }
    throttle(world, "auditLogs")?;
    call.allow(&["$filter", "$top", "$skiptoken", "$orderby"])?;
    let filter = call.option("$filter").map(|text| Filter::parse(text, &FILTER)).transpose()?;
    let newest_first = match call.option("$orderby") {
        None | Some("activityDateTime desc") => true,
        Some("activityDateTime" | "activityDateTime asc") => false,
        Some(_) => return Err(GraphError::bad_request("Only activityDateTime can be ordered by.")),
    };
    let entries: Vec<Value> = lock(&world.graph).provisioning_log.clone();
    let ids = || {
        let wanted =
            entries.iter().filter(|entry| filter.as_ref().is_none_or(|filter| filter.matches(entry)));
        let mut ids: Vec<String> =
            wanted.filter_map(|entry| entry["id"].as_str().map(str::to_owned)).collect();
        if newest_first {
            ids.reverse();
        }
        Ok(ids)
    };
    let show = |id: &str| entries.iter().find(|entry| entry["id"] == id).cloned();
    list(world, call, &List { context: "auditLogs/provisioning", page_size: 100 }, ids, show)
}
