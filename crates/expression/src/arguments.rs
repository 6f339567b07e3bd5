//! What a function sees of its call.

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::diagnostic::Span;
use crate::draw::Draw;
use crate::evaluate::{Evaluator, Failure, Stop};
use crate::functions::dates;
use crate::number;
use crate::pattern::{COMPILE_COST, Pattern, PatternError};
use crate::syntax::{Call, TermKind};
use crate::value::Value;

/// The arguments of one call, computed when they are asked for: branches that are not taken are never computed.
pub(crate) struct Arguments<'a, 'v> {
    pub evaluator: &'a mut Evaluator<'v>,
    pub call: &'v Call,
    pub span: Span,
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

    /// Whether something stands there; `""` does.
    pub(crate) fn is_given(&self, at: usize) -> bool {
        self.call.arguments.get(at).is_some_and(|argument| argument.term.is_some())
    }

    /// A whole number, also as a text; absent when it is null.
    pub(crate) fn integer(&mut self, at: usize) -> Result<Option<i64>, Stop> {
        match self.value(at)? {
            Value::Null => Ok(None),
            value => number::integer(&value).map(Some).ok_or_else(|| self.refuse(at, "a whole number")),
        }
    }

    /// A point in time, also as a text in one of the forms that `CDate` takes; absent when it is null.
    pub(crate) fn date(&mut self, at: usize) -> Result<Option<DateTime>, Stop> {
        match self.value(at)? {
            Value::Null => Ok(None),
            Value::DateTime(instant) => Ok(Some(instant)),
            value => {
                let text =
                    single(value, self.call.function.name, self.argument_span(at))?.unwrap_or_default();
                dates::parse(&text, self.now()).map(Some).ok_or_else(|| self.refuse(at, "a date and time"))
            }
        }
    }

    /// The values of an argument, in order; none when it is null.
    pub(crate) fn values(&mut self, at: usize) -> Result<Vec<Cow<'v, str>>, Stop> {
        Ok(match self.value(at)? {
            Value::Multi(values) => values,
            value => value.into_text().into_iter().collect(),
        })
    }

    /// The regular expression of an argument; absent when it is null. A literal one is compiled only once.
    pub(crate) fn pattern(&mut self, at: usize) -> Result<Option<Cow<'v, Pattern>>, Stop> {
        let call = self.call;
        let term = call.arguments.get(at).and_then(|argument| argument.term.as_ref());
        let compiled = match term.map(|term| &term.kind) {
            Some(TermKind::Text(text)) => {
                call.compiled(text).as_ref().map(Cow::Borrowed).map_err(Clone::clone)
            }
            _ => match self.text(at)? {
                Some(text) => match self.evaluator.searching.checked_sub(COMPILE_COST) {
                    Some(left) => {
                        self.evaluator.searching = left;
                        Pattern::compile(&text).map(Cow::Owned)
                    }
                    None => Err(PatternError::TooCostly),
                },
                None => return Ok(None),
            },
        };
        compiled.map(Some).map_err(|error| self.bad_pattern(at, error))
    }

    /// A regular expression cannot be used.
    pub(crate) fn bad_pattern(&self, at: usize, error: PatternError) -> Stop {
        let failure = Failure::Pattern { function: self.call.function.name, error };
        Stop::failed("EXPR-REGEX", self.argument_span(at), failure)
    }

    /// Counts bytes before they are built.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Stop> {
        self.evaluator.charge(bytes, self.span)
    }

    /// The time of day, in UTC.
    pub(crate) fn now(&self) -> DateTime {
        TimeZone::UTC.to_datetime(self.evaluator.context.now)
    }

    /// Random bytes.
    pub(crate) fn draw(&mut self) -> Draw {
        self.evaluator.draw()
    }

    /// Notes that the value must not be shown.
    pub(crate) fn mark_redacted(&mut self) {
        self.evaluator.redacted = true;
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
    Stop::failed("EXPR-TYPE", span, failure)
}

/// The text form of a single value; several values are an error.
pub(crate) fn single<'v>(
    value: Value<'v>,
    function: &'static str,
    span: Span,
) -> Result<Option<Cow<'v, str>>, Stop> {
    let is_several = matches!(&value, Value::Multi(values) if values.len() > 1);
    if is_several {
        return Err(type_error(function, "a single value", span));
    }
    Ok(value.into_text())
}
