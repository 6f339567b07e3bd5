//! `NormalizeDiacritics`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "NormalizeDiacritics".

use unicode_normalization::UnicodeNormalization;

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Replaces letters with diacritics by their base letters. An absent text gives null (register Q-05).
///
/// The table of the page has it that `ö` becomes `o` but `ø`
/// becomes `oe`. For letters that are not in the table see [`base`].
pub(super) static NORMALIZE_DIACRITICS: Function = Function {
    name: "NormalizeDiacritics",
    parameters: &[required("source")],
    repeating: 0,
    summary: "The text with plain letters in place of accented ones.",
    example: r#"NormalizeDiacritics([givenName])"#,
    code: Code::Body(normalize_diacritics),
};

fn normalize_diacritics<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return absent() };
    if text.is_ascii() {
        return Ok(Value::Text(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.nfd().peekable();
    while let Some(c) = characters.next() {
        // `œ` with a macron is in the table, plain `œ` is not.
        let with_macron = characters.peek() == Some(&'\u{304}');
        match c {
            'œ' if with_macron => plain.push_str("oe"),
            'Œ' if with_macron => plain.push_str("OE"),
            c => match base(c) {
                Some(base) => plain.push_str(base),
                None if is_diacritic(c) => {}
                None => plain.push(c),
            },
        }
    }
    Ok(Value::owned(plain.nfc().collect()))
}

/// Letters of the table that do not come apart into a plain letter and a mark.
fn base(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'ø' => "oe",
        'Ø' => "OE",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        _ => return None,
    })
}

/// Register Q-15: the page is silent about letters outside of its table. Their diacritical marks go, the letters stay;
/// signs that scripts of India and the like are written with are no diacritics.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"NormalizeDiacritics("Zoë Müller")"#, r#""Zoe Muller""#),
            (r#"NormalizeDiacritics("Søren Ǿ œ̄ œ")"#, r#""Soeren OE oe œ""#),
            (r#"NormalizeDiacritics("Łódź ışık İ")"#, r#""Lodz isik I""#),
            (r#"NormalizeDiacritics("Straße Ærø ǣ")"#, r#""Strasse AEroe ae""#),
            ("NormalizeDiacritics(\"e\u{301}\")", r#""e""#),
            (r#"NormalizeDiacritics("đ þ 한국 हिंदी")"#, r#""đ þ 한국 हि\u{902}दी""#),
            (r#"NormalizeDiacritics([none])"#, "null"),
        ]);
    }
}
