//! `StripSpaces`.

use std::borrow::Cow;

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Removes every U+0020 and nothing else.
pub(super) static STRIP_SPACES: Function = Function {
    name: "StripSpaces",
    parameters: &[required("source")],
    repeating: 0,
    summary: "Removes every space.",
    example: r#"StripSpaces([displayName])"#,
    code: Code::Body(strip_spaces),
};

fn strip_spaces<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    Ok(match arguments.text(0)? {
        None => Value::Null,
        Some(Cow::Borrowed(text)) if !text.contains(' ') => Value::text(text),
        Some(text) => Value::owned(text.replace(' ', "")),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("StripSpaces([b])", r#""Yz""#),
            ("StripSpaces([a])", r#""x""#),
            (r#"StripSpaces(" a b ")"#, r#""\u{a0}ab""#),
            ("StripSpaces([none])", "null"),
        ]);
    }
}
