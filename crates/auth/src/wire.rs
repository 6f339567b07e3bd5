//! What authorization servers send, and the `oauth2` client made to fit it.
//!
//! The standard types of the `oauth2` crate are not used for replies: GoTo leaves `token_type` out of some
//! (developer.goto.com, "How to Obtain and Use Refresh Tokens"), Entra adds `error_codes`, and the error
//! description, which may quote what was sent, must not survive into `Debug` or `Display`.

use std::fmt;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use oauth2::basic::BasicTokenType;
use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ErrorResponse, HttpRequest, HttpResponse, RefreshToken, RequestTokenError, Scope, StandardRevocableToken,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Refusal, ReplyProblem, SignInAgainReason, SignInError, TokenError, Unreachable};
use crate::http::{Http, Retry, TransportError};
use crate::provider::{Client, ClientAuthentication, Provider};
use crate::{Origin, Secret};

pub(crate) type OAuthClient = oauth2::Client<
    ErrorBody,
    TokenReply,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    ErrorBody,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The `oauth2` client for a provider's token endpoint.
pub(crate) fn oauth_client(provider: &Provider, client: &Client) -> OAuthClient {
    let auth_type = match provider.client_authentication {
        ClientAuthentication::Basic => AuthType::BasicAuth,
        ClientAuthentication::Body => AuthType::RequestBody,
    };
    let built = oauth2::Client::new(ClientId::new(client.id.clone()))
        .set_token_uri(TokenUrl::from_url(provider.token.clone()))
        .set_auth_type(auth_type);
    match &client.secret {
        Some(secret) => built.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => built,
    }
}

/// RFC 6749 section 5.1, OpenID Connect's `id_token` and GoTo's `principal`.
#[derive(Deserialize)]
pub(crate) struct TokenReply {
    access_token: AccessToken,
    #[serde(default = "bearer", deserialize_with = "token_type")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<Scope>>,
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    principal: Option<String>,
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

/// The value is compared without regard to case (RFC 6749 section 5.1): both clouds write "Bearer".
fn token_type<'de, D: Deserializer<'de>>(input: D) -> Result<BasicTokenType, D::Error> {
    Ok(match String::deserialize(input)? {
        text if text.eq_ignore_ascii_case("bearer") => BasicTokenType::Bearer,
        other => BasicTokenType::Extension(other),
    })
}

/// Some servers write the number as text.
fn seconds<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    Ok(match Option::<Either>::deserialize(input)? {
        None => None,
        Some(Either::Number(number)) => Some(number),
        Some(Either::Text(text)) => Some(text.trim().parse().map_err(serde::de::Error::custom)?),
    })
}

fn scopes<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Vec<Scope>>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    Ok(text.map(|text| text.split_whitespace().map(|scope| Scope::new(scope.to_owned())).collect()))
}

impl TokenReply {
    pub(crate) fn access(&self) -> Secret {
        Secret::new(self.access_token.secret())
    }

    pub(crate) fn refresh(&self) -> Option<Secret> {
        self.refresh_token.as_ref().map(|token| Secret::new(token.secret())).filter(|token| !token.is_empty())
    }

    pub(crate) fn granted(&self) -> Option<Vec<String>> {
        Some(self.scope.as_ref()?.iter().map(|scope| scope.to_string()).collect())
    }

    pub(crate) fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref()
    }

    pub(crate) fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// When the access token ends; without a word from the server an hour is assumed, as both clouds give.
    pub(crate) fn lifetime(&self) -> Duration {
        Duration::from_secs(self.expires_in.unwrap_or(3600))
    }

    /// Refuses token types that a bearer header would expose (RFC 6749 section 7.1), and empty tokens.
    pub(crate) fn checked(self) -> Result<Self, EndpointError> {
        if !matches!(self.token_type, BasicTokenType::Bearer) {
            return Err(EndpointError::BadReply(ReplyProblem::NotBearer));
        }
        if self.access_token.secret().is_empty() {
            return Err(EndpointError::BadReply(ReplyProblem::NotOAuth { status: 200 }));
        }
        Ok(self)
    }
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenReply([secret])")
    }
}

/// Demanded by the `oauth2` crate's trait; a reply is never written anywhere.
impl Serialize for TokenReply {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_unit()
    }
}

impl TokenResponse for TokenReply {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scope.as_ref()
    }
}

/// RFC 6749 section 5.2 with Entra's additions
/// (learn.microsoft.com/entra/identity-platform/reference-error-codes).
#[derive(Deserialize)]
pub(crate) struct ErrorBody {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    error_codes: Vec<u32>,
    #[serde(default)]
    correlation_id: Option<String>,
}

impl ErrorBody {
    fn refusal(self) -> EndpointError {
        let said = self.error_description.unwrap_or_default().to_lowercase();
        // GoTo tells the end of a refresh token in the text only (`refresh.token.revoked`).
        let ended = said.contains("revoked") || said.contains("expired");
        EndpointError::Refused {
            refusal: refusal(&self.error, &self.error_codes, self.correlation_id.as_deref()),
            ended,
        }
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorBody({})", clean(&self.error))
    }
}

impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean(&self.error))
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_unit()
    }
}

impl ErrorResponse for ErrorBody {}

/// A refusal with every part reduced to what an honest server sends.
pub(crate) fn refusal(error: &str, aadsts: &[u32], correlation_id: Option<&str>) -> Refusal {
    Refusal {
        error: clean(error),
        aadsts: aadsts.iter().copied().take(8).collect(),
        correlation_id: correlation_id.map(clean).filter(|id| id.len() == 36),
    }
}

/// Codes are short ASCII words; anything else could be an injected text or an echoed secret.
pub(crate) fn clean(code: &str) -> String {
    let fits = !code.is_empty() && code.len() <= 64;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if fits && code.chars().all(plain) { code.to_owned() } else { "unknown_error".to_owned() }
}

/// Why a call to an endpoint gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EndpointError {
    Unreachable(Unreachable),
    Refused { refusal: Refusal, ended: bool },
    BadReply(ReplyProblem),
}

impl From<TransportError> for EndpointError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreachable(kind) => Self::Unreachable(kind),
            TransportError::BadReply(problem) => Self::BadReply(problem),
        }
    }
}

impl From<RequestTokenError<TransportError, ErrorBody>> for EndpointError {
    fn from(error: RequestTokenError<TransportError, ErrorBody>) -> Self {
        match error {
            RequestTokenError::ServerResponse(body) => body.refusal(),
            RequestTokenError::Request(error) => error.into(),
            // The parse error quotes the reply, so it is dropped here.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Self::BadReply(ReplyProblem::NotOAuth { status: 200 })
            }
        }
    }
}

impl EndpointError {
    /// The meaning when tokens are renewed: goto and Entra agree on RFC 6749 section 5.2 here.
    pub(crate) fn for_token(self, origin: &Origin, host: String) -> TokenError {
        match self {
            Self::Unreachable(cause) => TokenError::Unreachable { host, cause },
            Self::BadReply(problem) => TokenError::BadReply { host, problem },
            Self::Refused { refusal, ended } => match refusal.error.as_str() {
                "invalid_grant" | "interaction_required" | "login_required" | "consent_required" => {
                    TokenError::SignInAgain {
                        origin: origin.clone(),
                        reason: SignInAgainReason::Refused(refusal),
                    }
                }
                "invalid_client" | "unauthorized_client" => TokenError::ClientRefused { host, refusal },
                "temporarily_unavailable" | "server_error" => {
                    TokenError::Unreachable { host, cause: Unreachable::Status { status: 503 } }
                }
                _ if ended => TokenError::SignInAgain {
                    origin: origin.clone(),
                    reason: SignInAgainReason::Refused(refusal),
                },
                _ => TokenError::ClientRefused { host, refusal },
            },
        }
    }

    /// The meaning while somebody signs in.
    pub(crate) fn for_sign_in(self, host: String) -> SignInError {
        match self {
            Self::Unreachable(cause) => SignInError::Unreachable { host, cause },
            Self::BadReply(problem) => SignInError::BadReply { host, problem },
            Self::Refused { refusal, .. } => match refusal.error.as_str() {
                "invalid_client" | "unauthorized_client" => SignInError::ClientRefused { host, refusal },
                "access_denied" | "authorization_declined" => SignInError::Denied { refusal },
                "expired_token" => SignInError::CodeExpired,
                _ => SignInError::Refused { host, refusal },
            },
        }
    }
}

/// The bridge from the `oauth2` crate to our connections.
pub(crate) struct Bridge {
    pub(crate) http: Http,
    pub(crate) retry: Retry,
}

impl<'c> AsyncHttpClient<'c> for Bridge {
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<HttpResponse, TransportError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let (http, retry) = (self.http.clone(), self.retry);
        async move {
            let reply = http.send(request, retry).await?;
            let status = reply.status();
            // A page of a proxy or a wrong address: say which status came, not "cannot be parsed".
            if !status.is_success() && serde_json::from_slice::<ErrorBody>(reply.body()).is_err() {
                return Err(ReplyProblem::NotOAuth { status: status.as_u16() }.into());
            }
            Ok(reply)
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::{EndpointError, ErrorBody, TokenReply, clean};
    use crate::TokenError;

    #[test]
    fn replies_as_the_clouds_send_them() {
        let entra = r#"{"token_type":"Bearer","scope":"User.Read openid","expires_in":3599,"access_token":"a","id_token":"x.y.z"}"#;
        let reply: TokenReply = serde_json::from_str(entra).expect("Entra's reply");
        assert_eq!(reply.granted(), Some(vec!["User.Read".to_owned(), "openid".to_owned()]));
        assert_eq!(reply.lifetime().as_secs(), 3599);
        assert!(reply.checked().is_ok());
        // GoTo's ordinary refresh: no token type, no refresh token, a principal.
        let goto = r#"{"access_token":"a","expires_in":"3600","scope":"identity:scim.org","principal":"ada@example.org"}"#;
        let reply: TokenReply = serde_json::from_str(goto).expect("GoTo's reply");
        assert!(reply.refresh().is_none());
        assert_eq!(reply.principal(), Some("ada@example.org"));
        assert!(reply.checked().is_ok());
        let mac: TokenReply =
            serde_json::from_str(r#"{"access_token":"a","token_type":"mac"}"#).expect("parses");
        assert!(mac.checked().is_err());
    }

    fn check(body: &str, expected: &str) {
        let body: ErrorBody = serde_json::from_str(body).expect("an error body");
        let origin = "https://api.example.org".parse().expect("an origin");
        let kind = match body.refusal().for_token(&origin, "login.example.org".to_owned()) {
            TokenError::SignInAgain { .. } => "sign in again",
            TokenError::ClientRefused { .. } => "client refused",
            TokenError::Unreachable { .. } => "unreachable",
            other => panic!("unexpected: {other:?}"),
        };
        assert_eq!(kind, expected);
    }

    #[test]
    fn refusals_are_told_apart() {
        check(r#"{"error":"invalid_grant","error_codes":[70008]}"#, "sign in again");
        check(r#"{"error":"invalid_request","error_description":"refresh.token.revoked"}"#, "sign in again");
        check(r#"{"error":"interaction_required"}"#, "sign in again");
        check(r#"{"error":"invalid_client"}"#, "client refused");
        check(
            r#"{"error":"unauthorized_client","error_description":"Unauthorized grant type"}"#,
            "client refused",
        );
        check(r#"{"error":"invalid_scope"}"#, "client refused");
        check(r#"{"error":"temporarily_unavailable"}"#, "unreachable");
    }

    #[test]
    fn nothing_that_a_server_writes_reaches_a_message() {
        let body =
            r#"{"error":"<script>canary</script>","error_description":"canary","correlation_id":"canary"}"#;
        let body: ErrorBody = serde_json::from_str(body).expect("an error body");
        assert_eq!(format!("{body} {body:?}"), "unknown_error ErrorBody(unknown_error)");
        let EndpointError::Refused { refusal, .. } = body.refusal() else { panic!("a refusal") };
        assert!(!format!("{refusal:?}").contains("canary"));
        assert_eq!(clean(&"a".repeat(65)), "unknown_error");
    }
}
