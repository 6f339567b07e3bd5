//! A job as Graph shows it (Microsoft Learn, synchronizationJob, synchronizationStatus).

use serde_json::{Value, json};

use super::job::{Execution, Job};
use crate::service::CycleState;

/// What Graph prints for "never".
const NEVER: &str = "0001-01-01T00:00:00Z";

/// The job resource; `legacy` is the older published shape of a job that was never started.
pub fn show(job: &Job, legacy: bool) -> Value {
    let legacy = legacy && job.generation == 0;
    let code = match (&job.quarantine, job.active, &job.last_success) {
        (Some(_), ..) => "Quarantine",
        (None, false, _) if legacy => "NotConfigured",
        (None, false, _) => "Paused",
        (None, true, None) => "NotRun",
        (None, true, Some(_)) => "Active",
    };
    let (steady_first, steady_last) = match job.steady {
        Some((first, last)) => (first.to_string(), last.to_string()),
        None => (NEVER.to_owned(), NEVER.to_owned()),
    };
    let never_ran = job.last.is_none() && job.generation > 0;
    let entries: Vec<Value> =
        job.entries.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    json!({
        "id": job.id,
        "templateId": job.template_id,
        "schedule": {
            "expiration": null,
            "interval": if legacy { "P10675199DT2H48M5.4775807S" } else { "PT40M" },
            "state": if job.active { "Active" } else { "Disabled" },
        },
        "status": {
            "countSuccessiveCompleteFailures": job.failures,
            "escrowsPruned": false,
            "code": code,
            // Right after start the service shows a zeroed run instead of none.
            "lastExecution": match &job.last {
                Some(last) => execution(last),
                None if never_ran => zeroed(),
                None => Value::Null,
            },
            "lastSuccessfulExecution": job.last_success.as_ref().map(execution),
            "lastSuccessfulExecutionWithExports": job.last_export.as_ref().map(execution),
            "progress": [],
            "quarantine": job.quarantine.as_ref().map(|quarantine| json!({
                "currentBegan": quarantine.began,
                "nextAttempt": crate::service::next_due(quarantine.began),
                "reason": quarantine.reason,
                "seriesBegan": quarantine.began,
                "seriesCount": quarantine.count,
                "error": quarantine.error.as_ref().map(error),
            })),
            "steadyStateFirstAchievedTime": steady_first,
            "steadyStateLastAchievedTime": steady_last,
            "synchronizedEntryCountByType": entries,
            "troubleshootingUrl": "",
        },
        "synchronizationJobSettings": [
            { "name": "AzureIngestionAttributeOptimization", "value": "False" },
            { "name": "LookaheadQueryEnabled", "value": "False" },
        ],
    })
}

fn execution(run: &Execution) -> Value {
    let [entitled, provisioning, escrowed, exported, imported] = run.counts;
    json!({
        "activityIdentifier": run.cycle_id,
        "countEntitled": entitled,
        "countEntitledForProvisioning": provisioning,
        "countEscrowed": escrowed,
        "countEscrowedRaw": escrowed,
        "countExported": exported,
        "countExports": exported,
        "countImported": imported,
        "countImportedDeltas": 0,
        "countImportedReferenceDeltas": 0,
        "state": match run.state {
            CycleState::Succeeded => "Succeeded",
            CycleState::EntryLevelErrors => "EntryLevelErrors",
            CycleState::Failed => "Failed",
        },
        "error": run.error.as_ref().map(error),
        "timeBegan": run.began,
        "timeEnded": run.ended,
    })
}

fn zeroed() -> Value {
    json!({
        "activityIdentifier": null, "countEntitled": 0, "countEntitledForProvisioning": 0, "countEscrowed": 0,
        "countEscrowedRaw": 0, "countExported": 0, "countExports": 0, "countImported": 0, "countImportedDeltas": 0,
        "countImportedReferenceDeltas": 0, "state": "Failed",
        "error": { "code": "None", "message": "", "tenantActionable": false },
        "timeBegan": NEVER, "timeEnded": NEVER,
    })
}

fn error((code, message): &(String, String)) -> Value {
    json!({ "code": code, "message": message, "tenantActionable": true })
}
