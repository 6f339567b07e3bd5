//! A reading position in a path or filter, shared by both parsers.

use crate::path::SyntaxError;

/// Filters nest this deep at most: RFC 7644 sets no bound, and a hostile filter must not exhaust the stack.
pub(crate) const MAX_DEPTH: u32 = 32;

/// A text and how far it was read. Positions are byte offsets into the whole text.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(crate) fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(' ').len();
    }

    /// Moves over `length` bytes, which the caller has just seen in [`Self::rest`].
    pub(crate) fn advance(&mut self, length: usize) {
        self.at += length;
    }

    pub(crate) fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Takes a word (`and`, `or`, `not`) regardless of case, when it stands alone.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let Some(head) = rest.get(..word.len()) else { return false };
        let stands_alone = !rest[word.len()..].starts_with(is_name_char);
        let found = head.eq_ignore_ascii_case(word) && stands_alone;
        if found {
            self.at += word.len();
        }
        found
    }

    pub(crate) fn expected(&self, what: &'static str) -> SyntaxError {
        SyntaxError { position: self.at, expected: what }
    }
}

/// `nameChar` of RFC 7643 section 2.1.
pub(crate) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}
