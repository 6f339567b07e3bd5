//! Patterns of .NET to patterns of the engine.
//!
//! Microsoft Learn, "Regular Expression Language - Quick Reference"; where the pages are silent, what the parser of
//! .NET does (dotnet/runtime, `RegexParser`).

mod opening;

use super::PatternError;
use super::class::{class, shorthand};
use super::cursor::Cursor;
use super::groups::Groups;

/// Only at the end, or before a line break at the end.
const END: &str = r"(?=\n?\z)";

/// The pattern for the engine, and its groups.
pub(super) fn translate(pattern: &str) -> Result<(String, Groups), PatternError> {
    let mut translator = Translator {
        cursor: Cursor::new(pattern),
        pieces: Vec::new(),
        groups: Groups::default(),
        flags: vec![Flags::default()],
        last: Last::Nothing,
    };
    translator.run()?;
    translator.finish()
}

/// Options that are handled here; `i` and `s` are the engine's.
#[derive(Clone, Copy, Default)]
struct Flags {
    multiline: bool,
    /// `x`: white space and `#` comments do not count.
    spaced: bool,
    /// `n`: unnamed groups do not capture.
    explicit: bool,
}

/// What stands before a quantifier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Atom,
    Quantifier,
}

enum Piece {
    Text(String),
    /// `\k<name>` and where it stands.
    Name(String, usize),
    /// `\12`: a group, or else a character in octal digits.
    Number(String, usize),
    /// `(?(name)`.
    Condition(String, usize),
}

struct Translator {
    cursor: Cursor,
    pieces: Vec<Piece>,
    groups: Groups,
    /// One for each open group, innermost last.
    flags: Vec<Flags>,
    last: Last,
}

impl Translator {
    fn run(&mut self) -> Result<(), PatternError> {
        loop {
            self.skip_blank()?;
            let at = self.cursor.at();
            let Some(c) = self.cursor.next() else { break };
            let flags = self.flags.last().copied().unwrap_or_default();
            match c {
                '(' => self.open(at, flags)?,
                ')' if self.flags.len() > 1 => {
                    self.flags.pop();
                    self.atom(")");
                }
                ')' => return Err(self.cursor.error(at, "a closing parenthesis too many")),
                '|' => {
                    self.text("|");
                    self.last = Last::Nothing;
                }
                '*' | '+' | '?' => self.quantifier(at, c.to_string())?,
                '{' => match self.cursor.counts() {
                    Some(counts) if counts.is_reversed() => {
                        return Err(self.cursor.error(at, "a quantifier that runs backwards"));
                    }
                    Some(counts) => self.quantifier(at, counts.text)?,
                    None => self.literal('{'),
                },
                '[' => {
                    let class = class(&mut self.cursor, 0)?;
                    self.atom(&class);
                }
                '^' => self.atom(if flags.multiline { "(?m:^)" } else { r"\A" }),
                '$' => self.atom(if flags.multiline { "(?m:$)" } else { END }),
                '.' => self.atom("."),
                '\\' => self.escape(at)?,
                c => self.literal(c),
            }
        }
        if self.flags.len() > 1 {
            return Err(self.cursor.error(self.cursor.at(), "a closing parenthesis is missing"));
        }
        Ok(())
    }

    /// Comments, and white space where it does not count.
    fn skip_blank(&mut self) -> Result<(), PatternError> {
        let spaced = self.flags.last().is_some_and(|flags| flags.spaced);
        loop {
            let at = self.cursor.at();
            if self.cursor.eat_all("(?#") {
                self.cursor
                    .until(')')
                    .ok_or_else(|| self.cursor.error(at, "a closing parenthesis is missing"))?;
            } else if spaced && self.cursor.eat('#') {
                while self.cursor.next().is_some_and(|c| c != '\n') {}
            } else if spaced && self.cursor.peek().is_some_and(char::is_whitespace) {
                self.cursor.next();
            } else {
                return Ok(());
            }
        }
    }

    fn quantifier(&mut self, at: usize, text: String) -> Result<(), PatternError> {
        match self.last {
            Last::Nothing => return Err(self.cursor.error(at, "a quantifier after nothing")),
            // The engine would read `a++` as a possessive quantifier, which .NET does not have.
            Last::Quantifier => return Err(self.cursor.error(at, "a quantifier after a quantifier")),
            Last::Atom => self.text(&text),
        }
        self.skip_blank()?;
        if self.cursor.eat('?') {
            self.text("?");
        }
        self.last = Last::Quantifier;
        Ok(())
    }

    /// After a backslash.
    fn escape(&mut self, at: usize) -> Result<(), PatternError> {
        if let Some(items) = shorthand(&mut self.cursor)? {
            self.atom(&format!("[{items}]"));
            return Ok(());
        }
        match self.cursor.peek() {
            None => return Err(self.cursor.error(at, "a backslash at the end")),
            Some(c @ ('A' | 'B' | 'G' | 'b' | 'z')) => {
                self.cursor.next();
                // In braces, so that nothing that follows is taken for a part of it.
                self.atom(&format!(r"(?:\{c})"));
            }
            Some('Z') => {
                self.cursor.next();
                self.atom(END);
            }
            Some('k') => {
                self.cursor.next();
                let close = match self.cursor.next() {
                    Some('<') => '>',
                    Some('\'') => '\'',
                    _ => return Err(self.cursor.error(at, "the name of a group is missing")),
                };
                let name = self.cursor.until(close);
                let name = name.ok_or_else(|| self.cursor.error(at, "the name of a group is missing"))?;
                self.piece(Piece::Name(name, at));
            }
            Some('1'..='9') => {
                let digits = self.cursor.digits();
                self.piece(Piece::Number(digits, at));
            }
            Some(_) => {
                let c = self.cursor.escaped_character()?;
                self.literal(c);
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn atom(&mut self, text: &str) {
        self.text(text);
        self.last = Last::Atom;
    }

    fn piece(&mut self, piece: Piece) {
        self.pieces.push(piece);
        self.last = Last::Atom;
    }

    fn literal(&mut self, c: char) {
        self.atom(&escaped(c));
    }

    /// Puts the numbers of the engine where the pattern speaks of groups.
    fn finish(mut self) -> Result<(String, Groups), PatternError> {
        self.groups.number();
        let slot = |name: &str, at: usize| {
            let number = self.groups.find(name).filter(|number| *number > 0);
            match number.and_then(|number| self.groups.numbered(number)) {
                Some([only]) => Ok(*only),
                Some(_) => Err(self.cursor.error(at, "the name belongs to several groups")),
                None => Err(self.cursor.error(at, "no such group")),
            }
        };
        let mut translated = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => translated.push_str(text),
                Piece::Name(name, at) => translated.push_str(&format!(r"(?:\{})", slot(name, *at)?)),
                Piece::Condition(name, at) => translated.push_str(&format!("(?({})", slot(name, *at)?)),
                Piece::Number(digits, at) => {
                    let is_octal = digits.len() > 1 && self.groups.find(digits).is_none();
                    match is_octal {
                        false => translated.push_str(&format!(r"(?:\{})", slot(digits, *at)?)),
                        true => translated
                            .push_str(&octal(digits).ok_or_else(|| self.cursor.error(*at, "no such group"))?),
                    }
                }
            }
        }
        Ok((translated, self.groups))
    }
}

/// `\101` is `A`; digits that do not belong to the number stand for themselves.
fn octal(digits: &str) -> Option<String> {
    let length = digits.find(|c: char| !matches!(c, '0'..='7')).unwrap_or(digits.len()).min(3);
    let number = u32::from_str_radix(digits.get(..length)?, 8).ok()?;
    let mut text = escaped(char::from_u32(number & 0xFF)?);
    text.push_str(&digits[length..]);
    Some(text)
}

fn escaped(c: char) -> String {
    if r"\.+*?()|[]{}^$".contains(c) { format!(r"\{c}") } else { c.to_string() }
}
