//! A person's sign-in that lasts: the refresh token in the vault, the access token in memory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use oauth2::{HttpRequest, RefreshToken};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::error::SignInAgainReason;
use crate::freshness::{Held, Shared, is_fresh};
use crate::grant::{Clock, Grant, end_of};
use crate::http::{Http, Retry};
use crate::lock::FileLock;
use crate::vault::{Key, Purpose, Vault};
use crate::wire::{Bridge, EndpointError, TokenReply, oauth_client};
use crate::{
    Client, Identity, Need, Origin, OriginError, Provider, Secret, TokenError, TokenSource, VaultError,
};

/// A refresh takes seconds; with all retries of a slow server not more than this.
const LOCK_PATIENCE: Duration = Duration::from_secs(90);

/// What a session needs to know.
#[derive(Clone)]
pub struct SessionConfig {
    /// The connection it belongs to.
    pub connection: String,
    /// Where the access tokens are sent.
    pub origin: Origin,
    /// The authorization server.
    pub provider: Provider,
    /// The OAuth client that signed in.
    pub client: Client,
    /// A folder of the user's own for lock files.
    pub locks: PathBuf,
    /// The time of day.
    pub clock: Clock,
}

/// What is known of a stored sign-in without asking the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionStatus {
    /// Who signed in ("runs as").
    pub identity: Identity,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// When the server last gave a new refresh token: GoTo's end about 30 days after that.
    pub refresh_token_since: Timestamp,
}

/// What forgetting a session achieved; the local copy is gone in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The server was told and agreed.
    Revoked,
    /// The server could not be told, or refused; the token ends by itself.
    NotRevoked,
    /// This server has no way to be told (Entra), or nothing was stored.
    NotOffered,
}

/// A [`TokenSource`] over a stored sign-in. Cheap to clone; clones share one access token.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    config: SessionConfig,
    http: Http,
    vault: Vault,
    key: Key,
    shared: Shared,
    /// A rotated token that the vault could not take; it is written before anything else happens.
    unsaved: Mutex<Option<Stored>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({:?})", self.0.key)
    }
}

/// The form in which a session stands in the vault.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    v: u32,
    refresh_token: String,
    client_id: String,
    identity: Identity,
    scopes: Vec<String>,
    signed_in_at: Timestamp,
    refresh_token_since: Timestamp,
}

impl Drop for Stored {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.refresh_token);
    }
}

const FORM: u32 = 1;

impl Session {
    /// A session over what the vault holds; nothing is read until a token is asked for.
    pub fn open(config: SessionConfig, http: &Http, vault: &Vault) -> Result<Self, TokenError> {
        let bad = |problem: OriginError| TokenError::BadReply {
            host: config.provider.host(),
            problem: problem.into(),
        };
        let login = config.provider.login_origin().map_err(bad)?;
        let key = Key::new(&config.connection, Purpose::Session, &config.origin)?.through(&login);
        Ok(Self(Arc::new(Inner {
            config,
            http: http.clone(),
            vault: vault.clone(),
            key,
            shared: Shared::default(),
            unsaved: Mutex::default(),
        })))
    }

    /// Stores a finished sign-in and opens it. Nothing is kept when the vault refuses.
    pub async fn keep(
        config: SessionConfig,
        grant: Grant,
        http: &Http,
        vault: &Vault,
    ) -> Result<Self, TokenError> {
        let session = Self::open(config, http, vault)?;
        let inner = &session.0;
        let Some(refresh) = &grant.refresh_token else {
            let reason = SignInAgainReason::NoRefreshToken;
            return Err(TokenError::SignInAgain { origin: inner.config.origin.clone(), reason });
        };
        let stored = Stored {
            v: FORM,
            refresh_token: refresh.expose().to_owned(),
            client_id: inner.config.client.id.clone(),
            identity: grant.identity,
            scopes: grant.scopes,
            signed_in_at: grant.issued_at,
            refresh_token_since: grant.issued_at,
        };
        let _lock = inner.lock().await?;
        inner.save(&stored).await?;
        let mut held = inner.shared.lock().await;
        inner.shared.keep(&mut held, grant.access_token, grant.issued_at, grant.expires_at);
        drop(held);
        Ok(session)
    }

    /// What is stored, or `None` when nobody is signed in.
    pub async fn status(&self) -> Result<Option<SessionStatus>, TokenError> {
        Ok(self.0.load().await?.map(|stored| SessionStatus {
            identity: stored.identity.clone(),
            scopes: stored.scopes.clone(),
            signed_in_at: stored.signed_in_at,
            refresh_token_since: stored.refresh_token_since,
        }))
    }

    /// Signs out: asks the server to revoke the refresh token (RFC 7009) and removes the local copy,
    /// whatever the server says.
    pub async fn forget(&self) -> Result<Revocation, TokenError> {
        let inner = &self.0;
        // In the order of `token`, so that neither waits for the other.
        let mut held = inner.shared.lock().await;
        let _lock = inner.lock().await?;
        let stored = match inner.unsaved.lock().await.take() {
            Some(stored) => Some(stored),
            // What cannot be read can still be removed.
            None => inner.read().await.unwrap_or_default(),
        };
        let revocation = match (&inner.config.provider.revoke, &stored) {
            (Some(_), Some(stored)) => inner.revoke(stored).await,
            _ => Revocation::NotOffered,
        };
        inner.vault.delete(&inner.key).await?;
        inner.shared.clear(&mut held);
        tracing::info!(key = ?inner.key, ?revocation, "the sign-in was forgotten");
        Ok(revocation)
    }
}

impl TokenSource for Session {
    fn origin(&self) -> &Origin {
        &self.0.config.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        let before = self.0.shared.generation();
        let inner = self.0.clone();
        async move {
            // A task of its own: a caller that gives up must not drop a rotated token between the
            // server's answer and the vault.
            match tokio::spawn(async move { inner.token(need, before).await }).await {
                Ok(result) => result,
                Err(ended) => match ended.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    // The runtime is going down; nobody waits for this answer.
                    Err(_) => Err(TokenError::Vault(VaultError::Other("the program is ending".to_owned()))),
                },
            }
        }
        .boxed()
    }
}

impl Inner {
    async fn token(&self, need: Need, before: u64) -> Result<Secret, TokenError> {
        let mut held = self.shared.lock().await;
        if let Some(token) = is_fresh(&held, need, before, (self.config.clock)()) {
            return Ok(token);
        }
        // One process at a time: two refreshes with one refresh token look like theft to a server
        // that rotates (RFC 9700 section 4.14.2).
        let _lock = self.lock().await?;
        // Read after the lock was taken: another process may just have rotated it.
        let Some(mut stored) = self.load().await? else {
            return Err(self.sign_in_again(SignInAgainReason::NotSignedIn));
        };
        match self.refresh(&stored).await {
            Ok(reply) => self.accept(&mut held, stored, reply).await,
            Err(error) => {
                let error = error.for_token(&self.config.origin, self.config.provider.host());
                // Refused, but somebody without our lock (an older version) may have put another one there.
                if let TokenError::SignInAgain { .. } = &error
                    && let Some(now) = self.read().await?
                    && now.refresh_token != stored.refresh_token
                {
                    stored = now;
                    let again = self.refresh(&stored).await;
                    let reply =
                        again.map_err(|e| e.for_token(&self.config.origin, self.config.provider.host()))?;
                    return self.accept(&mut held, stored, reply).await;
                }
                tracing::warn!(key = ?self.key, %error, "no access token");
                Err(error)
            }
        }
    }

    async fn refresh(&self, stored: &Stored) -> Result<TokenReply, EndpointError> {
        // Repeatable: Entra keeps the old refresh token valid, GoTo gives the same one back.
        let send = Bridge { http: self.http.clone(), retry: Retry::Freely };
        // No scope is sent: RFC 6749 section 6 then means "the same as before".
        let token = RefreshToken::new(stored.refresh_token.clone());
        let oauth = oauth_client(&self.config.provider, &self.config.client);
        let reply = oauth.exchange_refresh_token(&token).request_async(&send).await?;
        reply.checked()
    }

    async fn accept(
        &self,
        held: &mut Held,
        mut stored: Stored,
        reply: TokenReply,
    ) -> Result<Secret, TokenError> {
        let now = (self.config.clock)();
        let rotated = reply.refresh().filter(|new| new.expose() != stored.refresh_token);
        let scopes = reply.granted().filter(|scopes| *scopes != stored.scopes);
        let changed = rotated.is_some() || scopes.is_some();
        // A reply without a refresh token leaves the old one in force (RFC 6749 section 6).
        if let Some(new) = rotated {
            stored.refresh_token = new.expose().to_owned();
            stored.refresh_token_since = now;
        }
        if let Some(scopes) = scopes {
            stored.scopes = scopes;
        }
        if changed {
            // Stored before it is used: the old one may be dead already.
            self.save(&stored).await?;
        }
        tracing::debug!(key = ?self.key, rotated = changed, "the access token was renewed");
        let token = reply.access();
        self.shared.keep(held, token.clone(), now, end_of(&reply, now));
        Ok(token)
    }

    /// What stands in the vault; a rotated token that could not be written yet goes there first.
    async fn load(&self) -> Result<Option<Stored>, TokenError> {
        let unsaved = self.unsaved.lock().await.clone();
        if let Some(stored) = unsaved {
            self.save(&stored).await?;
            return Ok(Some(stored));
        }
        self.read().await
    }

    async fn read(&self) -> Result<Option<Stored>, TokenError> {
        let Some(text) = self.vault.get(&self.key).await? else { return Ok(None) };
        let unreadable = || self.sign_in_again(SignInAgainReason::Unreadable);
        let stored: Stored = serde_json::from_str(text.expose()).map_err(|_| unreadable())?;
        if stored.v != FORM {
            return Err(unreadable());
        }
        // A refresh token belongs to the client that got it (RFC 6749 section 6): another client's
        // sign-in is nobody's.
        Ok((stored.client_id == self.config.client.id).then_some(stored))
    }

    async fn save(&self, stored: &Stored) -> Result<(), TokenError> {
        let text = serde_json::to_string(stored).map_err(|_| VaultError::Damaged)?;
        let mut unsaved = self.unsaved.lock().await;
        *unsaved = Some(stored.clone());
        self.vault.set(&self.key, &Secret::new(text)).await?;
        *unsaved = None;
        Ok(())
    }

    async fn revoke(&self, stored: &Stored) -> Revocation {
        let Some(url) = &self.config.provider.revoke else { return Revocation::NotOffered };
        match self.revocation(url, stored) {
            Ok(request) => match self.http.send(request, Retry::Freely).await {
                Ok(reply) if reply.status().is_success() => Revocation::Revoked,
                _ => Revocation::NotRevoked,
            },
            Err(_) => Revocation::NotRevoked,
        }
    }

    /// The request of RFC 7009 section 2.1.
    fn revocation(&self, url: &url::Url, stored: &Stored) -> Result<HttpRequest, http::Error> {
        let client = &self.config.client;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &stored.refresh_token).append_pair("token_type_hint", "refresh_token");
        let mut request = http::Request::post(url.as_str())
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(http::header::ACCEPT, "application/json");
        match (&client.secret, self.config.provider.client_authentication) {
            (Some(secret), crate::ClientAuthentication::Basic) => {
                request = request.header(http::header::AUTHORIZATION, basic(&client.id, secret));
            }
            (Some(secret), crate::ClientAuthentication::Body) => {
                form.append_pair("client_id", &client.id).append_pair("client_secret", secret.expose());
            }
            (None, _) => {
                form.append_pair("client_id", &client.id);
            }
        }
        request.body(form.finish().into_bytes())
    }

    async fn lock(&self) -> Result<FileLock, TokenError> {
        let name = format!("session-{}.lock", self.config.connection);
        FileLock::take(&self.config.locks.join(name), LOCK_PATIENCE).await
    }

    fn sign_in_again(&self, reason: SignInAgainReason) -> TokenError {
        TokenError::SignInAgain { origin: self.config.origin.clone(), reason }
    }
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
fn basic(id: &str, secret: &Secret) -> String {
    use base64::Engine;
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = zeroize::Zeroizing::new(format!("{}:{}", encode(id), encode(secret.expose())));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(joined.as_bytes()))
}

#[cfg(test)]
mod tests;
