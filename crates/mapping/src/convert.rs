//! From the language's values to what the target attribute takes.

use std::sync::LazyLock;

use usher_expression::{Context, EvaluationError, Expression, Inputs, Value};

use crate::target::TargetType;

/// Reads every form of a point in time that the language reads.
static READ_DATE: LazyLock<Expression> =
    LazyLock::new(|| Expression::parse("CDate([value])").expect("the expression is right"));

/// A value of the target attribute's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetValue {
    /// A Boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A text; points in time and bytes are texts too.
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
    /// The target takes values of another type.
    #[error("the value does not fit the type {}", .0.as_str())]
    WrongType(TargetType),
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
            Self::WrongType(_) => "wrong-type",
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
        let texts: Vec<String> = match value {
            Value::Multi(values) => values.into_iter().map(|value| value.into_owned()).collect(),
            single => single.into_text().map(|text| text.into_owned()).into_iter().collect(),
        };
        // Lists are sent as texts; each has to be one that the type could read.
        for text in &texts {
            one(Value::text(text), kind)?;
        }
        return Ok(Some(TargetValue::Texts(texts)));
    }
    one(value, kind).map(Some)
}

fn one(value: Value<'_>, kind: TargetType) -> Result<TargetValue, FlowError> {
    let wrong = || FlowError::WrongType(kind);
    match (kind, value) {
        (TargetType::Boolean, Value::Boolean(truth)) => Ok(TargetValue::Boolean(truth)),
        (TargetType::Integer, Value::Integer(number)) => Ok(TargetValue::Integer(number)),
        (TargetType::DateTime, Value::DateTime(at)) => Ok(TargetValue::Text(format!("{at}Z"))),
        (_, value) => {
            let text = value.into_text().ok_or(FlowError::SeveralValues)?;
            match kind {
                TargetType::Boolean => match text.trim() {
                    text if text.eq_ignore_ascii_case("true") => Ok(TargetValue::Boolean(true)),
                    text if text.eq_ignore_ascii_case("false") => Ok(TargetValue::Boolean(false)),
                    _ => Err(FlowError::NotBoolean),
                },
                TargetType::Integer => text.trim().parse().map(TargetValue::Integer).map_err(|_| wrong()),
                TargetType::DateTime => date(&text).map(TargetValue::Text).ok_or_else(wrong),
                TargetType::Binary if !is_base64(&text) => Err(wrong()),
                TargetType::Text | TargetType::Reference | TargetType::Binary => {
                    Ok(TargetValue::Text(text.into_owned()))
                }
            }
        }
    }
}

/// The point in time in UTC, as XML Schema writes it.
fn date(text: &str) -> Option<String> {
    struct Given<'t>(&'t str);
    impl Inputs for Given<'_> {
        fn get(&self, _: &str) -> Value<'_> {
            Value::text(self.0)
        }
    }
    // A text without a date could only mean the date of the day: which day that is must not decide.
    let context = Context::at("1970-01-01T00:00:00Z".parse().expect("a time"));
    let given = Given(text);
    let outcome = READ_DATE.evaluate(&given, &context).ok()?;
    match outcome.value {
        Value::DateTime(at) => Some(format!("{at}Z")),
        _ => None,
    }
}

/// RFC 4648 section 4, with or without the padding at its end.
fn is_base64(text: &str) -> bool {
    let plain = text.trim_end_matches('=');
    let is_whole = text.len() - plain.len() <= 2 && plain.len() % 4 != 1;
    is_whole && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
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
        check(Value::text(" 7 "), TargetType::Integer, false, Ok(Some(TargetValue::Integer(7))));
        check(Value::Integer(-7), TargetType::Integer, false, Ok(Some(TargetValue::Integer(-7))));
        check(Value::text("7.5"), TargetType::Integer, false, Err(FlowError::WrongType(TargetType::Integer)));
        check(
            Value::text("2026-01-02T03:04:05+01:00"),
            TargetType::DateTime,
            false,
            text("2026-01-02T02:04:05Z"),
        );
        check(Value::text("1/2/2026 3:04:05 PM"), TargetType::DateTime, false, text("2026-01-02T15:04:05Z"));
        check(
            Value::text("soon"),
            TargetType::DateTime,
            false,
            Err(FlowError::WrongType(TargetType::DateTime)),
        );
        check(Value::text("QQB="), TargetType::Binary, false, text("QQB="));
        for bad in ["QQB", "Q", "QQ B=", "QQB===", "Q-B_"] {
            let expected = match bad {
                "QQB" => text("QQB"),
                _ => Err(FlowError::WrongType(TargetType::Binary)),
            };
            check(Value::text(bad), TargetType::Binary, false, expected);
        }
        let numbers = Value::Multi(vec!["1".into(), "b".into()]);
        check(numbers, TargetType::Integer, true, Err(FlowError::WrongType(TargetType::Integer)));
        check(two(), TargetType::Text, false, Err(FlowError::SeveralValues));
        check(two(), TargetType::Text, true, Ok(Some(TargetValue::Texts(vec!["a".into(), "b".into()]))));
        check(Value::text("a"), TargetType::Text, true, Ok(Some(TargetValue::Texts(vec!["a".into()]))));
    }
}
