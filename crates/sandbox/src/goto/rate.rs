//! GoTo's published limit: so many requests in any second, per API (developer.goto.com "Rate Limiting").

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::model::Switches;
use super::wire;

const WINDOW: Duration = Duration::from_secs(1);

/// When the requests of the last second were let through, per API. Real time: pacing is about real seconds.
#[derive(Debug, Default)]
pub struct Rates(BTreeMap<&'static str, VecDeque<Instant>>);

impl Rates {
    /// The 429 answer, or nothing where the request may pass.
    pub fn admit(&mut self, api: &'static str, at: Instant, switches: &Switches) -> Option<Response> {
        let limit = switches.rate?;
        let times = self.0.entry(api).or_default();
        while times.front().is_some_and(|&first| at.duration_since(first) >= WINDOW) {
            times.pop_front();
        }
        if times.len() < limit as usize {
            times.push_back(at);
            return None;
        }
        let mut response = wire::json(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({"errorCode": "TOO_MANY_REQUESTS", "message": "Too many requests."}),
        );
        if switches.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Some(wire::because(response, "rate limit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_second_holds_at_most_the_limit_per_api() {
        let switches = Switches { rate: Some(2), ..Switches::default() };
        let mut rates = Rates::default();
        let start = Instant::now();
        let mut at = |api, ms| rates.admit(api, start + Duration::from_millis(ms), &switches).is_none();
        assert!(at("identity", 0));
        assert!(at("identity", 900));
        assert!(!at("identity", 950));
        assert!(at("admin", 950), "each API has its own limit");
        assert!(at("identity", 1000), "the first one left the window");
        assert!(
            !at("identity", 1500),
            "900 and 1000 are still inside, unlike with a window per clock second"
        );
        assert!(at("identity", 1900));
    }
}
