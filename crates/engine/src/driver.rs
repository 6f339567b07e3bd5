//! The tokio driver: carries the machine's effects out and brings the answers back.
//!
//! Everything runs inside the returned future; dropping it is the same as killing the process between two effects, and
//! the journal is made for that.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use crate::{Effect, Event, Journal, Machine, Outcome, Progress, Target};

/// Runs a machine to its end. `cancelled` resolves when a person cancels; what is in flight is finished then.
pub async fn drive(
    mut machine: Machine,
    target: Arc<dyn Target>,
    journal: Arc<dyn Journal>,
    cancelled: impl Future<Output = ()> + Send,
    mut progress: impl FnMut(Progress) + Send,
) -> Outcome {
    let began = Instant::now();
    let mut work: FuturesUnordered<BoxFuture<'static, Event>> = FuturesUnordered::new();
    let mut wake: Option<Instant> = None;
    let mut cancelled = std::pin::pin!(cancelled.fuse());
    let mut cancel_seen = false;
    let mut event = Event::Start;
    loop {
        let now = began.elapsed().as_millis() as u64;
        for effect in machine.step(event, now) {
            match effect {
                Effect::Finished(outcome) => return outcome,
                Effect::Report(report) => progress(report),
                Effect::WakeAt(at) => wake = Some(began + Duration::from_millis(at)),
                effect => work.push(carry_out(effect, &target, &journal)),
            }
        }
        event = tokio::select! {
            biased;
            () = &mut cancelled, if !cancel_seen => {
                cancel_seen = true;
                Event::Cancel
            }
            Some(event) = work.next(), if !work.is_empty() => event,
            () = tokio::time::sleep_until(wake.unwrap_or(began)), if wake.is_some() => {
                wake = None;
                Event::Tick
            }
            else => unreachable!("a machine that is not finished waits for an answer or for a time"),
        };
    }
}

/// Turns an effect on the outside into the event that answers it.
fn carry_out(
    effect: Effect,
    target: &Arc<dyn Target>,
    journal: &Arc<dyn Journal>,
) -> BoxFuture<'static, Event> {
    let target = Arc::clone(target);
    let journal = Arc::clone(journal);
    match effect {
        Effect::Journal { batch, records } => async move {
            match journal.append(records).await {
                Ok(()) => Event::Durable(batch),
                Err(failed) => Event::JournalFailed(failed.detail),
            }
        }
        .boxed(),
        Effect::Send { unit, write } => {
            async move { Event::Reply { unit, reply: target.write(write).await } }.boxed()
        }
        Effect::LookUp { unit, kind, key } => {
            async move { Event::LookedUp { unit, result: target.look_up(kind, key).await } }.boxed()
        }
        Effect::Verify { wanted, ceiling } => {
            async move { Event::Listed(target.read_back(wanted, ceiling).await) }.boxed()
        }
        Effect::WakeAt(_) | Effect::Report(_) | Effect::Finished(_) => {
            futures::future::ready(Event::Tick).boxed()
        }
    }
}
