//! The time that Usher goes by: the computer's, or the practice world's virtual one.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::Timestamp;

type Waiter = Arc<dyn Fn(Timestamp) -> BoxFuture<'static, ()> + Send + Sync>;

/// A clock that can be waited for.
#[derive(Clone)]
pub struct Clock {
    now: usher_runner::Clock,
    wait_until: Waiter,
}

impl Clock {
    /// The computer's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Timestamp::now, |at| sleep_until(at).boxed())
    }

    /// Another clock, for practice: what it says, and how to wait for it.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        wait_until: impl Fn(Timestamp) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(move || to_the_millisecond(now())), wait_until: Arc::new(wait_until) }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Resolves when it is `at`.
    pub fn wait_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        (self.wait_until)(at)
    }

    /// The same clock for rooms that only read it.
    #[must_use]
    pub fn reader(&self) -> usher_runner::Clock {
        Arc::clone(&self.now)
    }
}

/// Nobody reads nanoseconds, and files and reports would carry them.
fn to_the_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// Sleeps in short stretches: a computer that slept meanwhile must not sleep the rest of the wait again.
async fn sleep_until(at: Timestamp) {
    let stretch = std::time::Duration::from_secs(20);
    loop {
        let left = at.duration_since(Timestamp::now());
        if left.is_negative() || left.is_zero() {
            return;
        }
        tokio::time::sleep(left.unsigned_abs().min(stretch)).await;
    }
}
