//! Redirect URI rules of a native public client.
//!
//! Microsoft Learn, "Redirect URI (reply URL) restrictions": on `http://localhost` the port is ignored, the path is
//! compared exactly and in its case; everything else must be equal.

use url::Url;

/// Whether a requested redirect URI matches a registered one.
pub fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    let (Ok(registered), Ok(requested)) = (Url::parse(registered), Url::parse(requested)) else {
        return false;
    };
    let loopback = matches!(registered.host_str(), Some("localhost" | "127.0.0.1"));
    loopback
        && registered.scheme() == "http"
        && requested.scheme() == "http"
        && registered.host_str() == requested.host_str()
        && registered.path() == requested.path()
        && registered.query() == requested.query()
        && requested.fragment().is_none()
        && requested.username().is_empty()
        && requested.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn any_port_and_the_exact_path() {
        let check = |registered, requested, expected| {
            assert_eq!(matches(registered, requested), expected, "{registered} {requested}");
        };
        check("http://localhost", "http://localhost:4711", true);
        check("http://localhost", "http://localhost:4711/", true);
        check("http://localhost/entra", "http://localhost:4711/entra", true);
        check("http://localhost/entra", "http://localhost:4711/Entra", false);
        check("http://localhost", "http://localhost:4711/entra", false);
        check("http://localhost", "http://127.0.0.1:4711", false);
        check("http://localhost", "https://localhost:4711", false);
        check("http://localhost", "http://localhost.evil.example", false);
        check("http://localhost", "http://user@localhost:1", false);
        check("https://app.example/cb", "https://app.example:444/cb", false);
    }
}
