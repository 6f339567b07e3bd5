//! The id_token of OpenID Connect: who signed in, and proof that the answer belongs to this attempt.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Provider;
use crate::provider::IssuerRule;

/// Clocks of computers differ; Entra's own libraries allow five minutes.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Who is signed in, as far as the authorization server says. For display ("runs as") and comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The `sub` or, for Entra, the `oid` claim.
    pub subject: Option<String>,
    /// Entra's tenant id (`tid`).
    pub tenant: Option<String>,
    /// The sign-in name: `preferred_username`, or GoTo's `principal`.
    pub user_name: Option<String>,
    /// The person's name.
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: f64,
    azp: Option<String>,
    nonce: Option<String>,
    tid: Option<String>,
    sub: Option<String>,
    oid: Option<String>,
    preferred_username: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks an id_token that came straight from the token endpoint, and names the claim that is wrong.
///
/// The signature is not checked: the token came over TLS from the token endpoint itself, for which
/// OpenID Connect Core 1.0 section 3.1.3.7 (6) accepts TLS server validation in its place.
pub(crate) fn check(
    token: &str,
    provider: &Provider,
    client_id: &str,
    nonce: Option<&str>,
    now: Timestamp,
) -> Result<Identity, &'static str> {
    let payload = token.split('.').nth(1).ok_or("form")?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| "form")?;
    let claims: Claims = serde_json::from_slice(&json).map_err(|_| "form")?;

    if matches!(provider.issuer, IssuerRule::PerTenant { .. }) && claims.tid.is_none() {
        return Err("tid");
    }
    if !provider.issuer.accepts(&claims.iss, claims.tid.as_deref()) {
        return Err("iss");
    }
    match &claims.aud {
        Audience::One(one) if one == client_id => {}
        // Several audiences: the authorized party must be us (section 3.1.3.7 (4)).
        Audience::Many(many) if many.iter().any(|one| one == client_id) => {
            if many.len() > 1 && claims.azp.as_deref() != Some(client_id) {
                return Err("azp");
            }
        }
        _ => return Err("aud"),
    }
    if !claims.exp.is_finite() || claims.exp <= (now - CLOCK_SKEW).as_second() as f64 {
        return Err("exp");
    }
    if let Some(nonce) = nonce
        && claims.nonce.as_deref() != Some(nonce)
    {
        return Err("nonce");
    }
    Ok(Identity {
        subject: claims.oid.or(claims.sub),
        tenant: claims.tid,
        user_name: claims.preferred_username,
        name: claims.name,
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::Provider;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    const TENANT: &str = "6e7a8c1d-3f7b-4d0e-9c55-0a1b2c3d4e5f";
    const NOW: i64 = 1_800_000_000;

    /// A good token with one changed claim (`null` removes it).
    fn checked(change: Value) -> Result<(), &'static str> {
        let mut claims = json!({
            "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "aud": "client", "tid": TENANT,
            "exp": NOW + 3600, "nonce": "n", "sub": "s", "oid": "o", "preferred_username": "ada@example.org",
        });
        for (name, value) in change.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let login = "https://login.microsoftonline.com".parse().expect("an address");
        let provider = Provider::entra(&login, TENANT, &["openid"]).expect("a provider");
        let token = format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let now = jiff::Timestamp::from_second(NOW).expect("a time");
        check(&token, &provider, "client", Some("n"), now).map(drop)
    }

    #[test]
    fn each_claim_is_checked() {
        let other = "00000000-3f7b-4d0e-9c55-0a1b2c3d4e5f";
        assert_eq!(checked(json!({})), Ok(()));
        assert_eq!(checked(json!({"aud": ["client"]})), Ok(()));
        assert_eq!(checked(json!({"exp": NOW - 60})), Ok(()), "clocks may differ by some minutes");
        assert_eq!(checked(json!({"exp": NOW - 600})), Err("exp"));
        assert_eq!(checked(json!({"nonce": "other"})), Err("nonce"));
        assert_eq!(checked(json!({"nonce": null})), Err("nonce"));
        assert_eq!(checked(json!({"aud": "other"})), Err("aud"));
        assert_eq!(checked(json!({"aud": ["client", "other"]})), Err("azp"));
        assert_eq!(checked(json!({"tid": null})), Err("tid"));
        assert_eq!(checked(json!({"tid": other})), Err("iss"));
        let issuer = format!("https://login.microsoftonline.com/{other}/v2.0");
        assert_eq!(
            checked(json!({"tid": other, "iss": issuer})),
            Err("iss"),
            "another tenant than asked for"
        );
        assert_eq!(checked(json!({"iss": "https://example.org"})), Err("iss"));
    }
}
