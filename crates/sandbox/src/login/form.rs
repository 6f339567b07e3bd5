//! Form and query parameters, read strictly: nothing unknown, nothing twice.

use std::collections::BTreeMap;

use super::OAuthError;

/// Parameters by name. Empty ones count as absent (RFC 6749, section 3.1).
#[derive(Debug, Default)]
pub struct Form(BTreeMap<String, String>);

/// Parameters that Microsoft's client libraries add to every request.
const TELEMETRY: [&str; 3] = ["client_info", "client-request-id", "mkt"];

impl Form {
    /// Reads a query or form body.
    pub fn parse(text: &str, known: &[&str]) -> Result<Self, OAuthError> {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            let telemetry = name.starts_with("x-client-") || TELEMETRY.contains(&&*name);
            if !telemetry && !known.contains(&&*name) {
                return Err(OAuthError::invalid_request(
                    900_971,
                    format!("The parameter '{name}' is unknown."),
                ));
            }
            if value.is_empty() {
                continue;
            }
            if form.0.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(OAuthError::invalid_request(
                    9_000_411,
                    format!("The parameter '{name}' is duplicated."),
                ));
            }
        }
        Ok(form)
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    pub fn need(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| {
            OAuthError::invalid_request(
                900_144,
                format!("The request body must contain the following parameter: '{name}'."),
            )
        })
    }
}
