//! `PCase`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "PCase".

use unicode_normalization::char::is_combining_mark;

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::functions::casing;
use crate::value::Value;

/// Everything in lower case, then the first letter of each word in upper case. An absent text gives null (register
/// Q-05).
///
/// With separators only they start a new word. Without them .NET's title case decides: everything but letters, digits
/// and marks separates, and digits before the first letter of a word do not count.
pub(super) static PCASE: Function = Function {
    name: "PCase",
    parameters: &[required("source"), optional("wordSeparators")],
    repeating: 0,
    summary: "The text with capitals at the starts of words.",
    example: r#"PCase([displayName])"#,
    code: Code::Body(pcase),
};

/// Register Q-16: by the list of categories on the page an apostrophe separates words; .NET itself treats it specially.
const APOSTROPHE_SEPARATES: bool = true;

fn pcase<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return absent() };
    let separators = arguments.text(1)?;
    let mut proper = String::with_capacity(text.len());
    let mut at_start = true;
    for c in text.chars().map(|c| casing::lower(c, false)) {
        let separates = match separators.as_deref() {
            Some(separators) => separators.contains(c),
            None => separates(c),
        };
        // Given separators: the first character counts, whatever it is.
        let counts = separators.is_some() || c.is_alphabetic();
        proper.push(if at_start && !separates { casing::upper(c, false) } else { c });
        at_start = separates || (at_start && !counts);
    }
    Ok(Value::owned(proper))
}

fn separates(c: char) -> bool {
    match c {
        '\'' | '\u{2019}' => APOSTROPHE_SEPARATES,
        c => !(c.is_alphanumeric() || is_combining_mark(c)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"PCase("PABLO GONSALVES (SECOND)")"#, r#""Pablo Gonsalves (Second)""#),
            (r#"PCase("PINTO-DE'SILVA", " '-")"#, r#""Pinto-De'Silva""#),
            (r#"PCase("PABLO GONSALVES (SECOND)", " ")"#, r#""Pablo Gonsalves (second)""#),
            (r#"PCase("o'neill 3rd ab3cd")"#, r#""O'Neill 3Rd Ab3cd""#),
            (r#"PCase("mary ann", "")"#, r#""Mary ann""#),
            (r#"PCase("éMILE ÉTÉ")"#, r#""Émile Été""#),
            ("PCase([none])", "null"),
        ]);
    }
}
