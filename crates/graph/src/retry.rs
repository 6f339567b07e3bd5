//! How long to wait before a call is repeated, and how often.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Zoned;

/// Bounds for repeating a call that met throttling or a passing failure.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries in all, the first included.
    pub tries: u32,
    /// The first wait when the service names none; doubled each time.
    pub first: Duration,
    /// The longest wait of our own choosing.
    pub longest: Duration,
    /// A `Retry-After` above this is not waited for but reported, so that a person sees it.
    pub patience: Duration,
}

impl Default for Retry {
    /// Six tries from one second: about a minute in all, as Microsoft's throttling guidance suggests exponential
    /// back-off where `Retry-After` is missing.
    fn default() -> Self {
        Self {
            tries: 6,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(32),
            patience: Duration::from_secs(300),
        }
    }
}

impl Retry {
    /// The wait before try number `attempt + 1`, or nothing when patience has run out. `jitter` is between 0 and 1.
    pub fn pause(&self, attempt: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        if attempt >= self.tries {
            return None;
        }
        match asked {
            Some(asked) if asked > self.patience => None,
            // A little is added, never taken away: calls made early still count against the limit.
            Some(asked) => Some(asked + self.first.mul_f64(jitter * 0.25)),
            None => {
                let doubled = self.first.saturating_mul(2u32.saturating_pow(attempt - 1));
                Some(doubled.min(self.longest).mul_f64(0.5 + jitter / 2.0))
            }
        }
    }
}

/// Reads `Retry-After`, in seconds or as a date. A date is measured against the reply's own `Date`, so that a
/// wrong clock on this computer does not matter.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?;
    let now = http_date(headers.get(DATE)?.to_str().ok()?)?;
    Some(Duration::from_secs(
        u64::try_from(until.timestamp().as_second() - now.timestamp().as_second()).unwrap_or(0),
    ))
}

fn http_date(text: &str) -> Option<Zoned> {
    jiff::fmt::rfc2822::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn reads_seconds_and_dates() {
        let seconds = Duration::from_secs;
        assert_eq!(retry_after(&headers(&[("retry-after", "17")])), Some(seconds(17)));
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
        let date =
            [("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"), ("date", "Wed, 21 Oct 2026 07:28:00 GMT")];
        assert_eq!(retry_after(&headers(&date)), Some(seconds(30)));
        let past =
            [("retry-after", "Wed, 21 Oct 2026 07:27:00 GMT"), ("date", "Wed, 21 Oct 2026 07:28:00 GMT")];
        assert_eq!(retry_after(&headers(&past)), Some(seconds(0)));
        assert_eq!(retry_after(&headers(&date[..1])), None);
    }

    #[test]
    fn waits_at_least_as_long_as_asked_and_gives_up() {
        let retry = Retry::default();
        for jitter in [0.0, 0.5, 1.0] {
            assert!(
                retry.pause(1, Some(Duration::from_secs(10)), jitter).unwrap() >= Duration::from_secs(10)
            );
        }
        assert_eq!(retry.pause(1, Some(Duration::from_secs(301)), 0.0), None);
        assert_eq!(retry.pause(6, None, 0.0), None);
        let waits: Vec<_> =
            (1..6).map(|attempt| retry.pause(attempt, None, 1.0).unwrap().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16]);
    }
}
