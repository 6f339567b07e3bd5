//! What a run did, in numbers and names, for hosts that waited for it.

use std::collections::BTreeMap;

use usher_engine::{Outcome, StopReason, UnitEnd, is_refused};
use usher_plan::Plan;

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

/// Groups that were written without members whom the service provider refused: each once, however long it is.
fn refused(plan: &Plan, outcome: &Outcome) -> impl Iterator<Item = Failed> {
    let mut refused: BTreeMap<u32, u32> = BTreeMap::new();
    for unit in outcome.units.iter().filter(|unit| !matches!(unit.end, UnitEnd::Parked(_))) {
        let members = unit.left_out.iter().filter(|undone| is_refused(&undone.reason)).count();
        if members > 0 {
            *refused.entry(unit.unit.operation).or_default() += u32::try_from(members).unwrap_or(u32::MAX);
        }
    }
    refused.into_iter().filter_map(|(operation, members)| {
        let operation = plan.operation(operation).filter(|found| !found.members.is_empty())?;
        let why = Message::new("report-members-refused").number("count", members);
        Some(Failed { name: operation.display.clone(), why })
    })
}

/// What a run did.
#[must_use]
pub fn summary(report: &Report) -> RunSummary {
    let plan = &report.plan;
    let done = usher_runner::done(plan, &report.outcome);
    let mut failures: Vec<Failed> = plan
        .failures
        .iter()
        .map(|failure| Failed {
            name: failure.display.clone(),
            why: rows::reason_about(rows::kind(failure.kind), &failure.reason),
        })
        .collect();
    for unit in &report.outcome.units {
        let operation = plan.operation(unit.unit.operation);
        if let (UnitEnd::Parked(reason), Some(operation)) = (&unit.end, operation) {
            failures.push(Failed { name: operation.display.clone(), why: rows::trouble(reason) });
        }
    }
    failures.extend(refused(plan, &report.outcome));
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_engine::{End, OperationOutcome, Totals, Undone, UnitId};
    use usher_plan::{Code, Member};

    use super::*;

    /// What becomes of the one group of a plan, whose parts were left with so many members for this reason.
    fn told(code: &str, parts: &[usize]) -> Vec<String> {
        let member = Member { source: Some("u1".into()), target: None, display: "Ana".into() };
        let operation = json!({ "id": 1, "kind": "group", "action": "addMembers", "source": "g", "display": "Sales",
            "members": [member], "reason": { "code": "members-joined" } });
        let plan = json!({ "format": 1, "connection": "contoso", "practice": false, "cycle": "initial",
            "madeAt": "2026-11-22T12:00:00Z", "configuration": "c", "policy": "p", "target": "t", "watermark": "w",
            "operations": [operation], "skips": [], "failures": [], "notes": [], "guards": [], "hash": "abc",
            "counts": usher_plan::Counts::default() });
        let plan: Plan = serde_json::from_value(plan).expect("the form of a saved plan");
        let reason = usher_plan::Reason { code: code.to_owned().into(), ..Code::MembersJoined.reason() };
        let units = (0..).zip(parts).map(|(part, &count)| OperationOutcome {
            unit: UnitId { operation: 1, part },
            end: UnitEnd::Verified,
            target: None,
            origin: None,
            attempts: 1,
            left_out: vec![Undone { member: member.clone(), reason: reason.clone() }; count],
            unseen: Vec::new(),
        });
        let units = units.collect();
        let outcome = Outcome { end: End::Completed, units, totals: Totals::default(), requests: 0 };
        let said = |failed: Failed| format!("{}: {}", failed.name, crate::catalogue::words(&failed.why));
        refused(&plan, &outcome).map(said).collect()
    }

    #[test]
    fn a_group_whose_members_were_refused_is_named_once() {
        let said = "Sales: GoTo refused 3 members of this group. The others were written.";
        assert_eq!(told("refused-by-target", &[2, 0, 1]), [said]);
        // Whoever has no account has failed himself, where that is a failure.
        assert_eq!(told("person-failed", &[2]), Vec::<String>::new());
        assert_eq!(told("refused-by-target", &[0]), Vec::<String>::new());
    }
}
