//! The verification file on the domain's web server, over plain http as GoTo reads it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::net::lookup_host;
use url::Url;

use crate::transport::{Unread, read};

/// Which addresses may be asked. The domain is a text that somebody typed, so a name that leads into the own network
/// must not make Usher a messenger there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only, port 80.
    Public,
    /// The web server of the practice world.
    Practice(SocketAddr),
}

/// What the web server gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebAnswer {
    /// The address that was asked last.
    pub url: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// The text, cleaned of byte order mark and white space around it; shown escaped.
    pub text: Option<String>,
    /// Whether the text is the expected code.
    pub matches: bool,
    /// What else was noticed.
    pub notes: Vec<WebNote>,
    /// Why there is no text.
    pub failure: Option<WebFailure>,
}

/// Side remarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WebNote {
    /// The file starts with a byte order mark, as some editors write it.
    ByteOrderMark,
    /// White space or line ends around the code.
    WhiteSpace,
    /// The file is UTF-16.
    Utf16,
    /// The file is a page of HTML: most likely the site's "not found" page.
    Html,
    /// The server redirected on the same host, for example to https.
    RedirectedOnHost,
}

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WebFailure {
    /// The text is not a domain name.
    BadName,
    /// The name does not resolve.
    NameNotFound,
    /// The name leads to an address inside a private network or this computer.
    PrivateAddress,
    /// No connection or no answer in time.
    NoAnswer,
    /// A redirect to another host, which is not followed.
    RedirectElsewhere {
        /// Where to.
        host: String,
    },
    /// More than three redirects.
    TooManyRedirects,
    /// Another status than 200.
    Status,
    /// More than 4 KiB.
    TooLarge,
}

/// A code has some 60 bytes; more than this is another file.
const LARGEST: usize = 4 * 1024;
const MOST_REDIRECTS: usize = 3;

/// Fetches `http://{domain}/{file}` and compares it with the text that GoTo shows.
pub async fn check_file(domain: &str, file: &str, expected: &str, reach: &Reach) -> WebAnswer {
    let mut answer = WebAnswer {
        url: String::new(),
        status: None,
        text: None,
        matches: false,
        notes: Vec::new(),
        failure: None,
    };
    match fetch(domain, file, reach, &mut answer).await {
        Ok(body) => {
            let text = decode(&body, &mut answer.notes);
            answer.matches = text == expected.trim();
            answer.text = Some(text);
        }
        Err(failure) => answer.failure = Some(failure),
    }
    answer
}

async fn fetch(
    domain: &str,
    file: &str,
    reach: &Reach,
    answer: &mut WebAnswer,
) -> Result<Vec<u8>, WebFailure> {
    let domain = domain.trim().trim_end_matches('.');
    let mut url = Url::parse(&format!("http://{domain}/")).map_err(|_| WebFailure::BadName)?;
    // Only a name: an address, port, user or path would ask something else than the domain's web server.
    let host = url.domain().ok_or(WebFailure::BadName)?.to_owned();
    if url.path() != "/"
        || url.port().is_some()
        || !url.username().is_empty()
        || domain.contains(['/', '?', '#', '@'])
    {
        return Err(WebFailure::BadName);
    }
    url.set_path(file);
    for _ in 0..=MOST_REDIRECTS {
        answer.url = url.to_string();
        let response = get(&url, &host, reach).await?;
        let status = response.status();
        answer.status = Some(status.as_u16());
        if status.is_redirection() {
            let location = response.headers().get(http::header::LOCATION).and_then(|to| to.to_str().ok());
            let next = location.and_then(|to| url.join(to).ok()).ok_or(WebFailure::Status)?;
            if next.host_str() != Some(&host) || !["http", "https"].contains(&next.scheme()) {
                let host = next.host_str().unwrap_or_default().to_owned();
                return Err(WebFailure::RedirectElsewhere { host });
            }
            answer.notes.push(WebNote::RedirectedOnHost);
            answer.notes.dedup();
            url = next;
            continue;
        }
        if status.as_u16() != 200 {
            return Err(WebFailure::Status);
        }
        return read(response, LARGEST).await.map_err(|error| match error {
            Unread::TooLarge => WebFailure::TooLarge,
            Unread::Broken(_) => WebFailure::NoAnswer,
        });
    }
    Err(WebFailure::TooManyRedirects)
}

/// One request to an address that was checked: the name is resolved once and pinned, so that a second look-up cannot
/// lead elsewhere (DNS rebinding).
async fn get(url: &Url, host: &str, reach: &Reach) -> Result<reqwest::Response, WebFailure> {
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses: Vec<SocketAddr> = match reach {
        Reach::Practice(address) => vec![*address],
        Reach::Public => {
            let standard = matches!((url.scheme(), port), ("http", 80) | ("https", 443));
            if !standard {
                return Err(WebFailure::RedirectElsewhere { host: format!("{host}:{port}") });
            }
            let found = tokio::time::timeout(Duration::from_secs(10), lookup_host((host, port))).await;
            found.map_err(|_| WebFailure::NameNotFound)?.map_err(|_| WebFailure::NameNotFound)?.collect()
        }
    };
    if addresses.is_empty() {
        return Err(WebFailure::NameNotFound);
    }
    if *reach == Reach::Public && addresses.iter().any(|address| !is_public(address.ip())) {
        return Err(WebFailure::PrivateAddress);
    }
    let client = reqwest::Client::builder()
        .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve the name itself, out of sight of the check above.
        .no_proxy()
        .resolve_to_addrs(host, &addresses)
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|_| WebFailure::NoAnswer)?;
    client.get(url.clone()).send().await.map_err(|_| WebFailure::NoAnswer)
}

/// Whether an address is one of the public internet (IANA special-purpose registries, RFC 6890).
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped().or_else(|| nat64(ip)) {
            Some(inner) => is_public(IpAddr::V4(inner)),
            // 2000::/3 is all that is assigned for the public internet; documentation and tunnels are taken out.
            None => {
                let [first, second, ..] = ip.segments();
                (first & 0xe000) == 0x2000
                    && !(first == 0x2001 && (second == 0xdb8 || second == 0))
                    && first != 0x2002
            }
        },
    }
}

/// The IPv4 address inside a NAT64 one (RFC 6052, `64:ff9b::/96`).
fn nat64(ip: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = ip.segments() else { return None };
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Some(std::net::Ipv4Addr::new(a, b, c, d))
}

fn decode(body: &[u8], notes: &mut Vec<WebNote>) -> String {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = body[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match body {
        [0xff, 0xfe, ..] => {
            notes.push(WebNote::Utf16);
            utf16(u16::from_le_bytes)
        }
        [0xfe, 0xff, ..] => {
            notes.push(WebNote::Utf16);
            utf16(u16::from_be_bytes)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            notes.push(WebNote::ByteOrderMark);
            String::from_utf8_lossy(rest).into_owned()
        }
        plain => String::from_utf8_lossy(plain).into_owned(),
    };
    let trimmed = text.trim();
    if trimmed != text {
        notes.push(WebNote::WhiteSpace);
    }
    if trimmed.get(..1) == Some("<") {
        notes.push(WebNote::Html);
    }
    trimmed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let check = |text: &str, expected: bool| {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        };
        for public in ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::101:101"] {
            check(public, true);
        }
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            check(inside, false);
        }
    }

    #[test]
    fn texts_are_cleaned_and_it_is_said() {
        let check = |body: &[u8], text: &str, expected: &[WebNote]| {
            let mut notes = Vec::new();
            assert_eq!(decode(body, &mut notes), text);
            assert_eq!(notes, expected);
        };
        check(b"code", "code", &[]);
        check(b"\xef\xbb\xbfcode\r\n", "code", &[WebNote::ByteOrderMark, WebNote::WhiteSpace]);
        check(b"\xff\xfec\0o\0", "co", &[WebNote::Utf16]);
        check(b"\xfe\xff\0c\0o", "co", &[WebNote::Utf16]);
        check(b"<!doctype html>", "<!doctype html>", &[WebNote::Html]);
    }
}
