//! What is wrong, or worth a look, in a mapping.

use std::collections::BTreeMap;

use usher_expression::{Diagnostic, Span};

/// Whether a mapping can be used with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot: nothing may be planned with this mapping.
    Error,
    /// It can.
    Warning,
    /// It can; that is how Entra works, and good to know. Only [`crate::lint`] gives notes.
    Note,
}

/// The stable code of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingCode {
    /// The target is no attribute path. Parameters: `target`, `position`, `expected`.
    BadPath,
    /// The service provider has no such attribute. Parameter: `target`.
    UnknownTarget,
    /// Only the service provider writes it. Parameter: `target`.
    ReadOnlyTarget,
    /// Two rows write it. Parameters: `target`, `first` (number of the first row, from 1).
    DuplicateTarget,
    /// A required attribute has no row. Parameter: `target`.
    RequiredTargetUnmapped,
    /// Entra has no such attribute. Parameter: `name`.
    UnknownSource,
    /// The expression is wrong. Parameter: `diagnostic`, and those of the diagnostic.
    Expression,
    /// A default value does not fit the target's type. Parameter: `target`.
    DefaultDoesNotFit,
    /// No row is a matching attribute.
    NoMatch,
    /// The service provider cannot search by this matching attribute. Parameter: `target`.
    MatchNotFilterable,
    /// A matching attribute comes through `Redact`: whoever is looked up by it would be named in requests and in the
    /// log. Parameter: `target`.
    RedactedMatch,
    /// `active` comes through `Redact`: a plan has to show who loses access. Parameter: `target`.
    RedactedActive,
    /// Two rows have the same matching precedence. Parameters: `target`, `precedence`.
    DuplicatePrecedence,
    /// `active` has no row: nobody is ever disabled.
    NeverDisables,
    /// An imported job has input filters, which Usher keeps and does not evaluate. Parameter: `filters` (how many).
    InputFilterNotEvaluated,
    /// A scoping filter has no clauses. Parameters: `filter` (its number, from 1), `title`.
    FilterWithoutClauses,
    /// Entra has no such operator. Parameters of all that follow: `filter`, `clause` (from 1), `title`, `attribute`,
    /// `operator`.
    FilterUnknownOperator,
    /// Entra has no such attribute.
    FilterUnknownAttribute,
    /// Entra takes no filter on this attribute.
    FilterNotFilterable,
    /// The operator does not work on the attribute's type. Parameter: `type`.
    FilterOperatorNotForType,
    /// A value where there must be none, or none where there must be one. Parameter: `given` (`some` or `none`).
    FilterValueCount,
    /// The value is no integer of 0 or more. Parameter: `value`.
    FilterNotInteger,
    /// The pattern does not compile. Parameters: `value`, `error`.
    FilterBadPattern,
    /// Whoever has no value is left out too.
    FilterLeavesOutEmpty,
    /// The service provider has no objects of this kind.
    ObjectsUnsupported,
    /// The row's flow type cannot be followed: an unknown word, or values that are only added where there is one value
    /// or a reference. Parameters: `target`, `flowType`.
    FlowTypeUnsupported,
    /// The name of the administrator's own attribute is not in the form that Entra asks for. Parameters: `target`,
    /// `example`.
    CustomName,
    /// The administrator's own list has it twice, or it is known anyway. Parameter: `target`.
    CustomTwice,
    /// Entra takes no attribute of one's own like this. Parameters: `target`, `type`.
    CustomUnsupported,
    /// The default value can never be used: the source always has a value. Parameter: `target`.
    DefaultNeverUsed,
    /// References have no default value. Parameter: `target`.
    DefaultOnReference,
    /// The row never writes anything. Parameter: `target`.
    RowDoesNothing,
    /// Everybody would match the same account. Parameter: `target`.
    MatchConstant,
    /// Two selectors can mean the same element of a list. Parameters: `target`, `first` (number of the first row).
    SelectorsOverlap,
    /// What is cleared in Entra stays at the service provider. Parameters: `targets` (with commas), `count`.
    NullNeverClears,
    /// The job writes these again each cycle; Usher writes what differs. Parameters: `targets`, `count`.
    FlowAlwaysKept,
}

impl FindingCode {
    /// The code as people and files see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadPath => "bad-path",
            Self::UnknownTarget => "unknown-target",
            Self::ReadOnlyTarget => "read-only-target",
            Self::DuplicateTarget => "duplicate-target",
            Self::RequiredTargetUnmapped => "required-target-unmapped",
            Self::UnknownSource => "unknown-source",
            Self::Expression => "expression",
            Self::DefaultDoesNotFit => "default-does-not-fit",
            Self::NoMatch => "no-match",
            Self::MatchNotFilterable => "match-not-filterable",
            Self::RedactedMatch => "redacted-match",
            Self::RedactedActive => "redacted-active",
            Self::DuplicatePrecedence => "duplicate-precedence",
            Self::NeverDisables => "never-disables",
            Self::InputFilterNotEvaluated => "input-filter-not-evaluated",
            Self::FilterWithoutClauses => "filter-without-clauses",
            Self::FilterUnknownOperator => "filter-unknown-operator",
            Self::FilterUnknownAttribute => "filter-unknown-attribute",
            Self::FilterNotFilterable => "filter-not-filterable",
            Self::FilterOperatorNotForType => "filter-operator-not-for-type",
            Self::FilterValueCount => "filter-value-count",
            Self::FilterNotInteger => "filter-not-integer",
            Self::FilterBadPattern => "filter-bad-pattern",
            Self::FilterLeavesOutEmpty => "filter-leaves-out-empty",
            Self::ObjectsUnsupported => "objects-unsupported",
            Self::FlowTypeUnsupported => "flow-type-unsupported",
            Self::CustomName => "custom-name",
            Self::CustomTwice => "custom-twice",
            Self::CustomUnsupported => "custom-unsupported",
            Self::DefaultNeverUsed => "default-never-used",
            Self::DefaultOnReference => "default-on-reference",
            Self::RowDoesNothing => "row-does-nothing",
            Self::MatchConstant => "match-constant",
            Self::SelectorsOverlap => "selectors-overlap",
            Self::NullNeverClears => "null-never-clears",
            Self::FlowAlwaysKept => "flow-always-kept",
        }
    }
}

/// A clause of a scoping filter, or a filter as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClausePlace {
    /// The filter's number, from 0.
    pub filter: usize,
    /// The clause's number in it, from 0.
    pub clause: Option<usize>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// What.
    pub code: FindingCode,
    /// Which row, from 0; absent where the whole table is meant.
    pub row: Option<usize>,
    /// Which scoping filter, where one is meant.
    pub clause: Option<ClausePlace>,
    /// Where inside the expression.
    pub span: Option<Span>,
    /// Parameters of the sentence.
    pub with: BTreeMap<&'static str, String>,
    /// "Did you mean": best first.
    pub candidates: Vec<String>,
}

impl Finding {
    pub(crate) fn error<const N: usize>(
        code: FindingCode,
        row: Option<usize>,
        with: [(&'static str, String); N],
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            row,
            clause: None,
            span: None,
            with: BTreeMap::from(with),
            candidates: Vec::new(),
        }
    }

    pub(crate) fn warning<const N: usize>(
        code: FindingCode,
        row: Option<usize>,
        with: [(&'static str, String); N],
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, row, with) }
    }

    pub(crate) fn note<const N: usize>(code: FindingCode, with: [(&'static str, String); N]) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, None, with) }
    }

    pub(crate) fn or(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self
    }

    pub(crate) fn expression(row: usize, diagnostic: Diagnostic) -> Self {
        let mut finding = Self::error(FindingCode::Expression, Some(row), []);
        finding.severity = match diagnostic.code.severity() {
            usher_expression::Severity::Error => Severity::Error,
            usher_expression::Severity::Warning => Severity::Warning,
        };
        finding.with = diagnostic.with;
        finding.with.insert("diagnostic", diagnostic.code.as_str().to_owned());
        finding.span = Some(diagnostic.span);
        finding.candidates = diagnostic.candidates;
        finding
    }
}
