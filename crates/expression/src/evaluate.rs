//! Computing the value of an expression for one object.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::diagnostic::{Code, Span};
use crate::number;
use crate::syntax::{Call, Comparison, Term, TermKind};
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
}

impl Context {
    /// The default limits at this time of day.
    pub fn at(now: Timestamp) -> Self {
        Self { now, step_limit: 20_000 }
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
}

/// The expression has no value for this object. That is a failure of the object, never "no value".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {}..{}: {failure}", span.start, span.end)]
pub struct EvaluationError {
    /// `EXPR-TYPE`, `EXPR-STEPS` or `EXPR-NOT-EVALUATED`.
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
    /// Entra has the function, this version cannot evaluate it.
    #[error("{function} cannot be evaluated yet")]
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
    Failed(EvaluationError),
}

pub(crate) fn evaluate<'v>(
    root: &'v Term,
    inputs: &'v dyn Inputs,
    context: &'v Context,
) -> Result<Outcome<'v>, EvaluationError> {
    let mut evaluator = Evaluator { inputs, context, steps: 0, uncertain: false };
    match evaluator.term(root) {
        Ok(value) => Ok(Outcome { value, dropped: false, uncertain: evaluator.uncertain }),
        Err(Stop::Drop) => Ok(Outcome { value: Value::Null, dropped: true, uncertain: evaluator.uncertain }),
        Err(Stop::Failed(error)) => Err(error),
    }
}

pub(crate) struct Evaluator<'v> {
    inputs: &'v dyn Inputs,
    context: &'v Context,
    steps: u32,
    uncertain: bool,
}

impl<'v> Evaluator<'v> {
    fn term(&mut self, term: &'v Term) -> Result<Value<'v>, Stop> {
        self.steps += 1;
        if self.steps > self.context.step_limit {
            let failure = Failure::Steps { limit: self.context.step_limit };
            return Err(Stop::Failed(EvaluationError { code: "EXPR-STEPS", span: term.span, failure }));
        }
        match &term.kind {
            TermKind::Text(text) => Ok(Value::text(text)),
            TermKind::Integer(number, _) => Ok(Value::Integer(*number)),
            TermKind::Attribute(name) => Ok(self.inputs.get(name).normalized()),
            TermKind::Word(word) => Ok(Value::text(word.as_str())),
            TermKind::Compare(left, comparison, right) => self.compare(left, *comparison, right),
            TermKind::Call(call) => match call.function.body() {
                Some(body) => body(&mut Arguments { evaluator: self, call, span: term.span }),
                None => {
                    let function = call.function.name;
                    let failure = Failure::NotEvaluated { function };
                    let code = Code::NotEvaluated.as_str();
                    Err(Stop::Failed(EvaluationError { code, span: term.span, failure }))
                }
            },
        }
    }

    /// Numbers where both sides are numbers, else ordinal texts; case counts (register Q-04).
    fn compare(
        &mut self,
        left: &'v Term,
        comparison: Comparison,
        right: &'v Term,
    ) -> Result<Value<'v>, Stop> {
        let (left_value, right_value) = (self.term(left)?, self.term(right)?);
        self.uncertain |= left_value == Value::Null || right_value == Value::Null;
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

/// The arguments of one call, computed when they are asked for: branches that are not taken are never computed.
pub(crate) struct Arguments<'a, 'v> {
    evaluator: &'a mut Evaluator<'v>,
    call: &'v Call,
    span: Span,
}

impl<'v> Arguments<'_, 'v> {
    pub(crate) fn count(&self) -> usize {
        self.call.arguments.len()
    }

    /// The value of an argument; null where it is left out.
    pub(crate) fn value(&mut self, at: usize) -> Result<Value<'v>, Stop> {
        let call = self.call;
        match call.arguments.get(at).and_then(|argument| argument.term.as_ref()) {
            Some(term) => self.evaluator.term(term),
            None => Ok(Value::Null),
        }
    }

    /// The text form of an argument, absent when it is null. Several values are an error.
    pub(crate) fn text(&mut self, at: usize) -> Result<Option<Cow<'v, str>>, Stop> {
        let value = self.value(at)?;
        single(value, self.call.function.name, self.argument_span(at))
    }

    /// The condition of an IIF.
    pub(crate) fn condition(&mut self, at: usize) -> Result<bool, Stop> {
        match self.value(at)? {
            Value::Boolean(truth) => Ok(truth),
            value => {
                let text = value.into_text();
                match text.as_deref() {
                    Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
                    Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
                    _ => Err(self.refuse(at, "a condition that is true or false")),
                }
            }
        }
    }

    /// Notes that an absent value decided a condition.
    pub(crate) fn mark_uncertain(&mut self) {
        self.evaluator.uncertain = true;
    }

    /// A type error at an argument.
    pub(crate) fn refuse(&self, at: usize, expected: &'static str) -> Stop {
        type_error(self.call.function.name, expected, self.argument_span(at))
    }

    fn argument_span(&self, at: usize) -> Span {
        self.call.arguments.get(at).map_or(self.span, |argument| argument.span)
    }
}

fn type_error(function: &'static str, expected: &'static str, span: Span) -> Stop {
    let failure = Failure::Type { function, expected };
    Stop::Failed(EvaluationError { code: "EXPR-TYPE", span, failure })
}

fn single<'v>(value: Value<'v>, function: &'static str, span: Span) -> Result<Option<Cow<'v, str>>, Stop> {
    let is_several = matches!(&value, Value::Multi(values) if values.len() > 1);
    if is_several {
        return Err(type_error(function, "a single value", span));
    }
    Ok(value.into_text())
}
