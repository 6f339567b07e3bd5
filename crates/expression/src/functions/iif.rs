//! `IIF`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
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

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"IIF([a] = "x", "yes", "no")"#, r#""yes""#),
            (r#"IIF([a] = "X", "yes", "no")"#, r#""no""#),
            (r#"IIF([n] < 10, "yes", "no")"#, r#""yes""#),
            (r#"IIF([n] >= "7", "yes", "no")"#, r#""yes""#),
            (r#"IIF([none] = "", "yes", "no")"#, r#""yes""#),
            (r#"IIF([t], "yes", "no")"#, r#""yes""#),
            (r#"IIF([a] <> "x", Append([many], "!"), "no")"#, r#""no""#),
            (r#"IIF([a], "yes", "no")"#, "error"),
            (r#"IIF(IIF([a] = "x", "True", "False"), "yes", "no")"#, r#""yes""#),
        ]);
    }
}
