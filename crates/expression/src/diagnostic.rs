//! What can be wrong with an expression, as codes with parameters. Sentences are the message catalogue's.

use std::collections::BTreeMap;

/// A part of the text, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// Whether an expression can be saved with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, but it deserves a look.
    Warning,
}

/// The stable code of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Not the language. Parameters: `expected`, `found`.
    Syntax,
    /// No such function. Parameter: `name`; candidates: nearest names, or the supported equivalent.
    UnknownFunction,
    /// Wrong number of arguments. Parameters: `function`, `given`, `signature`, sometimes `missing`.
    Arity,
    /// No such source attribute. Parameter: `name`.
    UnknownAttribute,
    /// Longer than [`crate::MAX_LENGTH`]. Parameters: `length`, `limit`.
    TooLong,
    /// Nested too deeply. Parameter: `limit`.
    TooDeep,
    /// A regular expression that is none, or that is not supported. Parameters: `function`, `problem`.
    Regex,
    /// Microsoft's lists have the function, but no page says what it does. Parameter: `function`.
    NotEvaluated,
    /// Exists in Entra, but not for provisioning to an application. Parameter: `name`.
    UnsupportedHere,
    /// A literal that the function never takes: whoever gets there fails. Parameters: `function`, `parameter`,
    /// `expected`, `found`.
    Type,
    /// A condition looks at an attribute that may be empty. Parameter: `name`, or `function` where it asks whether a
    /// value is there.
    IifNull,
    /// `Switch` over an attribute, which Microsoft's service may evaluate as empty in an incremental cycle. Parameter:
    /// `name`.
    SwitchDelta,
    /// `Switch` over `IsPresent`, `IsNull` or `IsNullOrEmpty`. Parameter: `function`.
    SwitchIsPresent,
    /// Another value in every cycle. Parameter: `function`.
    Nondeterministic,
    /// Roles, where people are provisioned without an assignment. Parameter: `function`.
    RolesSyncAll,
    /// A change of letter case only, which is not sent. Parameter: `function`.
    CaseOnly,
    /// An empty text as a result, which is not sent.
    NeverClears,
    /// `FormatDateTime` without styles, as it was written in the past.
    OldForm,
    /// A backslash that escapes nothing. Parameter: `found`.
    Escape,
}

impl Code {
    /// All codes.
    pub const ALL: [Self; 19] = [
        Self::Syntax,
        Self::UnknownFunction,
        Self::Arity,
        Self::UnknownAttribute,
        Self::TooLong,
        Self::TooDeep,
        Self::Regex,
        Self::NotEvaluated,
        Self::UnsupportedHere,
        Self::Type,
        Self::IifNull,
        Self::SwitchDelta,
        Self::SwitchIsPresent,
        Self::Nondeterministic,
        Self::RolesSyncAll,
        Self::CaseOnly,
        Self::NeverClears,
        Self::OldForm,
        Self::Escape,
    ];

    /// The code as people and files see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "EXPR-SYNTAX",
            Self::UnknownFunction => "EXPR-UNKNOWN-FUNCTION",
            Self::Arity => "EXPR-ARITY",
            Self::UnknownAttribute => "EXPR-UNKNOWN-ATTRIBUTE",
            Self::TooLong => "EXPR-TOO-LONG",
            Self::TooDeep => "EXPR-TOO-DEEP",
            Self::Regex => "EXPR-REGEX",
            Self::NotEvaluated => "EXPR-NOT-EVALUATED",
            Self::UnsupportedHere => "EXPR-UNSUPPORTED-HERE",
            Self::Type => "EXPR-TYPE",
            Self::IifNull => "EXPR-IIF-NULL",
            Self::SwitchDelta => "EXPR-SWITCH-DELTA",
            Self::SwitchIsPresent => "EXPR-SWITCH-ISPRESENT",
            Self::Nondeterministic => "EXPR-NONDETERMINISTIC",
            Self::RolesSyncAll => "EXPR-ROLES-SYNCALL",
            Self::CaseOnly => "EXPR-CASE-ONLY",
            Self::NeverClears => "EXPR-NEVER-CLEARS",
            Self::OldForm => "EXPR-OLD-FORM",
            Self::Escape => "EXPR-ESCAPE",
        }
    }

    /// How bad it is. What may still give the right value for everybody is a warning: a mapping that Entra runs must
    /// not be refused here.
    pub fn severity(self) -> Severity {
        match self {
            Self::Syntax
            | Self::UnknownFunction
            | Self::Arity
            | Self::UnknownAttribute
            | Self::TooLong
            | Self::TooDeep
            | Self::Regex
            | Self::NotEvaluated
            | Self::UnsupportedHere => Severity::Error,
            Self::Type
            | Self::IifNull
            | Self::SwitchDelta
            | Self::SwitchIsPresent
            | Self::Nondeterministic
            | Self::RolesSyncAll
            | Self::CaseOnly
            | Self::NeverClears
            | Self::OldForm
            | Self::Escape => Severity::Warning,
        }
    }
}

/// One finding, with the place and what would have been right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What.
    pub code: Code,
    /// Where.
    pub span: Span,
    /// Parameters of the sentence.
    pub with: BTreeMap<&'static str, String>,
    /// "Did you mean": best first.
    pub candidates: Vec<String>,
}

impl Diagnostic {
    pub(crate) fn new<const N: usize>(code: Code, span: Span, with: [(&'static str, String); N]) -> Self {
        Self { code, span, with: BTreeMap::from(with), candidates: Vec::new() }
    }

    pub(crate) fn or(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self
    }
}
