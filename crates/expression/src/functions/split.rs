//! `Split`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Split".

use std::borrow::Cow;

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The parts of a text between single-character delimiters. An absent text gives null (register Q-05).
pub(super) static SPLIT: Function = Function {
    name: "Split",
    parameters: &[required("source"), required("delimiter")],
    repeating: 0,
    summary: "Several values from one text.",
    example: r#"Split([extensionAttribute5], ",")"#,
    code: Code::Body(split),
};

fn split<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(delimiter) = arguments.text(1)? else { return Ok(Value::Null) };
    let mut delimiters = delimiter.chars();
    let (Some(delimiter), None) = (delimiters.next(), delimiters.next()) else {
        return Err(arguments.refuse(1, "a delimiter of one character"));
    };
    Ok(Value::Multi(match text {
        Cow::Borrowed(text) => parts(text, delimiter).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => parts(&text, delimiter).map(|part| Cow::Owned(part.to_owned())).collect(),
    }))
}

/// White space around a part goes, as a published output shows, and empty parts go too (register Q-19).
fn parts(text: &str, delimiter: char) -> impl Iterator<Item = &str> {
    text.split(delimiter).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Split("one, two", ",")"#, r#"["one", "two"]"#),
            (r#"Split(",a,,b ,", ",")"#, r#"["a", "b"]"#),
            (r#"Split([a], ";")"#, r#"["x"]"#),
            (r#"Split([a], "")"#, r#"error"#),
            (r#"Split([a], "::")"#, r#"error"#),
            (r#"Split([none], ",")"#, r#"null"#),
        ]);
    }
}
