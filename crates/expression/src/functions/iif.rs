//! `IIF`.

use crate::catalogue::{Code, Function, required};
use crate::evaluate::{Arguments, Stop};
use crate::value::Value;

/// Chooses by a single comparison; the branch that is not chosen is never computed.
///
/// A condition on an absent attribute gets its logical answer and marks the outcome as uncertain (register Q-12).
pub(super) static IIF: Function = Function {
    name: "IIF",
    parameters: &[required("condition"), required("valueIfTrue"), required("valueIfFalse")],
    repeating: 0,
    summary: "One of two values, by a condition.",
    example: r#"IIF([country]="USA", [country], [department])"#,
    code: Code::Body(iif),
};

fn iif<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let chosen = if arguments.condition(0)? { 1 } else { 2 };
    arguments.value(chosen)
}
