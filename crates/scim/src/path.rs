//! Attribute paths as RFC 7644 section 3.10 writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::cursor::Cursor;
use crate::filter::{self, AttributeName, Filter};

/// A place in a resource: `userName`, `name.givenName`, `emails[type eq "work"].value`,
/// `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`.
///
/// `Display` prints the canonical form; parsing that gives the same path again. Two paths that differ only in the
/// case of a name are the same place to SCIM, see [`AttributePath::names_same_place`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// The schema URN before the attribute's name, where one was written.
    pub schema: Option<String>,
    /// The attribute.
    pub attribute: String,
    /// Which values of a multi-valued attribute are meant.
    pub filter: Option<Filter>,
    /// The sub-attribute.
    pub sub_attribute: Option<String>,
}

/// Text that is not an attribute path or filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at position {position}: expected {expected}")]
pub struct SyntaxError {
    /// Byte offset into the text.
    pub position: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl AttributePath {
    /// A top-level attribute of the core schema.
    pub fn simple(attribute: &str) -> Self {
        Self { schema: None, attribute: attribute.into(), filter: None, sub_attribute: None }
    }

    /// Parses a path; nothing may follow it.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut cursor = Cursor::new(text);
        let name = filter::attribute_name(&mut cursor)?;
        let AttributeName { schema, name: attribute, sub_attribute } = name;
        if sub_attribute.is_some() || cursor.is_at_end() {
            return match cursor.is_at_end() {
                true => Ok(Self { schema, attribute, filter: None, sub_attribute }),
                false => Err(cursor.expected("the end of the path")),
            };
        }
        if !cursor.eat('[') {
            return Err(cursor.expected("`.`, `[` or the end of the path"));
        }
        let filter = filter::expression(&mut cursor, filter::Place::InsideBrackets, 0)?;
        cursor.skip_spaces();
        if !cursor.eat(']') {
            return Err(cursor.expected("`]`"));
        }
        let sub_attribute = match cursor.eat('.') {
            true => Some(filter::simple_name(&mut cursor)?.to_owned()),
            false => None,
        };
        match cursor.is_at_end() {
            true => Ok(Self { schema, attribute, filter: Some(filter), sub_attribute }),
            false => Err(cursor.expected("the end of the path")),
        }
    }

    /// Whether both mean the same place: names and URNs regardless of case (RFC 7643 section 2.1), filters as printed.
    pub fn names_same_place(&self, other: &Self) -> bool {
        self.to_string().eq_ignore_ascii_case(&other.to_string())
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub_attribute) = &self.sub_attribute {
            write!(f, ".{sub_attribute}")?;
        }
        Ok(())
    }
}

impl FromStr for AttributePath {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

impl Serialize for AttributePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AttributePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        let actual = match AttributePath::parse(text) {
            Ok(path) => {
                let printed = path.to_string();
                assert_eq!(AttributePath::parse(&printed).as_ref(), Ok(&path), "print-then-parse of {text}");
                printed
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(actual, expected, "{text}");
    }

    #[test]
    fn shapes_of_rfc_7644_and_of_entra() {
        check("userName", "userName");
        check("name.givenName", "name.givenName");
        check("emails[type eq \"work\"].value", "emails[type eq \"work\"].value");
        check("emails[ type  EQ \"work\" ]", "emails[type eq \"work\"]");
        check("roles[primary eq \"True\"].value", "roles[primary eq \"True\"].value");
        check(
            "members[value eq \"2819c223-7f76-453a-919d-413861904646\"].displayName",
            "members[value eq \"2819c223-7f76-453a-919d-413861904646\"].displayName",
        );
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        check(department, department);
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        check(manager, manager);
        check(
            "addresses[type eq \"work\" and primary eq true].locality",
            "addresses[type eq \"work\" and primary eq true].locality",
        );
        check("manager.$ref", "manager.$ref");
    }

    #[test]
    fn errors_say_where_and_what() {
        check("", "at position 0: expected an attribute name");
        check("user name", "at position 4: expected `.`, `[` or the end of the path");
        check("emails[type eq \"work\"", "at position 21: expected `]`");
        check("emails[type = \"work\"].value", "at position 12: expected an operator such as `eq`");
        check(
            "emails[type eq work].value",
            "at position 15: expected a value: text in double quotes, a number, true, false or null",
        );
        check("name.", "at position 5: expected an attribute name");
        check("urn:ietf:x:", "at position 11: expected an attribute name");
        check("a.b.c", "at position 3: expected the end of the path");
        check("emails[type eq \"work\"]value", "at position 22: expected the end of the path");
    }

    #[test]
    fn a_schema_is_split_off_whole() {
        let path =
            AttributePath::parse("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter")
                .unwrap();
        assert_eq!(path.schema.as_deref(), Some(crate::ENTERPRISE_USER));
        assert_eq!(path.attribute, "costCenter");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_printing_is_its_inverse(text in "[a-zA-Z0-9:.\\[\\]\" ()éeqandor]{0,60}") {
            if let Ok(path) = AttributePath::parse(&text) {
                prop_assert_eq!(AttributePath::parse(&path.to_string()), Ok(path));
            }
        }
    }
}
