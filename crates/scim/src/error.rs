//! Errors of a service provider (RFC 7644 section 3.12).

use serde::{Deserialize, Serialize};

/// `scimType` of RFC 7644 table 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScimType {
    /// The filter's syntax is wrong, or the attribute cannot be filtered on.
    InvalidFilter,
    /// More results than the service provider is willing to calculate.
    TooMany,
    /// A value is already in use.
    Uniqueness,
    /// The change would alter a read-only or immutable attribute.
    Mutability,
    /// The body's structure is wrong.
    InvalidSyntax,
    /// The path of a PATCH operation is wrong.
    InvalidPath,
    /// The path of a PATCH operation selects nothing.
    NoTarget,
    /// A required value is missing, or a value does not fit.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The URI would show sensitive values.
    Sensitive,
}

/// Name on the wire, HTTP status, per row of the table.
const TABLE: [(ScimType, &str, u16); 10] = [
    (ScimType::InvalidFilter, "invalidFilter", 400),
    (ScimType::TooMany, "tooMany", 400),
    (ScimType::Uniqueness, "uniqueness", 409),
    (ScimType::Mutability, "mutability", 400),
    (ScimType::InvalidSyntax, "invalidSyntax", 400),
    (ScimType::InvalidPath, "invalidPath", 400),
    (ScimType::NoTarget, "noTarget", 400),
    (ScimType::InvalidValue, "invalidValue", 400),
    (ScimType::InvalidVers, "invalidVers", 400),
    (ScimType::Sensitive, "sensitive", 403),
];

impl ScimType {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        TABLE[self as usize].2
    }

    /// The type of a word on the wire, regardless of case; absent for words that the table does not have.
    pub fn from_wire(word: &str) -> Option<Self> {
        TABLE.iter().find(|(_, name, _)| name.eq_ignore_ascii_case(word)).map(|(kind, _, _)| *kind)
    }
}

/// An error body. Tolerant: providers write `status` as text or number, and invent their own `scimType` words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ErrorResponse {
    /// The HTTP status, as text or number.
    #[serde(default, deserialize_with = "text_or_number")]
    pub status: Option<u16>,
    /// The word of table 9, or the provider's own.
    #[serde(default, rename = "scimType")]
    pub scim_type: Option<String>,
    /// What the provider says about it.
    #[serde(default)]
    pub detail: Option<String>,
}

impl ErrorResponse {
    /// The row of table 9, where the provider's word is in it.
    pub fn kind(&self) -> Option<ScimType> {
        self.scim_type.as_deref().and_then(ScimType::from_wire)
    }
}

fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Status {
        Number(u16),
        Text(String),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Option::<Status>::deserialize(deserializer)? {
        Some(Status::Number(number)) => Some(number),
        Some(Status::Text(text)) => text.trim().parse().ok(),
        Some(Status::Other(_)) | None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enumeration() {
        for (at, (kind, word, _)) in TABLE.iter().enumerate() {
            assert_eq!(*kind as usize, at);
            assert_eq!(ScimType::from_wire(word), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), *word);
        }
        assert_eq!(ScimType::Uniqueness.status(), 409);
        assert_eq!(ScimType::Sensitive.status(), 403);
    }

    #[test]
    fn bodies_of_all_sorts_are_read() {
        let check = |body: &str, status, kind| {
            let error: ErrorResponse = serde_json::from_str(body).expect(body);
            assert_eq!((error.status, error.kind()), (status, kind), "{body}");
        };
        check(
            r#"{"status":"409","scimType":"uniqueness","detail":"x"}"#,
            Some(409),
            Some(ScimType::Uniqueness),
        );
        check(r#"{"status":400,"scimType":"InvalidValue"}"#, Some(400), Some(ScimType::InvalidValue));
        check(r#"{"status":null,"scimType":"own"}"#, None, None);
        check("{}", None, None);
    }
}
