//! `Word`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Word".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The n-th word of a text, every character of the last argument separates. A number below 1, too few words and an absent
/// text give an empty text.
pub(super) static WORD: Function = Function {
    name: "Word",
    parameters: &[required("source"), required("wordNumber"), required("delimiters")],
    repeating: 0,
    summary: "One word of a text, counted from 1.",
    example: r#"Word([displayName], 1, " ")"#,
    code: Code::Body(word),
};

fn word<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let text = arguments.text(0)?.unwrap_or_default();
    let Some(number) = arguments.integer(1)? else { return Ok(Value::Null) };
    let delimiters = arguments.text(2)?.unwrap_or_default();
    let at = number.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    Ok(Value::part(text, |text| at.and_then(|at| words(text, &delimiters).nth(at)).unwrap_or_default()))
}

/// Several delimiters in a row count as one (register Q-20).
fn words<'t>(text: &'t str, delimiters: &str) -> impl Iterator<Item = &'t str> {
    text.split(|c| delimiters.contains(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Word("The quick brown fox", 3, " ")"#, r#""brown""#),
            (r#"Word("This,string!has&many separators", 3, ",!&#")"#, r#""has""#),
            (r#"Word("a  b", 2, " ")"#, r#""b""#),
            (r#"Word([b], 0, " ")"#, r#""""#),
            (r#"Word([b], 3, " ")"#, r#""""#),
            (r#"Word([none], 1, " ")"#, r#""""#),
            (r#"Word([b], -2, " ")"#, r#""""#),
        ]);
    }
}
