//! Our own speed limit: never more than so many requests in any one second.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A sliding window over the last second, without a clock of its own.
#[derive(Debug, Clone)]
pub struct Window {
    per_second: usize,
    /// What the service provider showed that it takes, and until when that is believed.
    learned: Option<(usize, Instant)>,
    starts: VecDeque<Start>,
}

/// A request that left.
#[derive(Debug, Clone, Copy)]
struct Start {
    at: Instant,
    /// It was answered with 429: it took nothing of what the service provider allows.
    refused: bool,
}

impl Window {
    /// At most `per_second` requests in any second; 0 means no limit of our own.
    pub fn new(per_second: u32) -> Self {
        Self { per_second: per_second as usize, learned: None, starts: VecDeque::new() }
    }

    /// Keeps to what a 429 showed, for an hour: the next cycle need not be refused to know it, and a service provider that
    /// was busy once is not spared for ever.
    pub fn keep_to(&mut self, per_second: u32, now: Instant) {
        self.learned = Some((per_second.max(1) as usize, now + BELIEVED));
    }

    /// Learns the limit from a refusal: as many as had left in the second before. A limit that was believed when the
    /// refused one left was too high itself. Where hardly anything had left it is no limit of requests in a second.
    fn refused(&mut self, started: Instant, now: Instant) {
        if let Some(own) = self.starts.iter_mut().find(|start| start.at == started && !start.refused) {
            own.refused = true;
        }
        let passed = |start: &&Start| !start.refused && start.at < started && start.at + SECOND > started;
        let passed = self.starts.iter().filter(passed).count();
        if passed < FEWEST {
            return;
        }
        let believed = self.learned.filter(|(_, until)| started < *until && started + BELIEVED > *until);
        let limit = believed.map_or(passed, |(limit, _)| passed.min(limit * 7 / 10));
        self.learned = Some((limit.max(FEWEST), now + BELIEVED));
    }

    /// The limit in force and its window.
    fn limit(&self, now: Instant) -> (usize, Duration) {
        let own = if self.per_second == 0 { usize::MAX } else { self.per_second };
        match self.learned {
            Some((learned, until)) if now < until && learned <= own => (learned, LEARNED_WINDOW),
            _ => (own, SECOND),
        }
    }

    /// Takes a turn at `now`, or says how long to wait for the next one.
    pub fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        let left = |start: &Start| now.saturating_duration_since(start.at) >= LEARNED_WINDOW;
        while self.starts.front().is_some_and(left) {
            self.starts.pop_front();
        }
        let (limit, window) = self.limit(now);
        // The request that has to leave the window before this one fits in.
        let before = self.starts.len().checked_sub(limit).and_then(|at| self.starts.get(at));
        match before.map(|start| (start.at + window).saturating_duration_since(now)) {
            Some(pause) if !pause.is_zero() => Err(pause),
            _ => {
                self.starts.push_back(Start { at: now, refused: false });
                Ok(())
            }
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Requests do not arrive in the spacing in which they left: what was learned from a refusal is kept with some room.
const LEARNED_WINDOW: Duration = Duration::from_millis(1040);

/// Fewer requests in a second than these are nobody's limit: such a 429 has other reasons, and only has to be waited out.
const FEWEST: usize = 3;

/// How long a learned limit is kept to.
const BELIEVED: Duration = Duration::from_secs(3600);

/// A [`Window`] that several tasks share; they are served in the order they came.
#[derive(Debug)]
pub struct Pacer {
    window: Mutex<Window>,
}

impl Pacer {
    /// At most `per_second` requests in any second; 0 means no limit of our own.
    pub fn new(per_second: u32) -> Self {
        Self { window: Mutex::new(Window::new(per_second)) }
    }

    /// Waits for a turn, and says when it came. A future that is dropped while it waits takes none.
    pub async fn turn(&self) -> Instant {
        // The lock is held while waiting, so that others queue behind in order (tokio's mutex is fair).
        let mut window = self.window.lock().await;
        loop {
            let now = Instant::now();
            match window.admit(now) {
                Ok(()) => return now,
                Err(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    /// Learns from a 429 to a read that took its turn at `started`: what left in the second before went through.
    pub async fn refused(&self, started: Instant) {
        self.window.lock().await.refused(started, Instant::now());
    }

    /// The limit that a 429 showed, while it is believed.
    pub async fn learned(&self) -> Option<u32> {
        let (now, window) = (Instant::now(), self.window.lock().await);
        let (limit, _) = window.learned.filter(|(_, until)| now < *until)?;
        u32::try_from(limit).ok()
    }

    /// Keeps to what a 429 showed, for an hour.
    pub async fn keep_to(&self, per_second: u32) {
        self.window.lock().await.keep_to(per_second, Instant::now());
    }

    /// How long ago the turns of the last second were taken: a limit that the service provider has counts them, too, but
    /// for those that it refused.
    pub async fn recent(&self) -> Vec<Duration> {
        let now = Instant::now();
        let ages = |window: &Window| {
            let passed = window.starts.iter().filter(|start| !start.refused);
            passed.map(|start| now.saturating_duration_since(start.at)).collect()
        };
        let ages: Vec<Duration> = ages(&*self.window.lock().await);
        ages.into_iter().filter(|age| *age < SECOND).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However requests arrive, no window of one second holds more than the limit.
        #[test]
        fn no_second_holds_more_than_the_limit(limit in 1u32..12, gaps in prop::collection::vec(0u64..400, 1..80)) {
            let start = Instant::now();
            let mut window = Window::new(limit);
            let mut now = start;
            let mut sent = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                while let Err(pause) = window.admit(now) {
                    prop_assert!(pause > Duration::ZERO);
                    now += pause;
                }
                sent.push(now);
            }
            for (at, first) in sent.iter().enumerate() {
                let within = sent[at..].iter().filter(|time| time.duration_since(*first) < SECOND).count();
                prop_assert!(within <= limit as usize);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_share_the_limit_and_a_dropped_wait_takes_no_turn() {
        let pacer = std::sync::Arc::new(Pacer::new(2));
        let start = Instant::now();
        pacer.turn().await;
        pacer.turn().await;
        assert!(tokio::time::timeout(Duration::from_millis(500), pacer.turn()).await.is_err());
        pacer.turn().await;
        pacer.turn().await;
        assert_eq!(start.elapsed(), SECOND);
        let open = Pacer::new(0);
        for _ in 0..1000 {
            open.turn().await;
        }
        assert_eq!(start.elapsed(), SECOND);
        assert_eq!(open.recent().await.len(), 1000, "they are remembered all the same");
        tokio::time::advance(SECOND).await;
        assert!(open.recent().await.is_empty() && pacer.recent().await.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_to_a_read_shows_the_limit_and_one_after_it_that_it_was_too_high() {
        let pacer = Pacer::new(0);
        for _ in 0..2 {
            pacer.turn().await;
        }
        let third = pacer.turn().await;
        tokio::time::advance(Duration::from_millis(1)).await;
        pacer.refused(third).await;
        assert_eq!(pacer.learned().await, None, "two in a second are nobody's limit");
        tokio::time::advance(SECOND).await;
        let mut last = pacer.turn().await;
        for _ in 0..10 {
            tokio::time::advance(Duration::from_millis(10)).await;
            last = pacer.turn().await;
        }
        pacer.refused(last).await;
        assert_eq!(pacer.learned().await, Some(10));
        tokio::time::advance(Duration::from_millis(1)).await;
        for _ in 0..11 {
            last = pacer.turn().await;
        }
        pacer.refused(last).await;
        let lower = pacer.learned().await.expect("it is still learned");
        assert!(lower <= 7, "at most seven tenths of what was too much: {lower}");
    }

    /// Where `Retry-After` lets a read come again within the second, what was refused is still in the window.
    #[tokio::test(start_paused = true)]
    async fn what_was_refused_does_not_count_for_the_limit_that_is_learned() {
        let pacer = Pacer::new(0);
        let refused = pacer.turn().await;
        pacer.refused(refused).await;
        assert!(
            pacer.recent().await.is_empty(),
            "the writes that follow must not take it for one that passed"
        );
        for _ in 0..10 {
            tokio::time::advance(Duration::from_millis(10)).await;
            pacer.turn().await;
        }
        let mut storm = Vec::new();
        for _ in 0..3 {
            tokio::time::advance(Duration::from_millis(10)).await;
            storm.push(pacer.turn().await);
        }
        for started in storm {
            pacer.refused(started).await;
        }
        assert_eq!(pacer.learned().await, Some(10));
        assert_eq!(pacer.recent().await.len(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_429_showed_is_kept_to_for_an_hour() {
        let pacer = Pacer::new(0);
        for _ in 0..50 {
            pacer.turn().await;
        }
        pacer.keep_to(10).await;
        let start = Instant::now();
        for _ in 0..20 {
            pacer.turn().await;
        }
        // Those that had left count: the first ten wait for them.
        assert_eq!(start.elapsed(), 2 * LEARNED_WINDOW);
        tokio::time::advance(BELIEVED).await;
        let later = Instant::now();
        for _ in 0..1000 {
            pacer.turn().await;
        }
        assert_eq!(later.elapsed(), Duration::ZERO);
        let own = Pacer::new(2);
        own.keep_to(10).await;
        for _ in 0..4 {
            own.turn().await;
        }
        assert_eq!(later.elapsed(), SECOND, "our own ceiling is lower");
    }
}
