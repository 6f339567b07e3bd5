//! Literals that a function never takes. They fail for everybody whose value is computed there.

use crate::diagnostic::{Code, Diagnostic};
use crate::functions::dates;
use crate::number;
use crate::syntax::{Call, TermKind};
use crate::value::Value;

/// What a position takes, and the word for it in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Integer,
    /// Counted from 1.
    Position,
    Interval,
    Character,
    CompareType,
    /// What is replaced: not nothing.
    SomeText,
    Date,
}

impl Wanted {
    fn word(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Position => "position",
            Self::Interval => "interval",
            Self::Character => "character",
            Self::CompareType => "compare-type",
            Self::SomeText => "some-text",
            Self::Date => "date",
        }
    }

    /// Whether the function can work with this literal. What is right for some dates and not for others is left to
    /// evaluation.
    fn takes(self, literal: &Value<'_>) -> bool {
        let text = || literal.clone().into_text().unwrap_or_default();
        match self {
            Self::Integer => number::integer(literal).is_some(),
            Self::Position => number::integer(literal).is_some_and(|number| number >= 1),
            Self::Interval => dates::Interval::find(&text()).is_some(),
            Self::Character => text().chars().count() == 1,
            Self::CompareType => matches!(&*text(), "vbTextCompare" | "vbBinaryCompare"),
            Self::SomeText => !text().is_empty(),
            // Without a time of day: the forms that are read need none.
            Self::Date => dates::parse(&text(), dates::EPOCH).is_some(),
        }
    }
}

/// What the parameters take whose arguments are often literals.
fn wanted(function: &str, parameter: &str) -> Option<Wanted> {
    Some(match (function, parameter) {
        ("Mid" | "InStr", "start") | ("Item", "index") => Wanted::Position,
        ("Mid", "length")
        | ("Left", "numChars")
        | ("Word", "wordNumber")
        | ("BitAnd", _)
        | ("DateAdd", "value")
        | ("DateFromNum", "value") => Wanted::Integer,
        ("RandomString", parameter) if parameter != "charactersToAvoid" => Wanted::Integer,
        ("DateAdd" | "DateDiff", "interval") => Wanted::Interval,
        ("DateAdd", "dateTime") | ("DateDiff", "date1" | "date2") => Wanted::Date,
        ("Split", "delimiter") => Wanted::Character,
        ("InStr", "compareType") => Wanted::CompareType,
        ("Replace", "oldValue") => Wanted::SomeText,
        _ => return None,
    })
}

/// Warnings about the literals among the arguments of a call.
pub(super) fn arguments(call: &Call, found: &mut Vec<Diagnostic>) {
    for (parameter, argument) in call.function.parameters.iter().zip(&call.arguments) {
        let Some(wanted) = wanted(call.function.name, parameter.name) else { continue };
        let literal = match argument.term.as_ref().map(|term| &term.kind) {
            Some(TermKind::Text(text)) => Value::text(text),
            Some(TermKind::Integer(number, _)) => Value::Integer(*number),
            Some(TermKind::Word(word)) => Value::text(word.as_str()),
            _ => continue,
        };
        if wanted.takes(&literal) {
            continue;
        }
        let with = [
            ("function", call.function.name.to_owned()),
            ("parameter", parameter.name.to_owned()),
            ("expected", wanted.word().to_owned()),
            ("found", literal.into_text().unwrap_or_default().into_owned()),
        ];
        found.push(Diagnostic::new(Code::Type, argument.span, with));
    }
}
