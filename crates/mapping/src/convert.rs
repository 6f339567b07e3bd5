//! From the language's values to what the target attribute takes.

use usher_expression::{EvaluationError, Value};

use crate::target::TargetType;

/// A value of the target attribute's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetValue {
    /// A Boolean.
    Boolean(bool),
    /// A text.
    Text(String),
    /// Several texts, in order.
    Texts(Vec<String>),
}

/// A row has no value for this object: a failure of the object, never "no value". It names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The expression could not be computed.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// The target takes true or false.
    #[error("the value is neither True nor False")]
    NotBoolean,
    /// The target takes one value.
    #[error("several values for an attribute that takes one")]
    SeveralValues,
}

impl FlowError {
    /// The code in the provisioning log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Evaluation(error) => error.code,
            Self::NotBoolean => "InvalidValue",
            Self::SeveralValues => "SchemaPropertyCanOnlyAcceptValue",
        }
    }
}

/// Converts after evaluation, as Entra does. Null and an empty text are no value: a computed empty text does not flow
/// (register Q-03).
pub(crate) fn convert(
    value: Value<'_>,
    kind: TargetType,
    multivalued: bool,
) -> Result<Option<TargetValue>, FlowError> {
    if value.is_null_or_empty() {
        return Ok(None);
    }
    if multivalued {
        return Ok(Some(TargetValue::Texts(match value {
            Value::Multi(values) => values.into_iter().map(|value| value.into_owned()).collect(),
            single => single.into_text().map(|text| text.into_owned()).into_iter().collect(),
        })));
    }
    match (kind, value) {
        (TargetType::Boolean, Value::Boolean(truth)) => Ok(Some(TargetValue::Boolean(truth))),
        (TargetType::Boolean, value) => {
            let text = value.into_text().ok_or(FlowError::SeveralValues)?;
            match text.trim() {
                text if text.eq_ignore_ascii_case("true") => Ok(Some(TargetValue::Boolean(true))),
                text if text.eq_ignore_ascii_case("false") => Ok(Some(TargetValue::Boolean(false))),
                _ => Err(FlowError::NotBoolean),
            }
        }
        (TargetType::Text | TargetType::Reference, value) => {
            let text = value.into_text().ok_or(FlowError::SeveralValues)?;
            Ok(Some(TargetValue::Text(text.into_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_type_of_the_target() {
        let check = |value: Value<'_>, kind, multivalued, expected| {
            assert_eq!(convert(value, kind, multivalued), expected)
        };
        let text = |text: &str| Ok(Some(TargetValue::Text(text.into())));
        check(Value::text("True"), TargetType::Boolean, false, Ok(Some(TargetValue::Boolean(true))));
        check(Value::Boolean(false), TargetType::Boolean, false, Ok(Some(TargetValue::Boolean(false))));
        check(Value::text("yes"), TargetType::Boolean, false, Err(FlowError::NotBoolean));
        check(Value::Boolean(true), TargetType::Text, false, text("True"));
        check(Value::Integer(7), TargetType::Text, false, text("7"));
        check(Value::text(""), TargetType::Text, false, Ok(None));
        check(Value::Null, TargetType::Boolean, false, Ok(None));
        let two = || Value::Multi(vec!["a".into(), "b".into()]);
        check(two(), TargetType::Text, false, Err(FlowError::SeveralValues));
        check(two(), TargetType::Text, true, Ok(Some(TargetValue::Texts(vec!["a".into(), "b".into()]))));
        check(Value::text("a"), TargetType::Text, true, Ok(Some(TargetValue::Texts(vec!["a".into()]))));
    }
}
