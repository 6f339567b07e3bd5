//! One sign-in in the system browser: authorization code with PKCE S256 on a loopback address.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use oauth2::{
    AuthUrl, AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use url::Url;

use crate::grant::{Clock, Grant, accept};
use crate::http::{Http, Retry};
use crate::listener::{Serving, bind};
use crate::page::PageTexts;
use crate::wire::{Bridge, EndpointError, oauth_client};
use crate::{Client, Origin, Provider, Secret, SignInError};

/// What the person or the host may choose for one attempt.
#[derive(Debug, Clone, Default)]
pub struct AttemptOptions {
    /// Which registered redirect URI to use: 0 is the usual one, then the spares.
    pub redirect: usize,
    /// What the server should ask the person.
    pub prompt: Option<Prompt>,
    /// The sign-in name to fill in.
    pub login_hint: Option<String>,
    /// The texts of the last page.
    pub texts: PageTexts,
}

/// The `prompt` parameter (OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Ask for the password again.
    Login,
    /// Ask for consent again, for example after the scopes changed.
    Consent,
    /// Let the person choose among their accounts.
    SelectAccount,
}

/// A sign-in that waits for the browser. Dropping it closes the listener; nothing was stored.
pub struct Attempt {
    http: Http,
    provider: Provider,
    client: Client,
    clock: Clock,
    authorize_url: Url,
    redirect_uri: RedirectUrl,
    verifier: PkceCodeVerifier,
    nonce: Option<Secret>,
    serving: Serving,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The authorize address holds the state, the verifier is a secret.
        write!(f, "Attempt({} at {})", self.provider.host(), self.redirect_uri.as_str())
    }
}

impl Attempt {
    /// Opens the listener and builds the address for the browser. Opening the browser is the host's
    /// business: the desktop opens it, a terminal may print the address, a test plays it.
    pub async fn start(
        http: &Http,
        provider: &Provider,
        client: &Client,
        clock: &Clock,
        options: AttemptOptions,
    ) -> Result<Self, SignInError> {
        let bad = |problem: crate::OriginError| SignInError::BadReply {
            host: provider.host(),
            problem: problem.into(),
        };
        Origin::of(&provider.authorize).map_err(bad)?;
        Origin::of(&provider.token).map_err(bad)?;
        let listener = bind(&provider.callback, options.redirect).await?;
        let redirect_uri = RedirectUrl::new(listener.redirect.uri.clone())
            .map_err(|_| SignInError::BadRedirect { uri: listener.redirect.uri.clone() })?;

        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // 256 bits each; the state lives in this attempt only, with the issuer it was made for.
        let state = Secret::new(CsrfToken::new_random_len(32).secret().as_str());
        let nonce =
            provider.is_openid().then(|| Secret::new(CsrfToken::new_random_len(32).secret().as_str()));

        let oauth = oauth_client(provider, client)
            .set_auth_uri(AuthUrl::from_url(provider.authorize.clone()))
            .set_redirect_uri(redirect_uri.clone());
        let mut request = oauth
            .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
            .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if let Some(nonce) = &nonce {
            request = request.add_extra_param("nonce", nonce.expose());
        }
        if let Some(prompt) = options.prompt {
            request = request.add_extra_param(
                "prompt",
                match prompt {
                    Prompt::Login => "login",
                    Prompt::Consent => "consent",
                    Prompt::SelectAccount => "select_account",
                },
            );
        }
        if let Some(hint) = &options.login_hint {
            request = request.add_extra_param("login_hint", hint.as_str());
        }
        let (authorize_url, _state) = request.url();
        let serving = listener.serve(provider, &state, options.texts);
        tracing::info!(host = %provider.host(), redirect_uri = %redirect_uri.as_str(), "waiting for the browser");
        Ok(Self {
            http: http.clone(),
            provider: provider.clone(),
            client: client.clone(),
            clock: clock.clone(),
            authorize_url,
            redirect_uri,
            verifier,
            nonce,
            serving,
        })
    }

    /// The address to open in the system browser, or to copy into one.
    pub fn authorize_url(&self) -> &Url {
        &self.authorize_url
    }

    /// The redirect URI in use, for messages about a registration that does not fit.
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uri.as_str()
    }

    /// Waits for the browser and exchanges the code. `cancel` ends the wait; give
    /// [`futures::future::pending`] for "never". The browser's last page tells the outcome.
    pub async fn wait(
        mut self,
        cancel: impl Future<Output = ()> + Send,
        patience: Duration,
    ) -> Result<Grant, SignInError> {
        let arrived = tokio::select! {
            biased;
            () = cancel => return Err(SignInError::Cancelled),
            arrived = &mut self.serving.arrived => {
                arrived.map_err(|_| SignInError::Listener { kind: std::io::ErrorKind::NotConnected })?
            }
            () = tokio::time::sleep(patience) => return Err(SignInError::TimedOut { waited: patience }),
        };
        let result = match arrived.outcome {
            // The exchange is bounded by the client's own time-out; a code is used once, so it is not cut off.
            Ok(code) => {
                exchange(
                    &self.http,
                    &self.provider,
                    &self.client,
                    &self.redirect_uri,
                    code,
                    self.verifier,
                    self.nonce.as_ref(),
                    &self.clock,
                )
                .await
            }
            Err(error) => Err(error),
        };
        let told = result.as_ref().map(drop).map_err(ToString::to_string);
        // The browser may be gone by now; the sign-in counts all the same.
        let _ = arrived.page.send(told);
        self.serving.close().await;
        result
    }
}

#[expect(clippy::too_many_arguments, reason = "one call, every part of the attempt is needed once")]
async fn exchange(
    http: &Http,
    provider: &Provider,
    client: &Client,
    redirect_uri: &RedirectUrl,
    code: Secret,
    verifier: PkceCodeVerifier,
    nonce: Option<&Secret>,
    clock: &Clock,
) -> Result<Grant, SignInError> {
    let send = Bridge { http: http.clone(), retry: Retry::IfNotSent };
    let reply = oauth_client(provider, client)
        .set_redirect_uri(redirect_uri.clone())
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(verifier)
        .request_async(&send)
        .await;
    let granted = reply
        .map_err(EndpointError::from)
        .and_then(|reply| accept(reply, provider, client, nonce.map(Secret::expose), clock()));
    match &granted {
        Ok(_) => tracing::info!(host = %provider.host(), "signed in"),
        Err(error) => tracing::warn!(host = %provider.host(), ?error, "the code was not exchanged"),
    }
    granted.map_err(|error| error.for_sign_in(provider.host()))
}
