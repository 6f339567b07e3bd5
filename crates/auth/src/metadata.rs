//! Authorization server metadata (RFC 8414; OpenID Connect Discovery 1.0), accepted from known hosts only.

use oauth2::HttpRequest;
use serde::Deserialize;
use url::Url;

use crate::error::ReplyProblem;
use crate::http::{Http, Retry};
use crate::origin::is_loopback;
use crate::provider::{IssParameter, IssuerRule};
use crate::wire::EndpointError;
use crate::{Provider, SignInError};

/// GoTo serves one document on both hosts, naming the first as issuer and endpoints on either.
pub const GOTO_ISSUER_HOSTS: [&str; 2] = ["identity.goto.com", "authentication.logmeininc.com"];

/// Which hosts may be an issuer or hold an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerHosts {
    /// Exactly these host names, over https.
    Named(Vec<String>),
    /// Practice mode: this computer only.
    Loopback,
}

impl IssuerHosts {
    /// GoTo's real hosts.
    pub fn goto() -> Self {
        Self::Named(GOTO_ISSUER_HOSTS.map(str::to_owned).to_vec())
    }

    fn admit(&self, url: &Url) -> bool {
        match self {
            Self::Named(names) => {
                url.scheme() == "https"
                    && url.port().is_none()
                    && url.host_str().is_some_and(|host| names.iter().any(|name| name == host))
            }
            Self::Loopback => is_loopback(url) && matches!(url.scheme(), "http" | "https"),
        }
    }
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Option<Url>,
    device_authorization_endpoint: Option<Url>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Reads the metadata of `issuer` and puts its addresses into `profile`.
///
/// The document must name the issuer that was asked for (RFC 8414 section 3.3), or another host on the
/// same list, as GoTo's does; every endpoint must lie on the list too, so a forged document cannot move
/// a secret elsewhere. A server without PKCE S256 is refused: RFC 7636 is not optional here.
pub async fn discover(
    http: &Http,
    issuer: &Url,
    hosts: &IssuerHosts,
    profile: &Provider,
) -> Result<Provider, SignInError> {
    let host = issuer.host_str().unwrap_or_default().to_owned();
    read(http, issuer, hosts, profile).await.map_err(|error| error.for_sign_in(host))
}

async fn read(
    http: &Http,
    issuer: &Url,
    hosts: &IssuerHosts,
    profile: &Provider,
) -> Result<Provider, EndpointError> {
    let refuse = |field| EndpointError::BadReply(ReplyProblem::Metadata { field });
    if !hosts.admit(issuer) {
        return Err(refuse("issuer"));
    }
    let mut address = issuer.clone();
    // RFC 8414 section 3.1: the well-known part stands between host and path.
    let path = issuer.path().trim_end_matches('/');
    address.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    let request: HttpRequest = http::Request::get(address.as_str())
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| refuse("issuer"))?;
    let reply = http.send(request, Retry::Freely).await?;
    let unusable = EndpointError::BadReply(ReplyProblem::NotOAuth { status: reply.status().as_u16() });
    if reply.status() != http::StatusCode::OK {
        return Err(unusable);
    }
    let found: Metadata = serde_json::from_slice(reply.body()).map_err(|_| unusable)?;

    let named = Url::parse(&found.issuer).map_err(|_| refuse("issuer"))?;
    let same = found.issuer.trim_end_matches('/') == issuer.as_str().trim_end_matches('/');
    let listed = matches!(hosts, IssuerHosts::Named(_)) && hosts.admit(&named);
    if !same && !listed {
        return Err(refuse("issuer"));
    }
    let endpoints = [
        ("authorization_endpoint", Some(&found.authorization_endpoint)),
        ("token_endpoint", Some(&found.token_endpoint)),
        ("revocation_endpoint", found.revocation_endpoint.as_ref()),
        ("device_authorization_endpoint", found.device_authorization_endpoint.as_ref()),
    ];
    for (field, url) in endpoints {
        if url.is_some_and(|url| !hosts.admit(url)) {
            return Err(refuse(field));
        }
    }
    if !found.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        return Err(refuse("code_challenge_methods_supported"));
    }
    Ok(Provider {
        authorize: found.authorization_endpoint,
        token: found.token_endpoint,
        device: found.device_authorization_endpoint,
        revoke: found.revocation_endpoint,
        issuer: IssuerRule::Exactly(found.issuer),
        iss_parameter: match found.authorization_response_iss_parameter_supported {
            true => IssParameter::Required,
            false => IssParameter::WhenSent,
        },
        ..profile.clone()
    })
}
