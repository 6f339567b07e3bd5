//! Reading a pattern character by character.

use super::PatternError;

pub(super) struct Cursor {
    characters: Vec<char>,
    at: usize,
}

/// A quantifier in braces.
pub(super) struct Counts {
    pub text: String,
    least: Option<u32>,
    most: Option<u32>,
}

impl Counts {
    pub(super) fn is_reversed(&self) -> bool {
        self.least.zip(self.most).is_some_and(|(least, most)| least > most)
    }
}

impl Cursor {
    pub(super) fn new(pattern: &str) -> Self {
        Self { characters: pattern.chars().collect(), at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn error(&self, position: usize, problem: &'static str) -> PatternError {
        PatternError::Syntax { position, problem }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.characters.get(self.at + 1).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    /// Whether `c` comes next; then it is passed.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        self.at += usize::from(is_next);
        is_next
    }

    /// Whether `text` comes next; then it is passed.
    pub(super) fn eat_all(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let is_next = self.characters[self.at..].iter().take(length).copied().eq(text.chars());
        self.at += if is_next { length } else { 0 };
        is_next
    }

    /// What stands before the next `end`, which is passed.
    pub(super) fn until(&mut self, end: char) -> Option<String> {
        let length = self.characters[self.at..].iter().position(|c| *c == end)?;
        let text = self.characters[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        Some(text)
    }

    /// Decimal digits.
    pub(super) fn digits(&mut self) -> String {
        self.take(usize::MAX, |c| c.is_ascii_digit())
    }

    /// `{2}`, `{2,}` and `{2,3}` after the brace. Everything else after a brace, `{,3}` too, is literal text in .NET.
    pub(super) fn counts(&mut self) -> Option<Counts> {
        let start = self.at;
        let least = self.digits();
        let comma = self.eat(',');
        let most = if comma { self.digits() } else { String::new() };
        if least.is_empty() || !self.eat('}') {
            self.at = start;
            return None;
        }
        let text = format!("{{{least}{}{most}}}", if comma { "," } else { "" });
        Some(Counts {
            text,
            least: least.parse().ok(),
            most: if most.is_empty() { None } else { most.parse().ok() },
        })
    }

    /// The character that an escape stands for, after the backslash.
    pub(super) fn escaped_character(&mut self) -> Result<char, PatternError> {
        let at = self.at;
        let no_such = self.error(at, "no such escape");
        Ok(match self.next().ok_or_else(|| no_such.clone())? {
            'a' => '\u{7}',
            'e' => '\u{1B}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{B}',
            'x' => self.hexadecimal(2).and_then(char::from_u32).ok_or(no_such)?,
            'u' => self.utf16().ok_or(no_such)?,
            'c' => match self.next().map(|c| c.to_ascii_uppercase()) {
                Some(control @ '@'..='_') => char::from(u8::try_from(control).unwrap_or_default() - b'@'),
                _ => return Err(no_such),
            },
            '0'..='7' => {
                self.at = at;
                let digits = self.take(3, |c| matches!(c, '0'..='7'));
                let code = u32::from_str_radix(&digits, 8).ok();
                code.and_then(|code| char::from_u32(code & 0xFF)).ok_or(no_such)?
            }
            c if c.is_alphanumeric() || c == '_' => return Err(no_such),
            c => c,
        })
    }

    /// `\u` and four digits; two of them for a character outside the basic plane.
    fn utf16(&mut self) -> Option<char> {
        let first = u16::try_from(self.hexadecimal(4)?).ok()?;
        let mut units = vec![first];
        if (0xD800..0xDC00).contains(&first) && self.eat_all(r"\u") {
            units.push(u16::try_from(self.hexadecimal(4)?).ok()?);
        }
        String::from_utf16(&units).ok()?.chars().next()
    }

    fn hexadecimal(&mut self, length: usize) -> Option<u32> {
        let digits = self.take(length, |c| c.is_ascii_hexdigit());
        if digits.len() == length { u32::from_str_radix(&digits, 16).ok() } else { None }
    }

    fn take(&mut self, most: usize, is_wanted: impl Fn(char) -> bool) -> String {
        let rest = self.characters[self.at..].iter().copied();
        let taken: String = rest.take(most).take_while(|c| is_wanted(*c)).collect();
        self.at += taken.chars().count();
        taken
    }
}
