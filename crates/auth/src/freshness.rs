//! The access token in memory, and when a new one is due.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, MutexGuard};

use crate::{Need, Secret};

/// A held token that many tasks share: whoever holds the lock renews, the others wait for the result.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// A copy of the generation that can be read while a refresh is under way.
    seen: AtomicU64,
    held: Mutex<Held>,
}

impl Shared {
    /// The generation a caller starts from; read before [`Shared::lock`].
    pub(crate) fn generation(&self) -> u64 {
        self.seen.load(Ordering::Acquire)
    }

    pub(crate) async fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().await
    }

    pub(crate) fn keep(&self, held: &mut Held, token: Secret, issued: Timestamp, end: Timestamp) {
        held.keep(token, issued, end);
        self.seen.store(held.generation, Ordering::Release);
    }

    pub(crate) fn clear(&self, held: &mut Held) {
        held.generation += 1;
        held.token = None;
        self.seen.store(held.generation, Ordering::Release);
    }
}

/// The access token that is held at present. It is never stored: it lives an hour at most, and a
/// refresh costs one request, so a copy on disk would only be one more thing to steal.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Counts the tokens, so that callers who waited for a refresh can tell that there was one.
    generation: u64,
    token: Option<(Secret, Timestamp, Timestamp)>,
}

impl Held {
    fn keep(&mut self, token: Secret, issued: Timestamp, end: Timestamp) {
        self.generation += 1;
        self.token = Some((token, issued, end));
    }
}

/// The held token, if it serves the need of a caller who saw generation `before` when it asked.
pub(crate) fn is_fresh(held: &Held, need: Need, before: u64, now: Timestamp) -> Option<Secret> {
    let (token, issued, end) = held.token.as_ref()?;
    // Five minutes cover a long request and clocks that differ; a tenth keeps short lifetimes usable.
    let lifetime = end.duration_since(*issued);
    let margin = (lifetime / 10).min(SignedDuration::from_mins(5));
    let usable = now < end.saturating_sub(margin).unwrap_or(*end);
    let wanted = match need {
        Need::Current => true,
        Need::Fresh => held.generation != before,
    };
    (usable && wanted).then(|| token.clone())
}

#[cfg(test)]
mod tests {
    use super::{Held, is_fresh};
    use crate::{Need, Secret};
    use jiff::Timestamp;

    #[test]
    fn a_token_serves_until_shortly_before_its_end() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let mut held = Held::default();
        let before = held.generation;
        assert!(is_fresh(&held, Need::Current, before, at(0)).is_none());
        held.keep(Secret::new("t"), at(0), at(3600));
        assert!(is_fresh(&held, Need::Current, held.generation, at(3299)).is_some());
        assert!(is_fresh(&held, Need::Current, held.generation, at(3301)).is_none());
        assert!(is_fresh(&held, Need::Fresh, held.generation, at(1)).is_none(), "it was refused");
        assert!(is_fresh(&held, Need::Fresh, before, at(1)).is_some(), "renewed while the caller waited");
        held.keep(Secret::new("t"), at(0), at(60));
        assert!(is_fresh(&held, Need::Current, 0, at(53)).is_some());
        assert!(is_fresh(&held, Need::Current, 0, at(55)).is_none());
    }
}
