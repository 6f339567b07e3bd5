//! Flat values: what one attribute path holds.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use usher_scim::{AttributePath, SyntaxError};

/// The value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A Boolean.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Several texts, in order.
    Texts(Vec<String>),
    /// The id of a user, where an attribute such as `manager` names one. Only for writing: read, it is a text.
    Reference(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl Value {
    /// The value as JSON. Entra writes Booleans as the texts `True` and `False` to servers that want text.
    pub(crate) fn to_json(&self, boolean_as_text: bool) -> Json {
        match self {
            Self::Boolean(value) if boolean_as_text => Json::from(if *value { "True" } else { "False" }),
            Self::Boolean(value) => Json::from(*value),
            Self::Integer(value) => Json::from(*value),
            Self::Text(value) => Json::from(value.as_str()),
            Self::Texts(values) => Json::from(values.clone()),
            // RFC 7643 section 4.3 has both parts; the address is relative to the resource itself, as in section 8.3.
            Self::Reference(id) => json!({ "value": id, "$ref": format!("../Users/{id}") }),
        }
    }

    /// The flat value of what stands at a path. Elements of a list count by their `value`, as SCIM's multi-valued
    /// attributes have it (RFC 7643 section 2.4); other objects have no flat value.
    pub(crate) fn from_json(found: &[&Json]) -> Option<Self> {
        match found {
            [] => None,
            [Json::Bool(value)] => Some(Self::Boolean(*value)),
            [Json::Number(number)] if number.is_i64() => number.as_i64().map(Self::Integer),
            [Json::Array(elements)] => {
                let texts: Vec<String> = elements.iter().filter_map(text).collect();
                (!texts.is_empty()).then_some(Self::Texts(texts))
            }
            [one] => text(one).map(Self::Text),
            several => Some(Self::Texts(several.iter().filter_map(|one| text(one)).collect())),
        }
    }
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Object(_) => usher_scim::member(value, "value").and_then(text),
        Json::Array(_) | Json::Null => None,
    }
}

/// One attribute to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Where.
    pub path: AttributePath,
    /// With what.
    pub value: Value,
    /// Whether something stands there already: it decides between `add` and `replace`, and a filtered path that
    /// selects nothing must be added (RFC 7644 section 3.5.2.3, `noTarget`).
    pub had_value: bool,
}

impl Write {
    /// Writes where nothing stands yet.
    pub fn add(path: &str, value: impl Into<Value>) -> Result<Self, SyntaxError> {
        Ok(Self { path: AttributePath::parse(path)?, value: value.into(), had_value: false })
    }

    /// Writes over what stands there.
    pub fn replace(path: &str, value: impl Into<Value>) -> Result<Self, SyntaxError> {
        Ok(Self { path: AttributePath::parse(path)?, value: value.into(), had_value: true })
    }
}
