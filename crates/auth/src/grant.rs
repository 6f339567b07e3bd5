//! What a person's sign-in gives: tokens, their end, the scopes and who it was.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::error::ReplyProblem;
use crate::id_token;
use crate::wire::{EndpointError, TokenReply};
use crate::{Client, Identity, Provider, Secret};

/// The time of day, given by the host; practice mode gives the sandbox's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The result of a finished sign-in, not yet stored anywhere.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The access token.
    pub access_token: Secret,
    /// The refresh token, when the server gave one.
    pub refresh_token: Option<Secret>,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// When it was issued, by our clock.
    pub issued_at: Timestamp,
    /// The scopes that were granted: those of the reply, else the ones asked for (RFC 6749 section 5.1).
    pub scopes: Vec<String>,
    /// Who signed in.
    pub identity: Identity,
}

impl Grant {
    /// Scopes that were asked for and not granted. Scopes that only steer the sign-in are not compared:
    /// Entra never repeats `offline_access`.
    pub fn missing<'a>(&self, asked: &'a [String]) -> Vec<&'a str> {
        const STEERING: [&str; 4] = ["openid", "profile", "email", "offline_access"];
        let plain = |scope: &str| scope.rsplit('/').next().unwrap_or_default().to_lowercase();
        let granted: Vec<String> = self.scopes.iter().map(|scope| plain(scope)).collect();
        asked
            .iter()
            .map(String::as_str)
            .filter(|scope| !STEERING.contains(scope) && !scope.ends_with("/.default"))
            .filter(|scope| !granted.contains(&plain(scope)))
            .collect()
    }
}

/// Checks a token reply and turns it into a grant.
pub(crate) fn accept(
    reply: TokenReply,
    provider: &Provider,
    client: &Client,
    nonce: Option<&str>,
    now: Timestamp,
) -> Result<Grant, EndpointError> {
    let reply = reply.checked()?;
    let wrong = |claim| EndpointError::BadReply(ReplyProblem::IdToken { claim });
    let mut identity = match (reply.id_token(), provider.is_openid()) {
        (Some(token), true) => id_token::check(token, provider, &client.id, nonce, now).map_err(wrong)?,
        (None, true) => return Err(wrong("absence")),
        (_, false) => Identity::default(),
    };
    if identity.user_name.is_none() {
        identity.user_name = reply.principal().map(str::to_owned);
    }
    Ok(Grant {
        access_token: reply.access(),
        refresh_token: reply.refresh(),
        expires_at: end_of(&reply, now),
        issued_at: now,
        scopes: reply.granted().unwrap_or_else(|| provider.scopes.clone()),
        identity,
    })
}

/// The end of an access token; an absurd lifetime is cut to a day, so that it cannot overflow the clock.
pub(crate) fn end_of(reply: &TokenReply, now: Timestamp) -> Timestamp {
    let seconds = reply.lifetime().as_secs().min(24 * 3600);
    now.saturating_add(SignedDuration::from_secs(seconds.cast_signed())).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::Grant;
    use crate::{Identity, Secret};

    #[test]
    fn missing_scopes_are_named_as_asked() {
        let grant = Grant {
            access_token: Secret::new("a"),
            refresh_token: None,
            expires_at: jiff::Timestamp::UNIX_EPOCH,
            issued_at: jiff::Timestamp::UNIX_EPOCH,
            scopes: vec!["User.Read".to_owned(), "identity:scim.me".to_owned()],
            identity: Identity::default(),
        };
        let asked =
            ["openid", "https://graph.microsoft.com/user.read", "Group.Read.All", "identity:scim.org"];
        assert_eq!(grant.missing(&asked.map(str::to_owned)), ["Group.Read.All", "identity:scim.org"]);
    }
}
