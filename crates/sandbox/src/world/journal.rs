//! The journal of all requests received: what was asked, when, and what was answered. Never an Authorization value.

use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{Service, lock};

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Counts from 1 in the order of arrival, over all services.
    pub seq: u64,
    /// Arrival on the virtual clock.
    pub time: Timestamp,
    /// Which service received it.
    pub service: Service,
    /// The HTTP method.
    pub method: String,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query without `?`, still percent-encoded.
    pub query: Option<String>,
    /// The request's body, where it was JSON.
    pub body: Option<Value>,
    /// The status answered; absent while it is processed or when no reply was sent.
    pub status: Option<u16>,
    /// Why, where the service said so: an error code, or the fault that was applied.
    pub reason: Option<String>,
}

/// The list of them, in order.
#[derive(Default)]
pub struct Journal(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    last: u64,
    entries: Vec<Entry>,
}

impl Journal {
    /// Notes a request on arrival and returns its number.
    pub fn begin(&self, mut entry: Entry) -> u64 {
        let mut inner = lock(&self.0);
        inner.last += 1;
        entry.seq = inner.last;
        inner.entries.push(entry);
        inner.last
    }

    /// Notes what was answered.
    pub fn finish(&self, seq: u64, status: Option<u16>, reason: Option<String>) {
        let mut inner = lock(&self.0);
        if let Ok(at) = inner.entries.binary_search_by_key(&seq, |entry| entry.seq) {
            let entry = &mut inner.entries[at];
            entry.status = status.or(entry.status);
            entry.reason = reason.or(entry.reason.take());
        }
    }

    /// The entries after `since`.
    pub fn since(&self, since: u64) -> Vec<Entry> {
        let inner = lock(&self.0);
        inner.entries[inner.entries.partition_point(|entry| entry.seq <= since)..].to_vec()
    }

    /// Forgets the entries; numbers go on counting.
    pub fn clear(&self) {
        lock(&self.0).entries.clear();
    }
}
