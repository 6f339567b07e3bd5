//! The virtual clock: pinned for tests, or the real time plus an offset; both can be advanced.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// How time passes in the practice world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockMode {
    /// Stands still at this instant until it is advanced.
    Pinned(Timestamp),
    /// The real time, plus whatever it was advanced by.
    Ticking,
}

/// The clock of a world.
pub struct Clock {
    mode: ClockMode,
    advanced: watch::Sender<SignedDuration>,
}

impl Clock {
    /// A clock that has not been advanced yet.
    pub fn new(mode: ClockMode) -> Self {
        Self { mode, advanced: watch::Sender::new(SignedDuration::ZERO) }
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        let base = match self.mode {
            ClockMode::Pinned(at) => at,
            ClockMode::Ticking => Timestamp::now(),
        };
        base.saturating_add(*self.advanced.borrow()).unwrap_or(Timestamp::MAX)
    }

    /// Whether it stands still between calls of [`Clock::advance`].
    pub fn is_pinned(&self) -> bool {
        matches!(self.mode, ClockMode::Pinned(_))
    }

    /// Moves the clock forward by whole minutes and wakes everybody who waits for it.
    pub fn advance(&self, minutes: u32) -> Timestamp {
        self.advance_by(SignedDuration::from_mins(i64::from(minutes)))
    }

    /// Moves the clock forward by any duration that is not negative.
    pub fn advance_by(&self, by: SignedDuration) -> Timestamp {
        self.advanced.send_modify(|total| *total = total.saturating_add(by.max(SignedDuration::ZERO)));
        self.now()
    }

    /// Resolves when the virtual clock has reached `at`.
    pub async fn wait_until(&self, at: Timestamp) {
        let mut advanced = self.advanced.subscribe();
        loop {
            let left = at.duration_since(self.now());
            if left <= SignedDuration::ZERO {
                return;
            }
            match self.mode {
                ClockMode::Pinned(_) => {
                    // The sender lives in `self`, which is borrowed here: `changed` cannot fail.
                    let _ = advanced.changed().await;
                }
                ClockMode::Ticking => {
                    tokio::select! {
                        () = tokio::time::sleep(left.unsigned_abs()) => {}
                        _ = advanced.changed() => {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pinned_clock_moves_only_when_advanced() {
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let clock = std::sync::Arc::new(Clock::new(ClockMode::Pinned(start)));
        assert_eq!(clock.now(), start);
        let due: Timestamp = "2026-01-05T08:40:00Z".parse().unwrap();
        let waiter = tokio::spawn({
            let clock = clock.clone();
            async move { clock.wait_until(due).await }
        });
        clock.advance(39);
        tokio::task::yield_now().await;
        assert!(!waiter.is_finished());
        clock.advance(1);
        waiter.await.unwrap();
        assert_eq!(clock.now(), due);
    }
}
