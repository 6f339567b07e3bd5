//! What a connection remembers of people is not kept for ever. Links, decisions and the audit are no part of it: they say who
//! belongs to whom, and who decided what.

use jiff::{SignedDuration, Timestamp};
use usher_engine::cycle::Memory as Life;
use usher_store::{Store, StoreError};

use crate::cycle::Reading;
use crate::error::RunError;
use crate::state;

/// Plans and journals: what a run meant to do and sent. The log tells what became of it.
const PLANS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A clock that is ahead would make everything old. It is believed as far as this beyond the last run of a day ago or more.
const BELIEVED: SignedDuration = SignedDuration::from_hours(7 * 24);

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Drops what is old, after a cycle that is settled; the log after as many days as the connection says. What waits for a person, and what is not settled, stays.
pub(crate) async fn purge(reading: &Reading, log_days: u32) -> Result<(), RunError> {
    let now = (reading.clock)();
    let log = SignedDuration::from_hours(i64::from(log_days) * 24);
    let purge = move |store: &Store| {
        let Some(before) = store.last_began(now.saturating_sub(DAY).unwrap_or(Timestamp::MIN))? else {
            return Ok(());
        };
        let now = now.min(before.saturating_add(BELIEVED).unwrap_or(now));
        let old = |kept: SignedDuration| now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
        let life: Life = store.state(state::LIFE)?.unwrap_or_default();
        let approved: Option<String> = store.state(state::APPROVED)?;
        let keep: Vec<String> = life.waiting_for.into_iter().chain(approved).collect();
        let lines = store.purge_journal(old(PLANS))?;
        let plans = store.purge_plans(old(PLANS), &keep)?;
        let entries = store.purge_log(old(log))?;
        if lines + plans + entries > 0 {
            tracing::info!(lines, plans, entries, "old records were dropped");
        }
        Ok::<_, StoreError>(())
    };
    reading.memory.with(purge).await.map_err(RunError::Store)
}
