//! `IsNullOrEmpty`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// True when the value is null or an empty text. Entra lists its use inside IIF as unsupported (register Q-12), so a
/// true answer marks the outcome as uncertain.
pub(super) static IS_NULL_OR_EMPTY: Function = Function {
    name: "IsNullOrEmpty",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "Whether the value is absent or empty.",
    example: r#"IsNullOrEmpty([displayName])"#,
    code: Code::Body(is_null_or_empty),
};

fn is_null_or_empty<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let answer = arguments.value(0)?.is_null_or_empty();
    if answer {
        arguments.mark_uncertain();
    }
    Ok(Value::Boolean(answer))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("IsNullOrEmpty([none])", r#""True""#),
            (r#"IsNullOrEmpty("")"#, r#""True""#),
            ("IsNullOrEmpty([n])", r#""False""#),
            ("IsNullOrEmpty([many])", r#""False""#),
        ]);
    }
}
