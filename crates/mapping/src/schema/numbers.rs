//! Numbers that would not survive a round trip.

/// The first whole number of a JSON text that does not fit into 64 bits: it would come back as a rounded fraction. Ids
/// of Graph are texts and its counters have 64 bits, so that a real schema has none.
pub(super) fn too_large(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[start..];
        if rest.starts_with('"') {
            rest = after_string(rest);
            continue;
        }
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let is_whole = !number.contains(['.', 'e', 'E']);
        if is_whole && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
            return Some(number);
        }
        rest = after;
    }
    None
}

/// What follows the text that begins here.
fn after_string(text: &str) -> &str {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::too_large;

    #[test]
    fn only_whole_numbers_beyond_64_bits_are_too_large() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(too_large(text), expected, "{text}");
        check(r#"{"a": 9223372036854775807, "b": [18446744073709551615, -9223372036854775808]}"#, None);
        check(r#"{"a": 18446744073709551616}"#, Some("18446744073709551616"));
        check("[-9223372036854775809]", Some("-9223372036854775809"));
        check(r#"{"99999999999999999999999": "x \" 99999999999999999999999", "c": 1.5e300}"#, None);
    }
}
