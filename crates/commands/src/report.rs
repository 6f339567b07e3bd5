//! What a run did, in numbers and names, for hosts that waited for it.

use std::collections::BTreeMap;

use usher_engine::{StopReason, UnitEnd};

use crate::dto::Message;
use crate::rows;
use crate::running::Report;

/// What a run did, for hosts that waited for it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RunSummary {
    /// Its number.
    pub run: String,
    /// `initial`, `incremental` or `onDemand`.
    pub cycle: usher_plan::Cycle,
    /// Created and verified.
    pub created: u32,
    /// Linked to accounts that were there.
    pub linked: u32,
    /// Updated, memberships included.
    pub updated: u32,
    /// Disabled.
    pub disabled: u32,
    /// Deleted.
    pub deleted: u32,
    /// Already in step.
    pub no_change: u32,
    /// Skipped.
    pub skipped: u32,
    /// Could not be planned, or did not succeed.
    pub failed: u32,
    /// Failed in this cycle or before, and wait for another try.
    pub waiting: u32,
    /// Writes and look-ups sent.
    pub requests: u64,
    /// Who failed, and why.
    pub failures: Vec<Failed>,
    /// Writes that were accepted, and not read back because the run stopped.
    pub accepted: u32,
    /// Attributes that were accepted and are not shown, each with how many people or groups it was written for: believed,
    /// and not verified.
    pub unseen: BTreeMap<String, u32>,
    /// Why it stopped before its end.
    pub stopped: Option<Message>,
    /// Whether lost credentials are the reason.
    pub lost_credentials: bool,
    /// The plan that was carried out.
    pub plan: String,
}

/// Somebody who failed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Failed {
    /// Name.
    pub name: String,
    /// Why.
    pub why: Message,
}

/// What a run did.
#[must_use]
pub fn summary(report: &Report) -> RunSummary {
    let plan = &report.plan;
    let done = usher_runner::done(plan, &report.outcome);
    let mut failures: Vec<Failed> = plan
        .failures
        .iter()
        .map(|failure| Failed { name: failure.display.clone(), why: rows::reason(&failure.reason) })
        .collect();
    for unit in &report.outcome.units {
        let operation = plan.operation(unit.unit.operation);
        if let (UnitEnd::Parked(reason), Some(operation)) = (&unit.end, operation) {
            failures.push(Failed { name: operation.display.clone(), why: rows::trouble(reason) });
        }
    }
    let mut unseen = BTreeMap::new();
    for path in report.outcome.units.iter().flat_map(|unit| &unit.unseen) {
        *unseen.entry(path.clone()).or_default() += 1;
    }
    let (stopped, lost_credentials) = match &report.outcome.end {
        usher_engine::End::Completed => (None, false),
        usher_engine::End::Cancelled => (Some(Message::new("error-cancelled")), false),
        usher_engine::End::Stopped { why, .. } => (
            Some(Message::new(format!("cycle-stopped-{}", why.code()))),
            *why == StopReason::LostAuthentication,
        ),
    };
    RunSummary {
        run: report.run.0.to_string(),
        cycle: plan.cycle,
        created: done.create,
        linked: done.link,
        updated: done.update,
        disabled: done.disable,
        deleted: done.delete,
        no_change: done.no_change,
        skipped: done.skip,
        failed: u32::try_from(failures.len()).unwrap_or(u32::MAX),
        waiting: report.waiting,
        requests: report.outcome.requests,
        failures,
        accepted: report.outcome.totals.accepted,
        unseen,
        stopped,
        lost_credentials,
        plan: plan.hash.clone(),
    }
}
