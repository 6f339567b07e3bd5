//! Numbers in texts: Entra accepts `"1"` wherever it accepts `1`.

use crate::value::Value;

/// The value as a 64-bit integer, where it is one or its text is one.
pub(crate) fn integer(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Multi(values) => match values.as_slice() {
            [only] => only.trim().parse().ok(),
            _ => None,
        },
        Value::Null | Value::Boolean(_) | Value::DateTime(_) => None,
    }
}
