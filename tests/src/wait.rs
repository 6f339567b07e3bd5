//! Waiting for a state, never for a time: every wait polls a condition and fails loudly after its limit.

use anyhow::{Result, bail};
use std::future::Future;
use std::time::{Duration, Instant};

/// How long a state may take on a slow, shared machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until the condition gives a value.
pub async fn until<T, F, Fut>(what: &str, mut condition: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let began = Instant::now();
    let mut last = None;
    while began.elapsed() < PATIENCE {
        match condition().await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => last = None,
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    match last {
        Some(error) => bail!("waited {PATIENCE:?} for: {what}; the last try failed: {error:#}"),
        None => bail!("waited {PATIENCE:?} for: {what}"),
    }
}
