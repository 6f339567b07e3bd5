//! Computing the value of an expression for one object.

use jiff::Timestamp;

use crate::arguments::{Arguments, single};
use crate::diagnostic::{Code, Span};
use crate::draw::Draw;
use crate::number;
use crate::pattern::{PatternError, SEARCH_LIMIT};
use crate::syntax::{Comparison, Term, TermKind};
use crate::value::Value;

/// Where attributes come from.
pub trait Inputs {
    /// The value of a source attribute, [`Value::Null`] when the object does not have it. An empty text or list
    /// counts as absent too.
    fn get(&self, name: &str) -> Value<'_>;
}

/// What an evaluation needs besides the object.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The time of day.
    pub now: Timestamp,
    /// How many terms may be computed. An expression of 10,000 characters has fewer than the default.
    pub step_limit: u32,
    /// What `Guid` and `RandomString` draw from: 256 bits that nobody can guess, fresh for every value that is written.
    /// Without them the outcome is a placeholder, see [`Outcome::drawn`].
    pub seed: Option<[u8; 32]>,
}

impl Context {
    /// The default limits at this time of day, and nothing to draw from.
    pub fn at(now: Timestamp) -> Self {
        Self { now, step_limit: 20_000, seed: None }
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<'v> {
    /// The value; null when nothing flows.
    pub value: Value<'v>,
    /// `IgnoreFlowIfNullOrEmpty` took the attribute out of this export.
    pub dropped: bool,
    /// A condition looked at an absent attribute, for which Microsoft's pages contradict each other (register Q-12):
    /// the value is the logical one, and Entra's may differ.
    pub uncertain: bool,
    /// The value came through `Redact`: it flows, but logs, previews and exports show [`REDACTED`] in its place.
    pub redacted: bool,
    /// The value depends on `Guid` or `RandomString` and there was nothing to draw from: in its place stands a text,
    /// the expression that draws it.
    pub drawn: bool,
}

/// What is shown in place of a value of `Redact`.
pub const REDACTED: &str = "[Redact]";

/// How many bytes of values an evaluation may compute in all, so that nested functions cannot blow a value up.
pub const OUTPUT_LIMIT: usize = 1 << 20;

/// The expression has no value for this object. That is a failure of the object, never "no value".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {}..{}: {failure}", span.start, span.end)]
pub struct EvaluationError {
    /// `EXPR-TYPE`, `EXPR-STEPS`, `EXPR-REGEX` or `EXPR-NOT-EVALUATED`.
    pub code: &'static str,
    /// Where in the expression.
    pub span: Span,
    /// Why.
    pub failure: Failure,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// An argument is of the wrong kind.
    #[error("{function} needs {expected}")]
    Type {
        /// The function.
        function: &'static str,
        /// What it needs.
        expected: &'static str,
    },
    /// The step limit was reached.
    #[error("more than {limit} steps")]
    Steps {
        /// The limit.
        limit: u32,
    },
    /// The values on the way became too long.
    #[error("more than {limit} bytes of values")]
    Output {
        /// The limit.
        limit: usize,
    },
    /// A regular expression is wrong, or takes too long to match.
    #[error("{function}: {error}")]
    Pattern {
        /// The function.
        function: &'static str,
        /// What is wrong.
        error: PatternError,
    },
    /// Microsoft's lists have the function, but no page says what it does.
    #[error("{function} cannot be evaluated")]
    NotEvaluated {
        /// The function.
        function: &'static str,
    },
}

/// Why evaluation ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The attribute leaves this export.
    Drop,
    /// Boxed, so that results of functions are as small as their values.
    Failed(Box<EvaluationError>),
}

impl Stop {
    pub(crate) fn failed(code: &'static str, span: Span, failure: Failure) -> Self {
        Self::Failed(Box::new(EvaluationError { code, span, failure }))
    }
}

pub(crate) fn evaluate<'v>(
    root: &'v Term,
    inputs: &'v dyn Inputs,
    context: &'v Context,
) -> Result<Outcome<'v>, EvaluationError> {
    let mut evaluator = Evaluator {
        inputs,
        context,
        steps: 0,
        output: 0,
        searching: SEARCH_LIMIT,
        draws: 0,
        uncertain: false,
        redacted: false,
    };
    let (value, dropped) = match evaluator.term(root) {
        Ok(value) => (value, false),
        Err(Stop::Drop) => (Value::Null, true),
        Err(Stop::Failed(error)) => return Err(*error),
    };
    let drawn = evaluator.draws > 0 && context.seed.is_none() && !value.is_null();
    let value = if drawn { Value::owned(crate::print(root)) } else { value };
    let Evaluator { uncertain, redacted, .. } = evaluator;
    Ok(Outcome { value, dropped, uncertain, redacted, drawn })
}

pub(crate) struct Evaluator<'v> {
    pub inputs: &'v dyn Inputs,
    pub context: &'v Context,
    steps: u32,
    /// Bytes of computed values so far.
    output: usize,
    /// What regular expressions may still cost.
    pub searching: u64,
    /// Random values so far.
    draws: u32,
    pub uncertain: bool,
    pub redacted: bool,
}

impl<'v> Evaluator<'v> {
    pub(crate) fn term(&mut self, term: &'v Term) -> Result<Value<'v>, Stop> {
        self.steps += 1;
        if self.steps > self.context.step_limit {
            let failure = Failure::Steps { limit: self.context.step_limit };
            return Err(Stop::failed("EXPR-STEPS", term.span, failure));
        }
        match &term.kind {
            TermKind::Text(text) => Ok(Value::text(text)),
            TermKind::Integer(number, _) => Ok(Value::Integer(*number)),
            TermKind::Attribute(name) => Ok(self.inputs.get(name).normalized()),
            TermKind::Word(word) => Ok(Value::text(word.as_str())),
            TermKind::Compare(left, comparison, right) => self.compare(left, *comparison, right),
            TermKind::Call(call) => match call.function.body() {
                Some(body) => {
                    let value = body(&mut Arguments { evaluator: self, call, span: term.span })?;
                    self.charge(value.bytes(), term.span)?;
                    Ok(value)
                }
                None => {
                    let function = call.function.name;
                    let failure = Failure::NotEvaluated { function };
                    let code = Code::NotEvaluated.as_str();
                    Err(Stop::failed(code, term.span, failure))
                }
            },
        }
    }

    /// Counts what was computed. Functions that can blow a value up count before they build it.
    pub(crate) fn charge(&mut self, bytes: usize, span: Span) -> Result<(), Stop> {
        self.output = self.output.saturating_add(bytes);
        if self.output > OUTPUT_LIMIT {
            let failure = Failure::Output { limit: OUTPUT_LIMIT };
            return Err(Stop::failed("EXPR-STEPS", span, failure));
        }
        Ok(())
    }

    /// Random bytes for the next value: the same ones only for the same seed and the same expression. Without a seed
    /// they stand for the real ones, so that the functions around them see a value of the right shape.
    pub(crate) fn draw(&mut self) -> Draw {
        self.draws += 1;
        Draw::new(self.context.seed.unwrap_or_default(), self.draws)
    }

    /// Numbers where both sides are numbers, else ordinal texts; case counts (register Q-04).
    fn compare(
        &mut self,
        left: &'v Term,
        comparison: Comparison,
        right: &'v Term,
    ) -> Result<Value<'v>, Stop> {
        let (left_value, right_value) = (self.term(left)?, self.term(right)?);
        self.uncertain |= left_value.is_null() || right_value.is_null();
        let order = match (number::integer(&left_value), number::integer(&right_value)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => {
                let left = single(left_value, "a comparison", left.span)?.unwrap_or_default();
                let right = single(right_value, "a comparison", right.span)?.unwrap_or_default();
                // Ordinal in .NET is by UTF-16 code unit.
                left.encode_utf16().cmp(right.encode_utf16())
            }
        };
        Ok(Value::Boolean(match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
        }))
    }
}
