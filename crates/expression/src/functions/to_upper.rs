//! `ToUpper`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::functions::casing;
use crate::value::Value;

/// Maps each character to its upper-case form as .NET does, see the `casing` module. An absent source gives null.
pub(super) static TO_UPPER: Function = Function {
    name: "ToUpper",
    parameters: &[required("source"), optional("culture")],
    repeating: 0,
    summary: "The text in upper case.",
    example: r#"ToUpper([mail])"#,
    code: Code::Body(to_upper),
};

fn to_upper<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let culture = arguments.text(1)?.unwrap_or_default();
    let dotless = casing::has_dotless_i(&culture);
    Ok(Value::Text(casing::upper_text(source, dotless)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("ToUpper([b])", r#""Y Z""#),
            (r#"ToUpper("i", "tr-TR")"#, r#""İ""#),
            (r#"ToUpper("straße")"#, r#""STRAßE""#),
            ("ToUpper([none])", "null"),
        ]);
    }
}
