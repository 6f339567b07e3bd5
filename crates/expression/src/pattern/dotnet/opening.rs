//! What an opening parenthesis opens: a group of some kind, a condition, or options.

use super::{Flags, Last, Piece, Translator};
use crate::pattern::PatternError;

impl Translator {
    /// After an opening parenthesis.
    pub(super) fn open(&mut self, at: usize, flags: Flags) -> Result<(), PatternError> {
        let opening = if !self.cursor.eat('?') {
            if flags.explicit {
                "(?:"
            } else {
                self.groups.open(None);
                "("
            }
        } else if let Some(plain) =
            [":", "=", "!", ">", "<=", "<!"].into_iter().find(|kind| self.cursor.eat_all(kind))
        {
            self.text("(?");
            plain
        } else if self.cursor.eat('<') {
            return self.named(at, '>', flags);
        } else if self.cursor.eat('\'') {
            return self.named(at, '\'', flags);
        } else if self.cursor.eat('(') {
            let name = self.cursor.until(')').filter(|name| is_word(name));
            let name =
                name.ok_or_else(|| self.cursor.error(at, "a condition other than a group is not supported"))?;
            self.pieces.push(Piece::Condition(name, at));
            ""
        } else {
            return self.options(at, flags);
        };
        self.text(opening);
        self.flags.push(flags);
        self.last = Last::Nothing;
        Ok(())
    }

    fn named(&mut self, at: usize, close: char, flags: Flags) -> Result<(), PatternError> {
        let name = self.cursor.until(close);
        let name = name.filter(|name| is_word(name) && !name.starts_with(|c: char| c.is_ascii_digit()));
        let name = name.ok_or_else(|| self.cursor.error(at, "the name of a group is not supported"))?;
        self.groups.open(Some(name));
        self.text("(");
        self.flags.push(flags);
        self.last = Last::Nothing;
        Ok(())
    }

    /// `(?i-x)` for the rest of the group, `(?i-x:` for a new one.
    fn options(&mut self, at: usize, mut flags: Flags) -> Result<(), PatternError> {
        let (mut on, mut off, mut value) = (String::new(), String::new(), true);
        loop {
            match self.cursor.next() {
                Some('-') if value => value = false,
                Some(c @ ('i' | 's')) => if value { &mut on } else { &mut off }.push(c),
                Some('m') => flags.multiline = value,
                Some('n') => flags.explicit = value,
                Some('x') => flags.spaced = value,
                Some(end @ (')' | ':')) => {
                    let minus = if off.is_empty() { "" } else { "-" };
                    let is_empty = on.is_empty() && off.is_empty();
                    match end {
                        ':' => {
                            self.text(&format!("(?{on}{minus}{off}:"));
                            self.flags.push(flags);
                            self.last = Last::Nothing;
                        }
                        _ => {
                            if !is_empty {
                                self.text(&format!("(?{on}{minus}{off})"));
                            }
                            if let Some(current) = self.flags.last_mut() {
                                *current = flags;
                            }
                        }
                    }
                    return Ok(());
                }
                _ => return Err(self.cursor.error(at, "no such group")),
            }
        }
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
