//! Positions in texts as .NET counts them: in UTF-16 code units.

/// The part of a text of at most `length` units from `start`. A character of two units that the part would cut in half
/// is left out: half of it would be no text.
pub(super) fn part(text: &str, start: usize, length: usize) -> &str {
    if text.is_ascii() {
        let start = start.min(text.len());
        return &text[start..start.saturating_add(length).min(text.len())];
    }
    let (mut unit, mut from, mut to) = (0_usize, text.len(), text.len());
    let end = start.saturating_add(length);
    for (at, c) in text.char_indices() {
        if unit >= start && from == text.len() {
            from = at;
        }
        if unit + c.len_utf16() > end {
            to = at;
            break;
        }
        unit += c.len_utf16();
    }
    text.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts() {
        let check =
            |text: &str, start, length, expected: &str| assert_eq!(part(text, start, length), expected);
        check("abc", 0, 2, "ab");
        check("abc", 1, usize::MAX, "bc");
        check("abc", 3, 1, "");
        check("abc", 1, 0, "");
        check("a😀b", 0, 2, "a");
        check("a😀b", 1, 2, "😀");
        check("a😀b", 2, 2, "b");
        check("éb", 1, 1, "b");
        check("", 0, 1, "");
    }
}
