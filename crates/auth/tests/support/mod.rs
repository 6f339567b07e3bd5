//! What the tests of the OAuth client share: a browser played over HTTP, a fixed clock, a small
//! authorization server with faults.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod provider;

use std::sync::Arc;
use std::time::Duration;

use usher_auth::{Attempt, Clock, Grant, Http, SignInError};

pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn http() -> Http {
    Http::new().expect("connections").with_backoff(Duration::from_millis(5))
}

/// The real time: the peers sign their tokens with it.
pub fn clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}

/// A browser that stops at redirects and keeps cookies, and never asks a proxy.
pub fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .expect("a client")
}

/// Waits for an attempt while the test plays the browser.
pub fn waiting(attempt: Attempt) -> tokio::task::JoinHandle<Result<Grant, SignInError>> {
    tokio::spawn(attempt.wait(futures::future::pending(), PATIENCE))
}

pub fn query(url: &url::Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
