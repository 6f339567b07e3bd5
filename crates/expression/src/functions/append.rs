//! `Append`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Joins two texts. Either may be a literal, so it prefixes as well. An absent source gives null (register Q-05).
pub(super) static APPEND: Function = Function {
    name: "Append",
    parameters: &[required("source"), required("suffix")],
    repeating: 0,
    summary: "Joins two texts, the source first.",
    example: r#"Append([userPrincipalName], ".test")"#,
    code: Code::Body(append),
};

fn append<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(suffix) = arguments.text(1)? else { return Ok(Value::Null) };
    let mut joined = String::with_capacity(source.len() + suffix.len());
    joined.push_str(&source);
    joined.push_str(&suffix);
    Ok(Value::owned(joined))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Append([a], "!")"#, r#""x!""#),
            (r#"Append("smtp:", [b])"#, r#""smtp:Y z""#),
            ("Append([n], [t])", r#""7True""#),
            (r#"Append([none], "!")"#, "null"),
            (r#"Append([empty], "!")"#, "null"),
            (r#"Append([a], "")"#, r#""x""#),
            (r#"Append([many], "!")"#, "error"),
        ]);
    }
}
