//! Pacing: a ceiling of requests in any sliding second, and what is learned from 429.

use std::collections::VecDeque;

/// Milliseconds of the sliding window.
const WINDOW: u64 = 1000;

/// After a 429 the window is held this much longer, because requests do not arrive in the spacing in which they left.
const LEARNED_WINDOW: u64 = 1040;

/// Departures are remembered this long: a 429 may answer a request that left as long ago as a client waits.
const HISTORY: u64 = 65_000;

/// Back-off without `Retry-After` doubles from here ...
const FIRST_BACK_OFF: u64 = 1000;

/// ... up to here.
const LAST_BACK_OFF: u64 = 32_000;

/// Back-offs in a row, without one accepted request between, after which the quota counts as spent.
const ROUNDS: u32 = 6;

/// A `Retry-After` beyond this is a spent quota, not pacing: nobody waits ten minutes in front of a progress bar.
const LONGEST_WAIT: u64 = 600_000;

/// The pace of one run.
#[derive(Debug)]
pub(super) struct Pace {
    /// Requests per window; `None` while there is no ceiling.
    limit: Option<u32>,
    window: u64,
    sent: VecDeque<u64>,
    /// When requests left that were sent before the run; readings, mostly.
    before: Vec<i64>,
    /// Those of `sent` that were answered with 429.
    refused: VecDeque<u64>,
    blocked_until: u64,
    rounds: u32,
}

/// Whether the run can go on after a 429.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AfterThrottle {
    /// Everything waits until then.
    WaitUntil(u64),
    /// The quota is spent.
    Spent,
}

impl Pace {
    /// A pace with a ceiling of requests per second; 0 means none of our own.
    pub(super) fn new(requests_per_second: u32) -> Self {
        Pace {
            limit: (requests_per_second > 0).then_some(requests_per_second),
            window: WINDOW,
            sent: VecDeque::new(),
            before: Vec::new(),
            refused: VecDeque::new(),
            blocked_until: 0,
            rounds: 0,
        }
    }

    /// When the next request may leave: now, or later.
    pub(super) fn next_slot(&mut self, now: u64) -> u64 {
        while self.sent.front().is_some_and(|sent| sent + HISTORY <= now) {
            self.sent.pop_front();
        }
        while self.refused.front().is_some_and(|sent| sent + HISTORY <= now) {
            self.refused.pop_front();
        }
        let mut slot = now.max(self.blocked_until);
        if let Some(limit) = self.limit {
            let limit = limit as usize;
            if self.sent.len() >= limit {
                slot = slot.max(self.sent[self.sent.len() - limit] + self.window);
            }
        }
        slot
    }

    /// Remembers requests that left so many milliseconds before `now`, when the run begins.
    pub(super) fn left_before(&mut self, now: u64, ages: &[u64]) {
        self.before = ages.iter().map(|&age| now as i64 - age as i64).collect();
    }

    /// Remembers that a request left.
    pub(super) fn left(&mut self, now: u64) {
        self.sent.push_back(now);
    }

    /// A request was processed: the service provider is willing again.
    pub(super) fn welcome(&mut self) {
        self.rounds = 0;
    }

    /// Learns from a 429 to the request that left at `sent_at`; from one to a reading only that it has to wait.
    pub(super) fn throttled(
        &mut self,
        sent_at: Option<u64>,
        now: u64,
        retry_after: Option<u64>,
    ) -> AfterThrottle {
        // A new round: this request left after the last back-off, so the pace itself was too fast.
        let new_round = sent_at.is_none_or(|at| at >= self.blocked_until);
        self.rounds += u32::from(new_round);
        if let Some(sent_at) = sent_at {
            // What left in the second before and was not refused went through. Answers of one storm overtake each
            // other: the lowest count is the limit.
            self.refused.push_back(sent_at);
            let within = |at: &&u64| **at <= sent_at && **at + WINDOW > sent_at;
            let before = self.before.iter().filter(|&&at| at + WINDOW as i64 > sent_at as i64).count();
            let passed = before + self.sent.iter().filter(within).count();
            let refused = self.refused.iter().filter(within).count();
            let allowed = u32::try_from(passed.saturating_sub(refused)).unwrap_or(u32::MAX);
            let ceiling = match self.limit {
                // What was learned before was still too much.
                Some(limit) if new_round && self.window == LEARNED_WINDOW => limit * 7 / 10,
                Some(limit) => limit,
                None => u32::MAX,
            };
            self.limit = Some(allowed.min(ceiling).max(1));
            self.window = LEARNED_WINDOW;
        }
        if self.rounds > ROUNDS || retry_after.is_some_and(|wait| wait > LONGEST_WAIT) {
            return AfterThrottle::Spent;
        }
        let wait =
            retry_after.unwrap_or_else(|| (FIRST_BACK_OFF << (self.rounds.max(1) - 1)).min(LAST_BACK_OFF));
        self.blocked_until = self.blocked_until.max(now + wait);
        AfterThrottle::WaitUntil(self.blocked_until)
    }

    /// The ceiling in force, for the progress display.
    pub(super) fn ceiling(&self) -> Option<u32> {
        self.limit
    }

    /// What a 429 showed, if one came.
    pub(super) fn learned(&self) -> Option<u32> {
        self.limit.filter(|_| self.window == LEARNED_WINDOW)
    }

    /// Requests that left within the last second.
    pub(super) fn rate(&self, now: u64) -> u32 {
        self.sent.iter().rev().take_while(|at| **at + WINDOW > now).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as allowed for `span` ms; returns when each request left.
    fn flood(pace: &mut Pace, from: u64, span: u64) -> Vec<u64> {
        let mut now = from;
        let mut left = Vec::new();
        loop {
            now = pace.next_slot(now);
            if now >= from + span {
                return left;
            }
            pace.left(now);
            left.push(now);
        }
    }

    #[test]
    fn never_more_than_the_ceiling_in_any_second() {
        let left = flood(&mut Pace::new(8), 0, 60_000);
        assert_eq!(left.len(), 480);
        for (index, at) in left.iter().enumerate() {
            let in_window = left[index..].iter().take_while(|other| **other < at + 1000).count();
            assert!(in_window <= 8, "{in_window} requests in the second from {at}");
        }
    }

    #[test]
    fn learns_the_limit_from_the_first_429_and_stays_below_it() {
        let mut pace = Pace::new(0);
        for at in 0..=10 {
            pace.left(at * 10);
        }
        // The eleventh was refused: ten in a second are allowed.
        assert_eq!(pace.throttled(Some(100), 120, Some(2000)), AfterThrottle::WaitUntil(2120));
        assert_eq!(pace.ceiling(), Some(10));
        let left = flood(&mut pace, 120, 62_000);
        assert_eq!(left[0], 2120, "nothing leaves before Retry-After has passed");
        assert!(left.len() >= 570, "at least 95 % of 10 per second over 60 s: {}", left.len());
    }

    #[test]
    fn what_left_before_the_run_counts_for_the_limit_that_is_learned() {
        let mut pace = Pace::new(0);
        // Nine readings, seven of them in the second before the fourth write is refused.
        pace.left_before(0, &[990, 980, 60, 50, 40, 30, 20, 10, 5]);
        (0..4).for_each(|write| pace.left(write * 10));
        assert_eq!(pace.throttled(Some(30), 32, Some(1000)), AfterThrottle::WaitUntil(1032));
        assert_eq!(pace.ceiling(), Some(10));
    }

    #[test]
    fn one_storm_is_one_round() {
        let mut pace = Pace::new(10);
        pace.left(0);
        pace.left(1);
        assert_eq!(pace.throttled(Some(0), 50, None), AfterThrottle::WaitUntil(1050));
        assert_eq!(pace.throttled(Some(1), 60, None), AfterThrottle::WaitUntil(1060));
        assert_eq!(pace.rounds, 1);
    }

    #[test]
    fn gives_up_after_six_rounds_or_a_long_retry_after() {
        let mut pace = Pace::new(10);
        let mut now = 0;
        for _ in 0..6 {
            pace.left(now);
            match pace.throttled(Some(now), now, None) {
                AfterThrottle::WaitUntil(until) => now = until,
                AfterThrottle::Spent => panic!("too early, at {now}"),
            }
        }
        assert_eq!(now, 1000 + 2000 + 4000 + 8000 + 16_000 + 32_000);
        pace.left(now);
        assert_eq!(pace.throttled(Some(now), now, None), AfterThrottle::Spent);
        assert_eq!(Pace::new(10).throttled(Some(0), 0, Some(601_000)), AfterThrottle::Spent);
    }
}
