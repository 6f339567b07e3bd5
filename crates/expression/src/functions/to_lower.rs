//! `ToLower`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::functions::casing;
use crate::value::Value;

/// Maps each character to its lower-case form as .NET does, see the `casing` module. An absent source gives null.
pub(super) static TO_LOWER: Function = Function {
    name: "ToLower",
    parameters: &[required("source"), optional("culture")],
    repeating: 0,
    summary: "The text in lower case.",
    example: r#"ToLower([mail])"#,
    code: Code::Body(to_lower),
};

fn to_lower<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let culture = arguments.text(1)?.unwrap_or_default();
    let dotless = casing::has_dotless_i(&culture);
    Ok(Value::Text(casing::lower_text(source, dotless)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("ToLower([b])", r#""y z""#),
            (r#"ToLower("I", "tr-TR")"#, r#""ı""#),
            (r#"ToLower("I", "en-US")"#, r#""i""#),
            (r#"ToLower("I")"#, r#""i""#),
            ("ToLower([none])", "null"),
        ]);
    }
}
