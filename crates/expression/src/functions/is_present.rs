//! `IsPresent`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The exact inverse of IsNullOrEmpty.
pub(super) static IS_PRESENT: Function = Function {
    name: "IsPresent",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "Whether there is a value.",
    example: r#"IsPresent([displayName])"#,
    code: Code::Body(is_present),
};

fn is_present<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let answer = !arguments.value(0)?.is_null_or_empty();
    if !answer {
        arguments.mark_uncertain();
    }
    Ok(Value::Boolean(answer))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("IsPresent([none])", r#""False""#),
            (r#"IsPresent("")"#, r#""False""#),
            ("IsPresent([t])", r#""True""#),
            ("IsPresent([a])", r#""True""#),
        ]);
    }
}
