//! Letter case as .NET maps it: one character to one character.
//!
//! `ß` stays `ß` in upper case and a final sigma is nothing special, unlike in Rust's own conversions. The invariant
//! culture leaves `İ` and `ı` alone (dotnet/runtime, `TextInfo`); Turkish and Azeri pair them with `i` and `I`.

use std::borrow::Cow;

/// Whether the culture pairs `i` with `İ`.
pub(super) fn has_dotless_i(culture: &str) -> bool {
    let language = culture.split(['-', '_']).next().unwrap_or_default();
    language.eq_ignore_ascii_case("tr") || language.eq_ignore_ascii_case("az")
}

/// A text in lower case; the text itself where that is the same.
pub(super) fn lower_text(text: Cow<'_, str>, dotless: bool) -> Cow<'_, str> {
    if dotless || !text.is_ascii() {
        return map(&text, |c| lower(c, dotless));
    }
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    let mut text = text.into_owned();
    text.make_ascii_lowercase();
    text.into()
}

/// A text in upper case; the text itself where that is the same.
pub(super) fn upper_text(text: Cow<'_, str>, dotless: bool) -> Cow<'_, str> {
    if dotless || !text.is_ascii() {
        return map(&text, |c| upper(c, dotless));
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return text;
    }
    let mut text = text.into_owned();
    text.make_ascii_uppercase();
    text.into()
}

fn map<'v>(text: &str, form: impl Fn(char) -> char) -> Cow<'v, str> {
    let mut mapped = String::with_capacity(text.len());
    mapped.extend(text.chars().map(form));
    mapped.into()
}

/// The lower-case form.
pub(super) fn lower(c: char, dotless: bool) -> char {
    match c {
        'I' if dotless => 'ı',
        'İ' if dotless => 'i',
        'İ' => c,
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => only(c, c.to_lowercase()),
    }
}

/// The upper-case form.
pub(super) fn upper(c: char, dotless: bool) -> char {
    match c {
        'i' if dotless => 'İ',
        'ı' if dotless => 'I',
        'ı' => c,
        c if c.is_ascii() => c.to_ascii_uppercase(),
        c => only(c, c.to_uppercase()),
    }
}

/// The mapped character where there is exactly one, else the character itself.
fn only(c: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    if mapped.len() == 1 { mapped.next().unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_stays_one_character() {
        let upper_all = |text: &str, dotless| text.chars().map(|c| upper(c, dotless)).collect::<String>();
        let lower_all = |text: &str, dotless| text.chars().map(|c| lower(c, dotless)).collect::<String>();
        assert_eq!(upper_all("straße", false), "STRAßE");
        assert_eq!(lower_all("ΟΔΟΣ", false), "οδοσ");
        assert_eq!(upper_all("istanbul ılık", true), "İSTANBUL ILIK");
        assert_eq!(lower_all("İSTANBUL ILIK", true), "istanbul ılık");
        assert_eq!(lower_all("İI", false), "İi");
        assert!(
            has_dotless_i("tr-TR") && has_dotless_i("az") && !has_dotless_i("en-US") && !has_dotless_i("")
        );
    }
}
