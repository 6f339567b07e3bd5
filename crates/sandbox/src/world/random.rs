//! Seeded ids and tokens: the same seed and the same label give the same id on every run.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The world's only source of ids and tokens.
pub struct Random {
    seed: u64,
    drawn: AtomicU64,
}

impl Random {
    /// A source for this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }

    /// 32 bytes that depend on the seed and the label only, never on the order of calls.
    pub fn bytes(&self, label: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(label.as_bytes());
        hash.finalize().into()
    }

    /// A UUID for a label, such as `user/7`.
    pub fn uuid(&self, label: &str) -> String {
        let bytes = self.bytes(label);
        let mut first = [0; 16];
        first.copy_from_slice(&bytes[..16]);
        uuid::Builder::from_random_bytes(first).into_uuid().to_string()
    }

    /// A number below `bound` for a label.
    pub fn below(&self, label: &str, bound: u64) -> u64 {
        let bytes = self.bytes(label);
        let mut first = [0; 8];
        first.copy_from_slice(&bytes[..8]);
        u64::from_be_bytes(first) % bound.max(1)
    }

    /// A fresh token: differs on every call, starts with the prefix, 43 characters of base64url after it.
    pub fn token(&self, prefix: &str) -> String {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.bytes(&format!("token/{prefix}/{drawn}"))))
    }

    /// A fresh UUID: differs on every call.
    pub fn fresh_uuid(&self) -> String {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        self.uuid(&format!("fresh/{drawn}"))
    }

    /// A random id that is not reproducible, for request ids and keys that must differ between runs.
    pub fn unseeded_uuid() -> String {
        Uuid::new_v4().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_stable_and_tokens_differ() {
        assert_eq!(Random::new(7).uuid("user/1"), Random::new(7).uuid("user/1"));
        assert_ne!(Random::new(7).uuid("user/1"), Random::new(8).uuid("user/1"));
        let random = Random::new(7);
        assert_ne!(random.token("a_"), random.token("a_"));
    }
}
