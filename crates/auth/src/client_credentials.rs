//! Tokens for the program itself (RFC 6749 section 4.4): headless runs against Entra.

use futures::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use oauth2::Scope;

use crate::freshness::{Shared, is_fresh};
use crate::grant::{Clock, end_of};
use crate::http::{Http, Retry};
use crate::wire::{Bridge, EndpointError, oauth_client};
use crate::{Client, Need, Origin, Provider, Secret, TokenError, TokenSource};

/// A [`TokenSource`] that identifies with the client's own secret. Tokens live in memory only.
pub struct ClientCredentials {
    origin: Origin,
    http: Http,
    provider: Provider,
    client: Client,
    clock: Clock,
    held: Shared,
}

impl std::fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientCredentials({} for {})", self.provider.host(), self.origin)
    }
}

impl ClientCredentials {
    /// Tokens for `origin`. The provider's scopes are asked for; for Entra that is one, the API's
    /// address with `/.default` (learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
    pub fn new(origin: Origin, http: &Http, provider: Provider, client: Client, clock: &Clock) -> Self {
        Self { origin, http: http.clone(), provider, client, clock: clock.clone(), held: Shared::default() }
    }

    async fn ask(&self) -> Result<(Secret, Timestamp), EndpointError> {
        // The request is repeatable: every answer is a token of its own.
        let send = Bridge { http: self.http.clone(), retry: Retry::Freely };
        let reply = oauth_client(&self.provider, &self.client)
            .exchange_client_credentials()
            .add_scopes(self.provider.scopes.iter().cloned().map(Scope::new))
            .request_async(&send)
            .await?
            .checked()?;
        Ok((reply.access(), end_of(&reply, (self.clock)())))
    }
}

impl TokenSource for ClientCredentials {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        async move {
            let before = self.held.generation();
            // Holding the lock during the request is what makes callers share it.
            let mut held = self.held.lock().await;
            if let Some(token) = is_fresh(&held, need, before, (self.clock)()) {
                return Ok(token);
            }
            let now = (self.clock)();
            let (token, end) = self.ask().await.map_err(|error| match error {
                // No person can help by signing in here: whatever is refused is the client.
                EndpointError::Refused { refusal, .. } if !is_passing(&refusal.error) => {
                    TokenError::ClientRefused { host: self.provider.host(), refusal }
                }
                other => other.for_token(&self.origin, self.provider.host()),
            })?;
            self.held.keep(&mut held, token.clone(), now, end);
            Ok(token)
        }
        .boxed()
    }
}

fn is_passing(error: &str) -> bool {
    matches!(error, "temporarily_unavailable" | "server_error")
}
