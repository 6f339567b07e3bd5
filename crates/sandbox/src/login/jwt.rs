//! Id tokens: RS256 with a key of this run (RFC 7515, RFC 7517).

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The signing key.
pub struct Signer {
    pair: RsaKeyPair,
    kid: String,
    modulus: String,
    exponent: String,
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

impl Signer {
    /// A fresh 2048-bit key.
    pub fn new() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("the system has randomness");
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key encodes");
        let (modulus, exponent) = public_numbers(der.as_ref()).expect("an RSA SubjectPublicKeyInfo");
        let kid = URL_SAFE_NO_PAD.encode(&modulus[..16]);
        let (modulus, exponent) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        Self { pair, kid, modulus, exponent }
    }

    /// A signed token with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.kid });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a key of this size signs");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The key set document.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": self.modulus, "e": self.exponent,
        }] })
    }
}

/// Modulus and exponent from a DER SubjectPublicKeyInfo (RFC 5280, RFC 8017 A.1.1).
fn public_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (info, _) = element(der, 0x30)?;
    let (_, key_bits) = element(info, 0x30)?;
    let (bits, _) = element(key_bits, 0x03)?;
    let (key, _) = element(bits.strip_prefix(&[0])?, 0x30)?;
    let (modulus, rest) = element(key, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent))
}

/// The content of the first DER element, which must have this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}
