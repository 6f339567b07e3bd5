//! `Left`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Left".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::units;
use crate::value::Value;

/// The first characters of a text. None gives an empty text, a negative number gives the whole text, and an absent text
/// gives an empty one.
pub(super) static LEFT: Function = Function {
    name: "Left",
    parameters: &[required("source"), required("numChars")],
    repeating: 0,
    summary: "The first characters of a text.",
    example: r#"Left([givenName], 1)"#,
    code: Code::Body(left),
};

fn left<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return Ok(Value::owned(String::new())) };
    let Some(count) = arguments.integer(1)? else { return Ok(Value::Null) };
    match usize::try_from(count) {
        Ok(count) => Ok(Value::part(text, |text| units::part(text, 0, count))),
        Err(_) => Ok(Value::Text(text)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Left("John Doe", 3)"#, r#""Joh""#),
            (r#"Left([b], 0)"#, r#""""#),
            (r#"Left([b], -1)"#, r#""Y z""#),
            (r#"Left([b], 99)"#, r#""Y z""#),
            (r#"Left([none], 2)"#, r#""""#),
            (r#"Left([a], [none])"#, r#"null"#),
            (r#"Left("😀a", 1)"#, r#""""#),
        ]);
    }
}
