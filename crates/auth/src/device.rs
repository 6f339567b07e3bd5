//! Sign-in by device code (RFC 8628), for terminals without a browser. Entra offers it, GoTo does not.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use oauth2::{
    DeviceAuthorizationUrl, DeviceCodeErrorResponse, DeviceCodeErrorResponseType, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse,
};
use url::Url;

use crate::grant::{Clock, Grant, accept};
use crate::http::{Http, Retry, TransportError};
use crate::wire::{Bridge, EndpointError, oauth_client, refusal};
use crate::{Client, Origin, Provider, SignInError};

/// A code that somebody has to enter on another screen.
pub struct DeviceAttempt {
    http: Http,
    provider: Provider,
    client: Client,
    clock: Clock,
    details: StandardDeviceAuthorizationResponse,
}

impl fmt::Debug for DeviceAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceAttempt({})", self.provider.host())
    }
}

impl DeviceAttempt {
    /// Asks the authorization server for a code.
    pub async fn start(
        http: &Http,
        provider: &Provider,
        client: &Client,
        clock: &Clock,
    ) -> Result<Self, SignInError> {
        let host = provider.host();
        let device =
            provider.device.clone().ok_or_else(|| SignInError::NoDeviceCode { host: host.clone() })?;
        let send = Bridge { http: http.clone(), retry: Retry::Freely };
        let oauth = oauth_client(provider, client)
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(device));
        let details: Result<StandardDeviceAuthorizationResponse, _> = oauth
            .exchange_device_code()
            .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
            .request_async(&send)
            .await;
        let details = details.map_err(|error| EndpointError::from(error).for_sign_in(host.clone()))?;
        // The page is shown to a person who will type a password there: https, or practice on this computer.
        Origin::of(details.verification_uri().url())
            .map_err(|problem| SignInError::BadReply { host, problem: problem.into() })?;
        Ok(Self {
            http: http.clone(),
            provider: provider.clone(),
            client: client.clone(),
            clock: clock.clone(),
            details,
        })
    }

    /// The code to enter. It is meant for the person's eyes and worthless after the sign-in.
    pub fn user_code(&self) -> &str {
        self.details.user_code().secret()
    }

    /// The page to enter it on.
    pub fn verification_uri(&self) -> &Url {
        self.details.verification_uri().url()
    }

    /// How long the code can be used.
    pub fn expires_in(&self) -> Duration {
        self.details.expires_in()
    }

    /// Asks again and again, as slowly as the server wants, until somebody has entered the code.
    pub async fn wait(self, cancel: impl Future<Output = ()> + Send) -> Result<Grant, SignInError> {
        let host = self.provider.host();
        let send = Bridge { http: self.http.clone(), retry: Retry::IfNotSent };
        let oauth = oauth_client(&self.provider, &self.client);
        let polling =
            oauth.exchange_device_access_token(&self.details).request_async(&send, tokio::time::sleep, None);
        let reply = tokio::select! {
            biased;
            () = cancel => return Err(SignInError::Cancelled),
            reply = polling => reply,
        };
        // There is no nonce here: RFC 8628 has no place for one, and no front channel to protect.
        reply
            .map_err(polled)
            .and_then(|reply| accept(reply, &self.provider, &self.client, None, (self.clock)()))
            .map_err(|error| error.for_sign_in(host))
    }
}

fn polled(error: RequestTokenError<TransportError, DeviceCodeErrorResponse>) -> EndpointError {
    match error {
        RequestTokenError::ServerResponse(body) => {
            let code = match body.error() {
                DeviceCodeErrorResponseType::ExpiredToken => "expired_token".to_owned(),
                DeviceCodeErrorResponseType::AccessDenied => "access_denied".to_owned(),
                other => other.to_string(),
            };
            EndpointError::Refused { refusal: refusal(&code, &[], None), ended: false }
        }
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            EndpointError::BadReply(crate::ReplyProblem::NotOAuth { status: 200 })
        }
    }
}
