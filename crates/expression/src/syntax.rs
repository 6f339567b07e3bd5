//! The syntax tree.

use std::sync::{Arc, OnceLock};

use crate::catalogue::Function;
use crate::diagnostic::Span;
use crate::pattern::{Pattern, PatternError};

/// A part of an expression and where it stands.
#[derive(Debug, Clone)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Where it stands.
    pub span: Span,
}

/// What a term is.
#[derive(Debug, Clone)]
pub enum TermKind {
    /// `"text"`.
    Text(String),
    /// `12`, `-1`, `&HFF`.
    Integer(i64, Radix),
    /// `[name]`.
    Attribute(String),
    /// A bare word of a fixed list.
    Word(Word),
    /// `Name(argument, ...)`.
    Call(Call),
    /// `left op right`, only in a condition.
    Compare(Box<Term>, Comparison, Box<Term>),
}

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Radix {
    /// `255`.
    Decimal,
    /// `&HFF`.
    Hexadecimal,
}

/// Bare words that InStr takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// `vbTextCompare`: case does not count.
    TextCompare,
    /// `vbBinaryCompare`: case counts.
    BinaryCompare,
}

impl Word {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextCompare => "vbTextCompare",
            Self::BinaryCompare => "vbBinaryCompare",
        }
    }
}

/// A comparison in a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the six operators")]
pub enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

/// A function with its arguments.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// The arguments in order.
    pub arguments: Vec<Argument>,
    /// The regular expression among them, where it is a literal: compiled when it is first needed, then kept.
    pattern: OnceLock<Arc<Result<Pattern, PatternError>>>,
}

impl Call {
    pub(crate) fn new(function: &'static Function, arguments: Vec<Argument>) -> Self {
        Self { function, arguments, pattern: OnceLock::new() }
    }

    /// The compiled form of `literal`, the only literal regular expression of this call.
    pub(crate) fn compiled(&self, literal: &str) -> &Result<Pattern, PatternError> {
        self.pattern.get_or_init(|| Arc::new(Pattern::compile(literal)))
    }
}

/// One position of a call.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The argument; absent where nothing stands between two commas, which differs from `""`.
    pub term: Option<Term>,
    /// Where it stands.
    pub span: Span,
}
