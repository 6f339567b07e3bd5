//! What can be wrong with a connection file.

use std::fmt;
use std::ops::Range;

use super::sentences::sentence;

/// One thing that is wrong, and where. No value of the file is repeated: it may be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The key, with dots: `source.tenant`, `users.mapping[2].target`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
    /// "Did you mean": best first.
    pub candidates: Vec<String>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not TOML.
    Syntax {
        /// What the TOML reader says; it quotes nothing of the file.
        message: String,
    },
    /// No such key.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey {
        /// What it would hold.
        expected: &'static str,
    },
    /// A value of another kind.
    WrongType {
        /// The kind that is expected.
        expected: &'static str,
        /// The kind that stands there.
        found: &'static str,
    },
    /// A value that does not fit.
    BadValue {
        /// What fits.
        expected: String,
    },
    /// A secret itself, where only a reference may stand.
    PlainSecret,
    /// A mapping that is wrong, or that deserves a look.
    Mapping {
        /// The finding's or diagnostic's code: `duplicate-target`, `EXPR-SYNTAX`, ...
        code: &'static str,
        /// Its parameters, in order of name.
        with: Vec<(&'static str, String)>,
    },
}

impl ProblemKind {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "file-syntax",
            Self::UnknownKey => "file-unknown-key",
            Self::MissingKey { .. } => "file-missing-key",
            Self::WrongType { .. } => "file-wrong-type",
            Self::BadValue { .. } => "file-bad-value",
            Self::PlainSecret => "file-plain-secret",
            Self::Mapping { code, .. } => code,
        }
    }
}

/// The references that a secret may be.
pub(super) const SECRET_REFERENCE: &str = "\"env:USHER_...\", \"file:/absolute/path\" or \"vault\"";

/// `line 3, column 1: ...`; the alternate form leaves the position to whoever shows it apart.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        let key = &self.key;
        match &self.kind {
            ProblemKind::Syntax { message } => write!(f, "this is not TOML: {message}")?,
            ProblemKind::UnknownKey => write!(f, "there is no key `{key}`")?,
            ProblemKind::MissingKey { expected } => write!(f, "`{key}` is missing: {expected}")?,
            ProblemKind::WrongType { expected, found } => {
                write!(f, "`{key}` must be {expected}, not {found}")?
            }
            ProblemKind::BadValue { expected } => write!(f, "`{key}` must be {expected}")?,
            ProblemKind::PlainSecret => write!(
                f,
                "`{key}` must be a reference, never the secret itself: {SECRET_REFERENCE}. Treat a secret that stood \
                 in a file as lost and make a new one"
            )?,
            ProblemKind::Mapping { code, with } => write!(f, "`{key}`: {}", sentence(code, with))?,
        }
        if self.candidates.is_empty() {
            return Ok(());
        }
        let quoted: Vec<String> = self.candidates.iter().map(|candidate| format!("`{candidate}`")).collect();
        write!(f, "; did you mean {}?", quoted.join(" or "))
    }
}

impl std::error::Error for Problem {}

/// Line and column of a byte offset, both from 1, the column in characters.
pub(super) fn position(text: &str, offset: usize) -> (usize, usize) {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Where, inside the TOML source of a text, the byte `decoded` of its value stands: an error in an expression is
/// shown at its place although quotes and escapes take more room in the file.
pub(super) fn inside(source: &str, literal: Range<usize>, decoded: usize) -> usize {
    let Some(raw) = source.get(literal.clone()) else { return literal.start };
    let (quotes, is_basic) = match raw {
        raw if raw.starts_with("\"\"\"") => (3, true),
        raw if raw.starts_with("'''") => (3, false),
        raw => (1, raw.starts_with('"')),
    };
    let mut at = quotes;
    if quotes == 3 {
        // A line break right after the opening quotes does not count.
        at += raw[at..].len()
            - raw[at..].trim_start_matches('\r').strip_prefix('\n').unwrap_or(&raw[at..]).len();
    }
    if !is_basic {
        return literal.start + (at + decoded).min(raw.len());
    }
    let mut value_bytes = 0;
    while value_bytes < decoded && at < raw.len() {
        let (taken, made) = unit(&raw[at..]);
        at += taken;
        value_bytes += made;
    }
    literal.start + at.min(raw.len())
}

/// One character of a basic TOML string: bytes in the file, bytes in the value.
fn unit(raw: &str) -> (usize, usize) {
    let mut characters = raw.chars();
    let first = characters.next().unwrap_or_default();
    if first != '\\' {
        return (first.len_utf8(), first.len_utf8());
    }
    let digits = match characters.next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) if c.is_whitespace() => return (raw.len() - raw[1..].trim_start().len(), 0),
        _ => return (2, 1),
    };
    let code = raw.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
}
