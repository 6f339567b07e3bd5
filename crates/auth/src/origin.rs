//! Where a secret may be sent: scheme, host and port of a web address.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Scheme, host and port (RFC 6454). A secret belongs to the origin it was given for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// Why an address has no usable [`Origin`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The text is not a web address.
    #[error("this is not a web address")]
    NotAnAddress,
    /// Plain http would show the secret to the network; it is allowed to this computer only.
    #[error("{host} must be reached over https; plain http is allowed to this computer only")]
    NotHttps {
        /// The host as written.
        host: String,
    },
    /// The address holds a user name or password, which would end up in logs.
    #[error("the address of {host} must not hold a user name or password")]
    HoldsCredentials {
        /// The host as written.
        host: String,
    },
}

impl Origin {
    /// Takes the origin of an address: https, or plain http to a loopback host.
    pub fn of(url: &Url) -> Result<Self, OriginError> {
        let host = url.host_str().ok_or(OriginError::NotAnAddress)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(url) => {}
            "http" => return Err(OriginError::NotHttps { host: host.to_owned() }),
            _ => return Err(OriginError::NotAnAddress),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginError::HoldsCredentials { host: host.to_owned() });
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// Whether a secret for this origin may be sent to `url`. Ask before every request, also for
    /// `nextLink`, `Location` and addresses out of metadata.
    pub fn admits(&self, url: &Url) -> bool {
        Self::of(url).is_ok_and(|origin| origin == *self)
    }

    /// `https://host` or `https://host:port`, the default port left out.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether an address points to this computer: `localhost`, 127.0.0.0/8 or ::1.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::of(&Url::parse(text).map_err(|_| OriginError::NotAnAddress)?)
    }
}

impl TryFrom<&Url> for Origin {
    type Error = OriginError;

    fn try_from(url: &Url) -> Result<Self, OriginError> {
        Self::of(url)
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, OriginError};
    use url::Url;

    fn check(input: &str, expected: Result<&str, OriginError>) {
        assert_eq!(input.parse::<Origin>().map(String::from), expected.map(str::to_owned), "{input}");
    }

    #[test]
    fn origins_of_addresses() {
        check("https://graph.microsoft.com/v1.0/me?x=1", Ok("https://graph.microsoft.com"));
        check("HTTPS://Graph.Microsoft.com:443/", Ok("https://graph.microsoft.com"));
        check("https://example.org:8443", Ok("https://example.org:8443"));
        check("http://127.0.0.1:9000/x", Ok("http://127.0.0.1:9000"));
        check("http://[::1]:9000/x", Ok("http://[::1]:9000"));
        check("http://localhost:9000", Ok("http://localhost:9000"));
        let not_https = |host: &str| Err(OriginError::NotHttps { host: host.to_owned() });
        check("http://example.org/", not_https("example.org"));
        check("http://localhost.example.org/", not_https("localhost.example.org"));
        check("http://127.0.0.1.example.org/", not_https("127.0.0.1.example.org"));
        check(
            "https://me:pw@example.org/",
            Err(OriginError::HoldsCredentials { host: "example.org".to_owned() }),
        );
        check("file:///etc/passwd", Err(OriginError::NotAnAddress));
        check("data:text/plain,x", Err(OriginError::NotAnAddress));
        check("graph.microsoft.com", Err(OriginError::NotAnAddress));
    }

    #[test]
    fn another_scheme_host_or_port_is_not_admitted() {
        let origin: Origin = "https://api.getgo.com".parse().expect("a valid origin");
        let admits = |text: &str| origin.admits(&Url::parse(text).expect("a valid address"));
        assert!(admits("https://api.getgo.com/identity/v1/Users?startIndex=101"));
        for other in [
            "https://api.getgo.com:8443/identity/v1",
            "http://api.getgo.com/identity/v1",
            "https://api.getgo.com.example.org/identity/v1",
            "https://api.getgo.com@example.org/identity/v1",
            "https://user@api.getgo.com/identity/v1",
        ] {
            assert!(!admits(other), "{other}");
        }
    }
}
