//! `CBool`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "CBool".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::number;
use crate::value::Value;

/// A comparison gives its truth value, a number is true unless it is zero; an absent value gives null (register Q-05).
pub(super) static CBOOL: Function = Function {
    name: "CBool",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "True for a true comparison and for every number but zero.",
    example: r#"CBool([attribute1] = [attribute2])"#,
    code: Code::Body(cbool),
};

fn cbool<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    match arguments.value(0)? {
        value @ (Value::Null | Value::Boolean(_)) => Ok(value),
        value => {
            let truth = match number::integer(&value) {
                Some(number) => Some(number != 0),
                None => word(value.into_text().as_deref()),
            };
            truth.map(Value::Boolean).ok_or_else(|| arguments.refuse(0, "a number, True or False"))
        }
    }
}

/// Texts that are no numbers: the words are accepted, everything else is an error (register Q-07).
fn word(text: Option<&str>) -> Option<bool> {
    match text {
        Some(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"CBool([a] = "x")"#, r#""True""#),
            (r#"CBool([a] = "X")"#, r#""False""#),
            (r#"CBool([n])"#, r#""True""#),
            (r#"CBool("0")"#, r#""False""#),
            (r#"CBool("true")"#, r#""True""#),
            (r#"CBool([a])"#, r#"error"#),
            (r#"CBool([none])"#, r#"null"#),
        ]);
    }
}
