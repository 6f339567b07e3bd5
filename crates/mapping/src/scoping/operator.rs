//! The operators, on which types they work and how many values they take.

use std::fmt;

use super::attribute::SourceType;

/// An operator of a clause (Graph: `operatorName`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// Exactly the value.
    Equals,
    /// Anything else.
    NotEquals,
    /// The Boolean true.
    IsTrue,
    /// The Boolean false.
    IsFalse,
    /// Absent or empty.
    IsNull,
    /// Neither.
    IsNotNull,
    /// The whole value matches the pattern.
    RegexMatch,
    /// It does not.
    NotRegexMatch,
    /// A larger integer.
    GreaterThan,
    /// A larger integer, or the same.
    GreaterThanOrEquals,
    /// The value is a part of it.
    Includes,
    /// It ends so.
    EndsWith,
    /// It is a part of the configured text.
    Within,
    /// It is not.
    NotWithin,
}

impl Operator {
    /// Every operator, in the order of Microsoft's page.
    pub const ALL: [Self; 14] = [
        Self::Equals,
        Self::NotEquals,
        Self::IsTrue,
        Self::IsFalse,
        Self::IsNull,
        Self::IsNotNull,
        Self::RegexMatch,
        Self::NotRegexMatch,
        Self::GreaterThan,
        Self::GreaterThanOrEquals,
        Self::Includes,
        Self::EndsWith,
        Self::Within,
        Self::NotWithin,
    ];

    /// The spelling of the synchronization schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "EQUALS",
            Self::NotEquals => "NOT EQUALS",
            Self::IsTrue => "IS TRUE",
            Self::IsFalse => "IS FALSE",
            Self::IsNull => "IS NULL",
            Self::IsNotNull => "IS NOT NULL",
            Self::RegexMatch => "REGEX MATCH",
            Self::NotRegexMatch => "NOT REGEX MATCH",
            Self::GreaterThan => "Greater_Than",
            Self::GreaterThanOrEquals => "Greater_Than_OR_EQUALS",
            Self::Includes => "Includes",
            Self::EndsWith => "ENDS_WITH",
            Self::Within => "&",
            Self::NotWithin => "!&",
        }
    }

    /// One word, by which sentences choose theirs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "not-equals",
            Self::IsTrue => "is-true",
            Self::IsFalse => "is-false",
            Self::IsNull => "is-null",
            Self::IsNotNull => "is-not-null",
            Self::RegexMatch => "regex-match",
            Self::NotRegexMatch => "not-regex-match",
            Self::GreaterThan => "greater-than",
            Self::GreaterThanOrEquals => "greater-than-or-equals",
            Self::Includes => "includes",
            Self::EndsWith => "ends-with",
            Self::Within => "within",
            Self::NotWithin => "not-within",
        }
    }

    /// Register Q-26: imported schemas differ in case from Microsoft's page, so case does not count.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether it works on values of this type.
    #[must_use]
    pub fn accepts(self, kind: SourceType) -> bool {
        match self {
            Self::IsNull | Self::IsNotNull => true,
            Self::IsTrue | Self::IsFalse => kind == SourceType::Boolean,
            Self::Equals | Self::NotEquals | Self::RegexMatch | Self::NotRegexMatch => {
                matches!(kind, SourceType::Text | SourceType::Integer)
            }
            Self::GreaterThan | Self::GreaterThanOrEquals => kind == SourceType::Integer,
            Self::Includes | Self::EndsWith | Self::Within | Self::NotWithin => kind == SourceType::Text,
        }
    }

    /// Whether it stands alone, without a value to compare with.
    #[must_use]
    pub fn is_unary(self) -> bool {
        matches!(self, Self::IsTrue | Self::IsFalse | Self::IsNull | Self::IsNotNull)
    }

    /// Whether an administrator reads it as "everyone but": such a clause is false for an empty attribute all the same.
    #[must_use]
    pub fn is_negative(self) -> bool {
        matches!(self, Self::NotEquals | Self::NotRegexMatch | Self::NotWithin)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
