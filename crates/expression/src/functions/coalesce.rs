//! `Coalesce`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The first argument that is not null; the last one serves as the default and may be `""`.
///
/// An empty attribute is absent and therefore passed over; an empty literal is a value (register Q-03).
pub(super) static COALESCE: Function = Function {
    name: "Coalesce",
    parameters: &[required("source")],
    repeating: 1,
    summary: "The first source that has a value.",
    example: r#"Coalesce([mail], [userPrincipalName])"#,
    code: Code::Body(coalesce),
};

fn coalesce<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    for at in 0..arguments.count() {
        let value = arguments.value(at)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("Coalesce([none], [a])", r#""x""#),
            ("Coalesce([empty], [b])", r#""Y z""#),
            (r#"Coalesce([none], "")"#, r#""""#),
            ("Coalesce([none], [empty])", "null"),
            ("Coalesce([a])", r#""x""#),
            ("Coalesce([none], [many])", r#"["p", "q"]"#),
            (r#"Coalesce([a], Append([many], "!"))"#, r#""x""#),
        ]);
    }
}
