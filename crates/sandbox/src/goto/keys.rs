//! Keys and secrets, made from the seed alone: the same seed and the same calls give the same world.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A GoTo key: a 64-bit number of 19 digits, always odd, so that a client that reads it as a double gets another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Key {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Key {
    /// As text: the control endpoint is read from JavaScript, whose numbers are too small.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The source of every key, code and token of one world.
#[derive(Debug, Clone)]
pub struct Mint {
    seed: u64,
    last_key: u64,
    count: u64,
}

/// Above 2^53 and of 19 digits, with room below i64::MAX for every key a session could need.
const FIRST_KEY: u64 = 3_000_000_000_000_000_000;

impl Mint {
    /// A mint for this seed.
    pub fn new(seed: u64) -> Self {
        let mut mint = Self { seed, last_key: FIRST_KEY, count: 0 };
        mint.last_key += mint.number("first key") % 1_000_000_000_000_000;
        mint
    }

    /// The next key. Keys grow, so that listing by key is listing by age.
    pub fn key(&mut self) -> Key {
        let step = self.number("key") % 1_000_000_000 + 2;
        self.last_key = (self.last_key + step) | 1;
        Key(self.last_key)
    }

    /// The next secret text of this kind: 43 URL-safe characters.
    pub fn secret(&mut self, kind: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(kind))
    }

    /// The next id in UUID form (version 4 layout).
    pub fn uuid(&mut self, kind: &str) -> String {
        let mut bytes = self.bytes(kind);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn number(&mut self, kind: &str) -> u64 {
        let bytes = self.bytes(kind);
        bytes[..8].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    fn bytes(&mut self, kind: &str) -> [u8; 32] {
        self.count += 1;
        let mut hash = Sha256::new();
        hash.update(b"goto practice\0");
        hash.update(self.seed.to_be_bytes());
        hash.update(self.count.to_be_bytes());
        hash.update(kind.as_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_19_digits_grow_and_do_not_survive_a_double() {
        let mut mint = Mint::new(7);
        let keys: Vec<Key> = (0..200).map(|_| mint.key()).collect();
        assert!(keys.is_sorted());
        for key in keys {
            assert_eq!(key.to_string().len(), 19);
            let rounded = key.get() as f64 as u64;
            assert_ne!(rounded, key.get(), "a JavaScript number must not be able to hold it");
        }
    }

    #[test]
    fn the_seed_decides_everything() {
        let mut one = Mint::new(1);
        let mut same = Mint::new(1);
        let mut other = Mint::new(2);
        let drawn = |mint: &mut Mint| (mint.secret("a"), mint.uuid("b"), mint.key());
        let first = drawn(&mut one);
        assert_eq!(first, drawn(&mut same));
        assert_ne!(first, drawn(&mut one), "every draw is another one");
        let elsewhere = drawn(&mut other);
        assert!(first.0 != elsewhere.0 && first.1 != elsewhere.1 && first.2 != elsewhere.2);
    }
}
