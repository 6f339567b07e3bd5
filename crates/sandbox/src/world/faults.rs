//! Faults as data: each waits for the requests it names and changes what they get.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use super::{Service, lock};

/// A fault that waits for its requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Assigned when it is set; an id that is given is kept.
    #[serde(default)]
    pub id: String,
    /// The service that misbehaves.
    pub service: Service,
    /// Only requests with this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path (or path and query) contains this text.
    #[serde(default)]
    pub path_contains: Option<String>,
    /// So many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes; absent means every one from then on.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

/// What a fault does to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Answers with this status; the request is not processed.
    Status {
        /// The HTTP status.
        status: u16,
        /// The Retry-After header in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
        /// The JSON body; absent means the service's usual error body.
        #[serde(default)]
        body: Option<Value>,
    },
    /// Processed, then the connection is cut before any reply.
    LoseReply,
    /// The connection is cut before the request is processed.
    Drop,
    /// Processed, then no reply until the fault is released or removed.
    Hold,
    /// Waits for so many milliseconds of real time before it is processed.
    DelayMs(u64),
    /// Half of the body is sent, then the connection is cut.
    TruncateBody,
    /// Processed, and the JSON of the reply is then changed as RFC 7396 says: null takes a field away.
    Merge(Value),
}

struct Armed {
    fault: Fault,
    release: watch::Sender<bool>,
}

/// A fault that struck: what to do, and a way to wait for its release.
pub struct Taken {
    /// The fault's id.
    pub id: String,
    /// What to do.
    pub effect: Effect,
    released: watch::Receiver<bool>,
}

impl Taken {
    /// Resolves when the fault was released or removed.
    pub async fn released(&mut self) {
        // An error means that the fault is gone, which releases too.
        let _ = self.released.wait_for(|released| *released).await;
    }

    /// The delay, when that is the effect.
    pub fn delay(&self) -> Option<Duration> {
        match self.effect {
            Effect::DelayMs(ms) => Some(Duration::from_millis(ms)),
            _ => None,
        }
    }
}

/// The faults of a world, oldest first.
#[derive(Default)]
pub struct Faults(Mutex<(u64, Vec<Armed>)>);

impl Faults {
    /// Sets a fault and returns its id.
    pub fn set(&self, mut fault: Fault) -> String {
        let mut inner = lock(&self.0);
        inner.0 += 1;
        if fault.id.is_empty() {
            fault.id = format!("f{}", inner.0);
        }
        let id = fault.id.clone();
        inner.1.retain(|armed| armed.fault.id != id);
        inner.1.push(Armed { fault, release: watch::Sender::new(false) });
        id
    }

    /// All faults that are set, with what is left of `skip` and `times`.
    pub fn all(&self) -> Vec<Fault> {
        lock(&self.0).1.iter().map(|armed| armed.fault.clone()).collect()
    }

    /// Lets every request go that the fault holds, and those it will hold.
    pub fn release(&self, id: &str) -> bool {
        let inner = lock(&self.0);
        let found = inner.1.iter().find(|armed| armed.fault.id == id);
        found.map(|armed| armed.release.send_replace(true)).is_some()
    }

    /// Removes a fault and releases what it holds.
    pub fn remove(&self, id: &str) -> bool {
        let mut inner = lock(&self.0);
        let before = inner.1.len();
        inner.1.retain(|armed| armed.fault.id != id);
        inner.1.len() < before
    }

    /// Removes all faults.
    pub fn clear(&self) {
        lock(&self.0).1.clear();
    }

    /// The first fault that strikes this request. Counting down happens here.
    pub fn take(&self, service: Service, method: &str, path_and_query: &str) -> Option<Taken> {
        let mut inner = lock(&self.0);
        for armed in &mut inner.1 {
            let fault = &mut armed.fault;
            let matches = fault.service == service
                && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault.path_contains.as_deref().is_none_or(|part| path_and_query.contains(part));
            if !matches || fault.times == Some(0) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times = fault.times.map(|left| left - 1);
            return Some(Taken {
                id: fault.id.clone(),
                effect: fault.effect.clone(),
                released: armed.release.subscribe(),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn skip_and_times_count_matching_requests_only() {
        let faults = Faults::default();
        let fault = json!({ "service": "graph", "method": "get", "path_contains": "/users", "skip": 1, "times": 2,
            "effect": { "status": { "status": 503 } } });
        faults.set(serde_json::from_value(fault).unwrap());
        let struck = |method, path| faults.take(Service::Graph, method, path).is_some();
        assert!(!struck("POST", "/v1.0/users"));
        assert!(!struck("GET", "/v1.0/groups"));
        assert_eq!([(); 4].map(|()| struck("GET", "/v1.0/users")), [false, true, true, false]);
    }

    #[test]
    fn an_unknown_field_of_a_fault_is_refused() {
        let fault = json!({ "service": "graph", "effect": "drop", "time": 1 });
        assert!(serde_json::from_value::<Fault>(fault).is_err());
    }
}
