//! Values with a form of their own: ids, addresses, references to secrets.

use url::{Host, Url};
use usher_runner::config::SecretRef;

/// Why an address does not do.
pub(super) const URL_FORM: &str = "an address that begins with https:// (http:// only on this computer), without user name, query or fragment";

/// Letters, digits and hyphens, as they also serve in file and keyring names.
pub(super) fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty()
        && text.len() <= 64
        && text.chars().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An address that a token may be sent to. Plain http is for the loopback interface alone (RFC 8252 section 8.3 has
/// the same exception).
pub(super) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    (is_safe && is_plain).then_some(url)
}

/// Whether a text has the form of an e-mail address. Whether there is such a mailbox, only its server knows.
pub(crate) fn is_mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether a text is the name or the address of a computer, without port or path.
pub(crate) fn is_host(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    text == "[::1]" || !text.is_empty() && text.chars().all(is_part)
}

/// What a tenant goes by.
pub(super) const TENANT_FORM: &str = "a tenant id or one of the tenant's domains";

/// Whether a text has the form of a tenant id or of a domain. It becomes part of addresses.
pub(crate) fn is_tenant(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    text.split('.').all(is_part)
}

/// A reference to a secret. Only variables named `USHER_...` may be named, so that a file from someone else cannot
/// carry other variables away.
pub(super) fn secret_reference(text: &str) -> Option<SecretRef> {
    if text == "vault" {
        return Some(SecretRef::Vault);
    }
    if let Some(name) = text.strip_prefix("env:") {
        let rest = name.strip_prefix("USHER_")?;
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        return (!rest.is_empty() && rest.chars().all(allowed)).then(|| SecretRef::Env(name.to_owned()));
    }
    let path = text.strip_prefix("file:")?;
    let is_absolute = std::path::Path::new(path).is_absolute() || path.starts_with('/');
    (is_absolute && !path.contains(char::is_control)).then(|| SecretRef::File(path.to_owned()))
}

/// The reference as it is written.
pub(super) fn secret_text(reference: &SecretRef) -> String {
    match reference {
        SecretRef::Env(name) => format!("env:{name}"),
        SecretRef::File(path) => format!("file:{path}"),
        SecretRef::Vault => "vault".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for (text, expected) in [
            ("contoso-goto", true),
            ("a1", true),
            ("", false),
            ("Contoso", false),
            ("-a", false),
            ("a b", false),
        ] {
            assert_eq!(is_id(text), expected, "{text}");
        }
    }

    #[test]
    fn mail_servers_and_addresses() {
        for (text, expected) in [
            ("smtp.contoso.com", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("", false),
            ("smtp.contoso.com:587", false),
            ("smtp.contoso.com/x", false),
            ("a b", false),
            ("https://smtp.contoso.com", false),
        ] {
            assert_eq!(is_host(text), expected, "{text}");
        }
        for (text, expected) in [
            ("usher@contoso.com", true),
            ("usher", false),
            ("@contoso.com", false),
            ("usher@", false),
            ("usher@contoso.com\r\nBcc: x@example.com", false),
        ] {
            assert_eq!(is_mail_address(text), expected, "{text}");
        }
    }

    #[test]
    fn tenants() {
        for (text, expected) in [
            ("contoso.onmicrosoft.com", true),
            ("aaaabbbb-0000-cccc-1111-dddd2222eeee", true),
            ("contoso", true),
            ("münchen.example", true),
            ("", false),
            ("not a tenant!", false),
            ("contoso.", false),
            ("contoso.com/x", false),
            ("https://contoso.com", false),
        ] {
            assert_eq!(is_tenant(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("https://api.getgo.com/identity/v1", true),
            ("http://127.0.0.1:8000/scim", true),
            ("http://[::1]:8000", true),
            ("http://localhost:8000", true),
            ("http://api.getgo.com", false),
            ("https://user@api.getgo.com", false),
            ("https://api.getgo.com/?a=b", false),
            ("https://api.getgo.com/#a", false),
            ("file:///etc/passwd", false),
            ("api.getgo.com", false),
        ] {
            assert_eq!(address(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn references() {
        for text in ["env:USHER_TOKEN", "env:USHER_A1", "file:/run/secrets/token", "vault"] {
            assert_eq!(
                secret_reference(text).map(|reference| secret_text(&reference)).as_deref(),
                Some(text)
            );
        }
        for text in
            ["env:PATH", "env:USHER_", "env:USHER_a", "file:token", "hunter2", "", "Vault", "env:USHER_A B"]
        {
            assert_eq!(secret_reference(text), None, "{text}");
        }
    }
}
