//! The two clouds as data: addresses, scopes, callback rules. No other file knows which cloud it serves.

use url::{Host, Url};

use crate::origin::is_loopback;
use crate::{Origin, OriginError, Secret, SignInError};

/// An OAuth client that the administrator registered in their own tenant or GoTo account.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id (Entra: application id).
    pub id: String,
    /// The client secret; `None` for a public client.
    pub secret: Option<Secret>,
}

/// An authorization server and how Usher talks to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The authorization endpoint, opened in the browser.
    pub authorize: Url,
    /// The token endpoint.
    pub token: Url,
    /// The device authorization endpoint (RFC 8628), where there is one.
    pub device: Option<Url>,
    /// The revocation endpoint (RFC 7009), where there is one.
    pub revoke: Option<Url>,
    /// Which issuer the answers must name.
    pub issuer: IssuerRule,
    /// Whether the callback must carry `iss` (RFC 9207 section 3).
    pub iss_parameter: IssParameter,
    /// The scopes to ask for; `openid` among them makes an id_token obligatory.
    pub scopes: Vec<String>,
    /// Where the browser comes back to.
    pub callback: Callback,
    /// How the client identifies itself at the token endpoint.
    pub client_authentication: ClientAuthentication,
}

/// Which issuer an answer may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerRule {
    /// Exactly this text.
    Exactly(String),
    /// Entra: `{root}/{tenant id}/v2.0`, for one tenant id or for any.
    PerTenant {
        /// The login root without a trailing slash.
        root: String,
        /// The tenant id (GUID, lower case) when it is known.
        tenant: Option<String>,
    },
}

/// Whether a callback without `iss` is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssParameter {
    /// Checked when it is there.
    WhenSent,
    /// The metadata promises it, so its absence is an attack or a defect.
    Required,
}

/// RFC 6749 section 2.3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// HTTP Basic.
    Basic,
    /// `client_id` and `client_secret` in the form.
    Body,
}

/// The redirect URIs of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// Entra ignores the port of `http://localhost` and matches the path
    /// (learn.microsoft.com/entra/identity-platform/reply-url): any free port is used, and no path.
    AnyPort,
    /// Compared byte for byte: the values exactly as registered, the first one and its spares.
    Registered(Vec<String>),
}

/// GoTo's redirect URIs as the guided set-up tells the administrator to register them: one, and two
/// spares for the day when another program holds the port.
pub const GOTO_CALLBACKS: [&str; 3] = [
    "http://localhost:47113/goto/callback",
    "http://localhost:47114/goto/callback",
    "http://localhost:47115/goto/callback",
];

/// What Entra must have registered as a "mobile and desktop" redirect URI.
pub const ENTRA_CALLBACK: &str = "http://localhost";

impl Provider {
    /// Microsoft Entra ID: the v2.0 endpoints below a login root, for a tenant id, domain or `organizations`.
    pub fn entra(login: &Url, tenant: &str, scopes: &[&str]) -> Result<Self, OriginError> {
        let origin = Origin::of(login)?;
        let endpoint = |name: &str| {
            let mut url = login.clone();
            url.set_path(&format!("/{tenant}/oauth2/v2.0/{name}"));
            url.set_query(None);
            url.set_fragment(None);
            url
        };
        if tenant.is_empty() || !tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) {
            return Err(OriginError::NotAnAddress);
        }
        Ok(Self {
            authorize: endpoint("authorize"),
            token: endpoint("token"),
            device: Some(endpoint("devicecode")),
            revoke: None,
            issuer: IssuerRule::PerTenant {
                root: origin.as_str().to_owned(),
                tenant: is_guid(tenant).then(|| tenant.to_lowercase()),
            },
            iss_parameter: IssParameter::WhenSent,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            callback: Callback::AnyPort,
            client_authentication: ClientAuthentication::Body,
        })
    }

    /// GoTo with the addresses of its published metadata, for when discovery cannot be had.
    pub fn goto(scopes: &[&str]) -> Self {
        let url = |text: &str| Url::parse(text).expect("a constant address parses");
        Self {
            authorize: url("https://identity.goto.com/oauth/authorize"),
            token: url("https://identity.goto.com/oauth/token"),
            device: None,
            revoke: Some(url("https://identity.goto.com/oauth/revoke")),
            issuer: IssuerRule::Exactly("https://identity.goto.com".to_owned()),
            iss_parameter: IssParameter::WhenSent,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            callback: Callback::Registered(GOTO_CALLBACKS.map(str::to_owned).to_vec()),
            client_authentication: ClientAuthentication::Basic,
        }
    }

    /// The origin that refresh tokens and client secrets are sent to.
    pub fn login_origin(&self) -> Result<Origin, OriginError> {
        Origin::of(&self.token)
    }

    /// Whether an id_token is asked for.
    pub(crate) fn is_openid(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "openid")
    }

    pub(crate) fn host(&self) -> String {
        self.token.host_str().unwrap_or_default().to_owned()
    }
}

impl IssuerRule {
    /// Whether an `iss` fits; `tenant` is the `tid` claim when there is one.
    pub(crate) fn accepts(&self, issuer: &str, tid: Option<&str>) -> bool {
        match self {
            Self::Exactly(expected) => issuer == expected,
            Self::PerTenant { root, tenant } => {
                let named = issuer.strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/'));
                let Some(id) = named.and_then(|rest| rest.strip_suffix("/v2.0")) else { return false };
                is_guid(id)
                    && tenant.as_ref().is_none_or(|tenant| id.eq_ignore_ascii_case(tenant))
                    && tid.is_none_or(|tid| id.eq_ignore_ascii_case(tid))
            }
        }
    }
}

/// A redirect URI taken apart, the text kept as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) uri: String,
    pub(crate) host: RedirectHost,
    pub(crate) port: u16,
    pub(crate) path: String,
}

/// The three loopback hosts of RFC 8252; `localhost` may resolve to either family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectHost {
    Localhost,
    V4,
    V6,
}

impl Redirect {
    /// Takes a registered value apart: http, a loopback host, a port and a path, and nothing else.
    pub(crate) fn registered(uri: &str) -> Result<Self, SignInError> {
        let bad = || SignInError::BadRedirect { uri: uri.to_owned() };
        let url = Url::parse(uri).map_err(|_| bad())?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if url.scheme() != "http" || !is_loopback(&url) || !plain {
            return Err(bad());
        }
        let host = match url.host() {
            Some(Host::Ipv4(ip)) if ip == std::net::Ipv4Addr::LOCALHOST => RedirectHost::V4,
            Some(Host::Ipv6(_)) => RedirectHost::V6,
            Some(Host::Domain(_)) => RedirectHost::Localhost,
            _ => return Err(bad()),
        };
        Ok(Self { uri: uri.to_owned(), host, port: url.port().ok_or_else(bad)?, path: url.path().to_owned() })
    }

    /// The value of the `Host` header that an honest browser sends.
    pub(crate) fn authority(&self) -> String {
        match self.host {
            RedirectHost::Localhost => format!("localhost:{}", self.port),
            RedirectHost::V4 => format!("127.0.0.1:{}", self.port),
            RedirectHost::V6 => format!("[::1]:{}", self.port),
        }
    }
}

pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::{IssuerRule, Provider, Redirect};
    use url::Url;

    const TENANT: &str = "6e7a8c1d-3f7b-4d0e-9c55-0a1b2c3d4e5f";

    #[test]
    fn entra_endpoints_lie_below_the_login_root() {
        let login = Url::parse("https://login.microsoftonline.us/").expect("an address");
        let entra = Provider::entra(&login, TENANT, &["openid"]).expect("a provider");
        assert_eq!(
            entra.token.as_str(),
            format!("https://login.microsoftonline.us/{TENANT}/oauth2/v2.0/token")
        );
        for tenant in ["", "a/b", "a?b", "..%2f"] {
            assert!(Provider::entra(&login, tenant, &[]).is_err(), "{tenant}");
        }
    }

    #[test]
    fn issuers_of_other_tenants_and_roots_are_refused() {
        let root = "https://login.microsoftonline.com".to_owned();
        let one = IssuerRule::PerTenant { root: root.clone(), tenant: Some(TENANT.to_owned()) };
        let any = IssuerRule::PerTenant { root, tenant: None };
        let other = "00000000-3f7b-4d0e-9c55-0a1b2c3d4e5f";
        let issuer = |id: &str| format!("https://login.microsoftonline.com/{id}/v2.0");
        assert!(one.accepts(&issuer(TENANT), Some(TENANT)));
        assert!(!one.accepts(&issuer(other), None));
        assert!(any.accepts(&issuer(other), Some(other)));
        assert!(!any.accepts(&issuer(other), Some(TENANT)));
        assert!(!any.accepts(&issuer("organizations"), None));
        assert!(!any.accepts(&format!("https://login.microsoftonline.com.example.org/{TENANT}/v2.0"), None));
    }

    #[test]
    fn redirect_uris_are_kept_as_typed() {
        let redirect = Redirect::registered("http://localhost:47113/goto/callback").expect("a redirect");
        assert_eq!(
            (redirect.authority().as_str(), redirect.path.as_str()),
            ("localhost:47113", "/goto/callback")
        );
        for bad in [
            "https://localhost:1/x",
            "http://localhost/x",
            "http://example.org:80/x",
            "http://localhost:1/?a",
            "x",
        ] {
            assert!(Redirect::registered(bad).is_err(), "{bad}");
        }
    }
}
