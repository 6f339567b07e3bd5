//! Text to tokens.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Comparison, Radix};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Text(String),
    Integer(i64, Radix),
    Attribute(String),
    Compare(Comparison),
    Open,
    Close,
    Comma,
    /// Something that was reported already.
    Bad,
    End,
}

/// What a text consists of.
pub(crate) struct Tokens {
    /// All tokens with their places, the last one [`Token::End`].
    pub tokens: Vec<(Token, Span)>,
    /// What could not be read.
    pub errors: Vec<Diagnostic>,
    /// What was read and deserves a look.
    pub warnings: Vec<Diagnostic>,
}

/// Reads everything, whatever is wrong.
pub(crate) fn tokens(text: &str) -> Tokens {
    let mut tokens = Vec::new();
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let mut at = 0;
    loop {
        at = text.len() - text[at..].trim_start().len();
        if at == text.len() {
            tokens.push((Token::End, Span { start: at, end: at }));
            return Tokens { tokens, errors, warnings };
        }
        let (token, length, problem) = token(&text[at..]);
        let span = Span { start: at, end: at + length };
        if let Some(expected) = problem {
            let found = excerpt(&text[span.start..span.end]);
            let with = [("expected", expected.to_owned()), ("found", found)];
            errors.push(Diagnostic::new(Code::Syntax, span, with));
        }
        if matches!(token, Token::Text(_)) {
            warnings.extend(stray_escape(text, span));
        }
        tokens.push((token, span));
        at = span.end;
    }
}

/// A short form of a piece of text for a message.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The token at the start of `rest`, its length, and what was expected when it is bad.
fn token(rest: &str) -> (Token, usize, Option<&'static str>) {
    let fixed = [
        ("<>", Token::Compare(Comparison::NotEqual)),
        (">=", Token::Compare(Comparison::GreaterOrEqual)),
        ("<=", Token::Compare(Comparison::LessOrEqual)),
        (">", Token::Compare(Comparison::Greater)),
        ("<", Token::Compare(Comparison::Less)),
        ("=", Token::Compare(Comparison::Equal)),
        ("(", Token::Open),
        (")", Token::Close),
        (",", Token::Comma),
    ];
    if let Some((text, token)) = fixed.into_iter().find(|(text, _)| rest.starts_with(text)) {
        return (token, text.len(), None);
    }
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '"' => quoted(rest),
        '[' => attribute(rest),
        '\'' => match rest[1..].find(['\'', ',', ')']) {
            // Single quotes do not delimit text; taking the whole piece spares a dozen follow-up errors.
            Some(end) if rest[1 + end..].starts_with('\'') => (Token::Bad, end + 2, Some("double-quotes")),
            _ => (Token::Bad, 1, Some("double-quotes")),
        },
        '-' | '0'..='9' | '&' => number(rest),
        c if c.is_alphabetic() => {
            let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            (Token::Name(rest[..length].to_owned()), length, None)
        }
        c => (Token::Bad, c.len_utf8(), Some("operand")),
    }
}

/// The first backslash in a quoted text that escapes nothing (register Q-01: it is kept).
fn stray_escape(text: &str, quoted: Span) -> Option<Diagnostic> {
    let mut characters = text[quoted.start..quoted.end].char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '\\' {
            continue;
        }
        if let Some((end, other)) = characters.next()
            && !ESCAPED.contains(&other)
        {
            let (start, end) = (quoted.start + at, quoted.start + end + other.len_utf8());
            let with = [("found", text[start..end].to_owned())];
            return Some(Diagnostic::new(Code::Escape, Span { start, end }, with));
        }
    }
    None
}

/// Register Q-01: backslash escapes these. Before any other character both are kept: a published expression relies on
/// it.
const ESCAPED: [char; 2] = ['"', '\\'];

/// A text and its closing quote.
fn quoted(rest: &str) -> (Token, usize, Option<&'static str>) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (Token::Text(text), at + 1, None),
            '\\' => match characters.next() {
                Some((_, escaped)) if ESCAPED.contains(&escaped) => text.push(escaped),
                Some((_, other)) => text.extend(['\\', other]),
                None => break,
            },
            c => text.push(c),
        }
    }
    (Token::Bad, rest.len(), Some("closing-quote"))
}

/// A name is everything up to the next `]`.
fn attribute(rest: &str) -> (Token, usize, Option<&'static str>) {
    match rest.find(']') {
        Some(end) if rest[1..end].trim().is_empty() => (Token::Bad, end + 1, Some("attribute-name")),
        Some(end) => (Token::Attribute(rest[1..end].to_owned()), end + 1, None),
        None => (Token::Bad, rest.len(), Some("closing-bracket")),
    }
}

fn number(rest: &str) -> (Token, usize, Option<&'static str>) {
    let hexadecimal = rest.strip_prefix("&H").or_else(|| rest.strip_prefix("&h"));
    if let Some(digits) = hexadecimal {
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        return match u64::from_str_radix(&digits[..length], 16) {
            // Two's complement, as .NET reads a 64-bit hexadecimal literal.
            Ok(bits) => (Token::Integer(bits.cast_signed(), Radix::Hexadecimal), 2 + length, None),
            Err(_) => (Token::Bad, 2 + length, Some("64-bit-number")),
        };
    }
    let unsigned = rest.strip_prefix('-').unwrap_or(rest);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
    let length = rest.len() - unsigned.len() + digits;
    if digits == 0 {
        return (Token::Bad, 1, Some("operand"));
    }
    match rest[..length].parse() {
        Ok(number) => (Token::Integer(number, Radix::Decimal), length, None),
        Err(_) => (Token::Bad, length, Some("64-bit-number")),
    }
}
