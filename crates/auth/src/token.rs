//! What the API clients know of authentication: a source of access tokens for one origin.

use futures::future::{BoxFuture, FutureExt};

use crate::{Origin, Secret, TokenError};

/// Which access token a caller needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The current one, refreshed beforehand when it is about to expire.
    Current,
    /// Another one than the last: the API refused it. Callers that ask at the same time share one refresh.
    Fresh,
}

/// A source of access tokens for exactly one origin.
///
/// The caller must send the token to [`TokenSource::origin`] only: check with [`Origin::admits`]
/// before every request, whatever link the address came from.
pub trait TokenSource: Send + Sync + 'static {
    /// The only origin the tokens may be sent to.
    fn origin(&self) -> &Origin;

    /// A token for the `Authorization: Bearer` header.
    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>>;
}

/// A bearer token that was pasted or configured and cannot be renewed.
#[derive(Debug)]
pub struct StaticToken {
    origin: Origin,
    token: Secret,
}

impl StaticToken {
    /// A fixed token for one origin.
    pub fn new(origin: Origin, token: Secret) -> Self {
        Self { origin, token }
    }
}

impl TokenSource for StaticToken {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        let answer = match need {
            Need::Current => Ok(self.token.clone()),
            // There is no other token to be had: asking again with the same one would only loop.
            Need::Fresh => Err(TokenError::StaticTokenRefused { origin: self.origin.clone() }),
        };
        futures::future::ready(answer).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::{Need, StaticToken, TokenSource};
    use crate::{Secret, TokenError};

    #[tokio::test]
    async fn a_refused_static_token_is_said_so() {
        let origin = "https://scim.example.org".parse().expect("a valid origin");
        let source = StaticToken::new(origin, Secret::new("t"));
        assert_eq!(source.token(Need::Current).await.expect("the token").expose(), "t");
        let refused = source.token(Need::Fresh).await;
        assert!(matches!(refused, Err(TokenError::StaticTokenRefused { .. })), "{refused:?}");
    }
}
