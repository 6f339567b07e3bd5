//! Every secret, token and code that the world ever gave out, so that a test can look for them where none may be.

use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;

use super::{Service, lock};

/// One secret that was given out.
#[derive(Debug, Clone, Serialize)]
pub struct IssuedSecret {
    /// When, on the virtual clock.
    pub time: Timestamp,
    /// Who gave it out.
    pub service: Service,
    /// What it is: `access_token`, `refresh_token`, `code`, `id_token`, `password`, `client_secret` ...
    pub kind: String,
    /// The value itself.
    pub value: String,
}

/// The list of them, in order.
#[derive(Default)]
pub struct Issued(Mutex<Vec<IssuedSecret>>);

impl Issued {
    /// Adds one, once per value.
    pub fn add(&self, time: Timestamp, service: Service, kind: &str, value: &str) {
        let mut all = lock(&self.0);
        if !all.iter().any(|known| known.value == value) {
            all.push(IssuedSecret { time, service, kind: kind.into(), value: value.into() });
        }
    }

    /// All so far.
    pub fn all(&self) -> Vec<IssuedSecret> {
        lock(&self.0).clone()
    }
}
