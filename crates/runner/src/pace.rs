//! What a 429 showed of the service provider's limit, from one process to the next.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use usher_goto::{Pacer, ServiceProvider};

use crate::error::RunError;
use crate::memory::Memory;

const KEY: &str = "pace";

/// As long as the client believes it: a service provider that was busy once is not spared for ever.
const BELIEVED: SignedDuration = SignedDuration::from_hours(1);

/// What was learned, where and when.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Learned {
    base: String,
    per_second: u32,
    at: Timestamp,
}

/// Lets this run begin with what the last one learned; a new process need not be refused to know it.
pub(crate) async fn recall(
    provider: &ServiceProvider,
    memory: &Memory,
    now: Timestamp,
) -> Result<(), RunError> {
    let Some(learned) = load(memory).await? else { return Ok(()) };
    let fresh = now.duration_since(learned.at) < BELIEVED;
    if fresh && learned.base == provider.base().as_str() && provider.pacer().learned().await.is_none() {
        provider.pacer().keep_to(learned.per_second).await;
    }
    Ok(())
}

/// Keeps what this run learned.
pub(crate) async fn keep(
    provider: &ServiceProvider,
    memory: &Memory,
    now: Timestamp,
) -> Result<(), RunError> {
    let pacer: &Pacer = provider.pacer();
    let Some(per_second) = pacer.learned().await else { return Ok(()) };
    let base = provider.base().to_string();
    // Known before: it grows old from when it was learned.
    if load(memory).await?.is_some_and(|known| known.base == base && known.per_second == per_second) {
        return Ok(());
    }
    let learned = Learned { base, per_second, at: now };
    memory.with(move |store| store.set_state(KEY, &learned)).await.map_err(RunError::Store)
}

async fn load(memory: &Memory) -> Result<Option<Learned>, RunError> {
    memory.with(|store| store.state(KEY)).await.map_err(RunError::Store)
}
