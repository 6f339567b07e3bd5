//! The decision about one object, and how it came about.

use std::fmt;

use usher_expression::{Inputs, Pattern, PatternError, Value};

use super::{Clause, Filter, Group, Operands, Operator, SourceType};

/// The decision, with everything that it was made from: words are the hosts' business.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict<'v> {
    /// Whether the object passes.
    pub in_scope: bool,
    /// What each filter said; empty when there is none.
    pub because: Vec<GroupResult<'v>>,
}

/// What one filter said.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupResult<'v> {
    /// Its title.
    pub title: &'v str,
    /// Whether all of its clauses hold.
    pub passed: bool,
    /// Each clause.
    pub clauses: Vec<ClauseResult<'v>>,
}

/// What one clause said.
#[derive(Debug, Clone, PartialEq)]
pub struct ClauseResult<'v> {
    /// The source attribute.
    pub attribute: &'v str,
    /// The operator.
    pub operator: Operator,
    /// What it was compared with.
    pub values: &'v [String],
    /// The object's own value.
    pub value: Value<'v>,
    /// Whether it holds.
    pub passed: bool,
}

/// A filter could not be evaluated for this object. That is a failure of the object, never "out of scope".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{attribute} {operator}: {failure}")]
pub struct FilterError {
    /// The filter's title.
    pub title: String,
    /// The source attribute.
    pub attribute: String,
    /// The operator.
    pub operator: Operator,
    /// Why.
    pub failure: FilterFailure,
}

/// Why a clause has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterFailure {
    /// A pattern did not come to an end within its limits.
    #[error("{0}")]
    Pattern(PatternError),
    /// The operator does not work on a value of this type.
    #[error("the value is of the type {}", .found.as_str())]
    WrongType {
        /// The type of the object's value.
        found: SourceType,
    },
    /// The attribute has several values.
    #[error("the attribute has several values")]
    SeveralValues,
}

impl FilterFailure {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pattern(_) => "FILTER-STEPS",
            Self::WrongType { .. } => "FILTER-TYPE",
            Self::SeveralValues => "FILTER-SEVERAL-VALUES",
        }
    }
}

impl Filter {
    /// Whether the object passes, and why.
    ///
    /// Every clause is evaluated, and one that fails makes the whole a failure, also where the others would decide: what
    /// an administrator has to mend is then seen, whatever the order of the clauses.
    pub fn evaluate<'v>(&'v self, inputs: &'v dyn Inputs) -> Result<Verdict<'v>, FilterError> {
        let because: Vec<_> =
            self.groups.iter().map(|group| group.evaluate(inputs)).collect::<Result<_, _>>()?;
        let in_scope = self.groups.is_empty() || because.iter().any(|group| group.passed);
        Ok(Verdict { in_scope, because })
    }
}

impl Group {
    fn evaluate<'v>(&'v self, inputs: &'v dyn Inputs) -> Result<GroupResult<'v>, FilterError> {
        let result = |clause: &'v Clause| {
            let value = inputs.get(&clause.attribute);
            let passed = clause.holds(&value).map_err(|failure| FilterError {
                title: self.title.clone(),
                attribute: clause.attribute.clone(),
                operator: clause.operator,
                failure,
            })?;
            let (attribute, operator, values) = (&*clause.attribute, clause.operator, &*clause.values);
            Ok(ClauseResult { attribute, operator, values, value, passed })
        };
        let clauses: Vec<_> = self.clauses.iter().map(result).collect::<Result<_, _>>()?;
        let passed = clauses.iter().all(|clause| clause.passed);
        Ok(GroupResult { title: &self.title, passed, clauses })
    }
}

impl Clause {
    fn holds(&self, value: &Value<'_>) -> Result<bool, FilterFailure> {
        // "If the value is null or empty, the clause is false", whatever the operator but the one that asks for it.
        if value.is_null_or_empty() {
            return Ok(self.operator == Operator::IsNull);
        }
        let found = match value {
            Value::Null | Value::Text(_) => SourceType::Text,
            Value::Integer(_) => SourceType::Integer,
            Value::Boolean(_) => SourceType::Boolean,
            Value::DateTime(_) => SourceType::DateTime,
            Value::Multi(_) => return Err(FilterFailure::SeveralValues),
        };
        if !self.operator.accepts(found) {
            return Err(FilterFailure::WrongType { found });
        }
        match (self.operator, value) {
            (Operator::IsTrue, value) => Ok(*value == Value::Boolean(true)),
            (Operator::IsFalse, value) => Ok(*value == Value::Boolean(false)),
            (Operator::IsNull, _) => Ok(false),
            (Operator::IsNotNull, _) => Ok(true),
            (operator, value) => self.compared(operator, value),
        }
    }

    fn compared(&self, operator: Operator, value: &Value<'_>) -> Result<bool, FilterFailure> {
        let text = value.clone().into_text().unwrap_or_default();
        let text = &*text;
        let any = |holds: &dyn Fn(&str) -> bool| self.values.iter().any(|operand| holds(operand));
        let found = match (&self.operands, operator, value) {
            (Operands::Integers(operands), Operator::GreaterThan, Value::Integer(number)) => {
                operands.iter().any(|operand| number > operand)
            }
            (Operands::Integers(operands), _, Value::Integer(number)) => {
                operands.iter().any(|operand| number >= operand)
            }
            (Operands::Patterns(patterns), ..) => any_matches(patterns, text)?,
            (_, Operator::Equals | Operator::NotEquals, Value::Integer(number)) => {
                any(&|operand| operand.parse() == Ok(*number))
            }
            (_, Operator::Equals | Operator::NotEquals, _) => any(&|operand| operand == text),
            (_, Operator::Includes, _) => any(&|operand| text.contains(operand)),
            (_, Operator::EndsWith, _) => any(&|operand| ends_with(text, operand)),
            (_, Operator::Within | Operator::NotWithin, _) => any(&|operand| within(text, operand)),
            _ => false,
        };
        Ok(combined(operator, found))
    }
}

/// Register Q-25: of several values any one suffices, and for an operator that says "not" all of them must fail.
fn combined(operator: Operator, any: bool) -> bool {
    any != operator.is_negative()
}

/// Register Q-23: both published examples only hold when the pattern has to match the whole value.
fn any_matches(patterns: &[Pattern], text: &str) -> Result<bool, FilterFailure> {
    let mut any = false;
    for pattern in patterns {
        any |= pattern.is_match_whole(text).map_err(FilterFailure::Pattern)?;
    }
    Ok(any)
}

/// Register Q-21: case counts, as for every other operator.
fn ends_with(text: &str, operand: &str) -> bool {
    text.ends_with(operand)
}

/// Register Q-22: the object's value occurs in the configured text, letter by letter.
fn within(text: &str, configured: &str) -> bool {
    configured.contains(text)
}

impl<'v> Verdict<'v> {
    /// The clause that decided: of a filter that passed none; of those that did not, the first clause that failed in the
    /// one that came nearest to passing.
    #[must_use]
    pub fn decisive(&self) -> Option<(&GroupResult<'v>, &ClauseResult<'v>)> {
        if self.in_scope {
            return None;
        }
        let failed = |group: &&GroupResult<'v>| group.clauses.iter().filter(|clause| !clause.passed).count();
        let nearest = self.because.iter().min_by_key(failed)?;
        Some((nearest, nearest.clauses.iter().find(|clause| !clause.passed)?))
    }

    /// The filter that lets the object in; none without filters.
    #[must_use]
    pub fn passed_by(&self) -> Option<&GroupResult<'v>> {
        self.because.iter().find(|group| group.passed)
    }
}

impl GroupResult<'_> {
    /// The clauses as Microsoft's provisioning log names them, each with its result (`ScopeEvaluationResult`).
    pub fn log_keys(&self) -> impl Iterator<Item = (String, bool)> {
        self.clauses.iter().map(|clause| (format!("{}.{clause}", self.title), clause.passed))
    }
}

impl ClauseResult<'_> {
    /// The configured values in one text.
    #[must_use]
    pub fn wanted(&self) -> String {
        self.values.join(", ")
    }

    /// The object's value as text; empty when it has none.
    #[must_use]
    pub fn actual(&self) -> String {
        match &self.value {
            Value::Multi(values) => values.join(", "),
            value => value.clone().into_text().unwrap_or_default().into_owned(),
        }
    }
}

/// `department EQUALS 'Sales'`.
impl fmt::Display for ClauseResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.attribute, self.operator)?;
        if self.values.is_empty() {
            return Ok(());
        }
        write!(f, " '{}'", self.values.join("', '"))
    }
}
