//! Digests: lower-case hexadecimal, and with a key where a digest must not be a way to guess what it stands for.

use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Writes bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

/// The key of a connection's digests. It stays in the connection's memory: whoever holds a plan file alone cannot try
/// departments or first names until one fits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// Takes 256 bits that nobody can guess.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA-256 (RFC 2104) over the parts, none of which can run into the next one.
    pub(crate) fn digest<'p>(&self, parts: impl IntoIterator<Item = &'p str>) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_the_key_and_on_where_parts_end() {
        let digest = |key: u8, parts: [&str; 2]| DigestKey::new([key; 32]).digest(parts);
        assert_eq!(digest(1, ["a", "bc"]), digest(1, ["a", "bc"]));
        assert_ne!(digest(1, ["a", "bc"]), digest(2, ["a", "bc"]));
        assert_ne!(digest(1, ["a", "bc"]), digest(1, ["ab", "c"]));
        assert_eq!(format!("{:?}", DigestKey::new([1; 32])), "DigestKey");
    }
}
