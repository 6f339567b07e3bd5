//! `InStr`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "InStr".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::functions::{casing, units};
use crate::value::Value;

/// The position of the first occurrence, counted from the start of the text in UTF-16 code units; 0 when there is none.
///
/// `vbTextCompare` ignores letter case, `vbBinaryCompare` (the default) does not. An empty text is found where the search
/// starts. An absent text gives null (register Q-05).
pub(super) static IN_STR: Function = Function {
    name: "InStr",
    parameters: &[required("value1"), required("value2"), optional("start"), optional("compareType")],
    repeating: 0,
    summary: "Where a text stands inside another one, from 1; 0 when it does not.",
    example: r#"InStr([userPrincipalName], "@")"#,
    code: Code::Body(in_str),
};

fn in_str<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(wanted) = arguments.text(1)? else { return Ok(Value::Null) };
    let start = arguments.integer(2)?.unwrap_or(1);
    if start < 1 {
        return Err(arguments.refuse(2, "a start of at least 1"));
    }
    let ignores_case = match arguments.text(3)?.as_deref() {
        None | Some("vbBinaryCompare") => false,
        Some("vbTextCompare") => true,
        Some(_) => return Err(arguments.refuse(3, "vbTextCompare or vbBinaryCompare")),
    };
    let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let rest = units::part(&text, skipped, usize::MAX);
    let found = match ignores_case {
        _ if rest.is_empty() => None,
        false => rest.find(&*wanted),
        true => find_in_any_case(rest, &wanted),
    };
    let before = |at| &text[..text.len() - rest.len() + at];
    let position = found.map(|at| before(at).encode_utf16().count() + 1);
    Ok(Value::Integer(position.map_or(0, |position| i64::try_from(position).unwrap_or(i64::MAX))))
}

/// The first place where the characters are the same in upper case.
fn find_in_any_case(text: &str, wanted: &str) -> Option<usize> {
    let upper = |c| casing::upper(c, false);
    let is_here = |rest: &str| {
        let mut characters = rest.chars().map(upper);
        wanted.chars().map(upper).all(|wanted| characters.next() == Some(wanted))
    };
    text.char_indices().map(|(at, _)| at).find(|at| is_here(&text[*at..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"InStr("The quick brown fox", "quick")"#, r#""5""#),
            (r#"InStr("repEated", "e", 3, vbBinaryCompare)"#, r#""7""#),
            (r#"InStr("repEated", "e", 3, vbTextCompare)"#, r#""4""#),
            (r#"InStr([a], "no")"#, r#""0""#),
            (r#"InStr([b], "", 2)"#, r#""2""#),
            (r#"InStr([a], "x", 9)"#, r#""0""#),
            (r#"InStr([a], "x", 0)"#, r#"error"#),
            (r#"InStr([none], "x")"#, r#"null"#),
            (r#"InStr("😀a", "a")"#, r#""3""#),
            (r#"InStr("😀aA", "A", 2, vbTextCompare)"#, r#""3""#),
            (r#"InStr("", "")"#, r#""0""#),
        ]);
    }
}
