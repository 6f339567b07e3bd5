//! `usher approve`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, open};
use crate::operate;
use crate::output::{json, line, progress};
use usher_commands::dto::{ConnectionRef, WaitingPlan};
use usher_commands::{approval, words};

/// So many names are shown; `--json` has all.
const NAMES: usize = 20;
/// So much of a hash is shown to be typed.
const SHORT: usize = 12;

/// What is done with the plan that waits.
pub enum What<'a> {
    Show,
    Approve { plan: &'a str, run: bool },
    Withdraw,
}

/// Shows the plan that waits for a person, approves exactly it, or takes that back.
pub async fn approve(connection: &str, what: What<'_>, arguments: &Arguments) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let request = ConnectionRef { id: id.clone() };
    let waiting = match what {
        What::Show => approval::waiting(&app, request).await?,
        What::Approve { plan, .. } => approval::approve(&app, request, plan).await?,
        What::Withdraw => approval::withdraw(&app, request).await?,
    };
    if let What::Approve { run: true, .. } = what {
        progress("Approved. Everything is read again first: what differs is refused.");
        return operate::one(&app, &id, arguments).await;
    }
    let is_open = waiting.as_ref().is_some_and(|plan| plan.approved_by.is_none());
    if arguments.json {
        json(&waiting)?;
    } else {
        if matches!(what, What::Withdraw) {
            line("The approval was taken back.");
        }
        match &waiting {
            Some(plan) => show(plan, &id),
            None => line("No plan waits for an approval."),
        }
    }
    Ok(if is_open && matches!(what, What::Show) { 3 } else { 0 })
}

fn show(plan: &WaitingPlan, id: &str) {
    let short = plan.hash.get(..SHORT).unwrap_or(&plan.hash);
    line(&format!("Plan {short}, made {}", plan.made_at));
    for guard in &plan.guards {
        line(&format!("  {}", words(&guard.message)));
    }
    let counts = &plan.counts;
    line(&format!(
        "It would create {}, update {}, disable {}, delete {}.",
        counts.create, counts.update, counts.disable, counts.delete
    ));
    let losing: Vec<_> =
        plan.rows.iter().filter(|row| matches!(row.action.as_str(), "disable" | "delete")).collect();
    for row in losing.iter().take(NAMES) {
        line(&format!("  {:<7}  {:<5}  {:<30}  {}", row.action, row.kind, row.name, row.detail));
    }
    if losing.len() > NAMES {
        line(&format!("  and {} more; --json lists all", losing.len() - NAMES));
    }
    match (&plan.approved_by, &plan.approved_at) {
        (Some(who), Some(at)) => {
            line(&format!(
                "Approved by {who}, {at}. The next cycle carries it out, if it is still the same."
            ));
            line(&format!("`usher approve {id} --withdraw` takes it back."));
        }
        _ if plan.guards.iter().all(|guard| guard.approvable) => {
            line(&format!("`usher approve {id} --plan {short}` approves exactly this."))
        }
        _ => line("This can't be allowed. Mend the cause, then run a cycle again."),
    }
}
