//! `IsNull`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// True when the value is null.
pub(super) static IS_NULL: Function = Function {
    name: "IsNull",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "Whether the value is absent.",
    example: r#"IsNull([displayName])"#,
    code: Code::Body(is_null),
};

fn is_null<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let is_null = arguments.value(0)? == Value::Null;
    if is_null {
        arguments.mark_uncertain();
    }
    Ok(Value::Boolean(is_null))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("IsNull([none])", r#""True""#),
            ("IsNull([empty])", r#""True""#),
            ("IsNull([a])", r#""False""#),
            (r#"IsNull("")"#, r#""False""#),
        ]);
    }
}
