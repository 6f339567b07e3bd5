//! `Mid`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Mid".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::units;
use crate::value::Value;

/// A part of a text: the first character is 1, and a length that is too large ends with the text. An absent text gives
/// null (register Q-05).
pub(super) static MID: Function = Function {
    name: "Mid",
    parameters: &[required("source"), required("start"), required("length")],
    repeating: 0,
    summary: "A part of a text, from a position counted from 1.",
    example: r#"Mid([surname], 1, 5)"#,
    code: Code::Body(mid),
};

fn mid<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(start) = arguments.integer(1)? else { return Ok(Value::Null) };
    let Some(length) = arguments.integer(2)? else { return Ok(Value::Null) };
    let start = skipped(start).ok_or_else(|| arguments.refuse(1, "a start of at least 1"))?;
    let length = usize::try_from(length).unwrap_or(0);
    Ok(Value::part(text, |text| units::part(text, start, length)))
}

/// Register Q-14: no page says what is outside of the text. Past the end, and nothing long, is empty; before the start
/// is an error.
fn skipped(start: i64) -> Option<usize> {
    usize::try_from(start.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Mid("John Doe", 3, 5)"#, r#""hn Do""#),
            (r#"Mid([b], "1", "2")"#, r#""Y ""#),
            (r#"Mid([b], 2, 99)"#, r#"" z""#),
            (r#"Mid([b], 9, 1)"#, r#""""#),
            (r#"Mid([b], 1, 0)"#, r#""""#),
            (r#"Mid([b], 1, -1)"#, r#""""#),
            (r#"Mid([b], 0, 1)"#, r#"error"#),
            (r#"Mid([none], 1, 1)"#, r#"null"#),
        ]);
    }
}
