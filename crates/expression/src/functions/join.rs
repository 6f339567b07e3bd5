//! `Join`.

use std::borrow::Cow;

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Joins its sources; one with several values contributes each of them.
///
/// An empty or absent source contributes neither text nor separator, as a published example shows. Nothing to join
/// gives an empty text, which does not flow (register Q-13).
pub(super) static JOIN: Function = Function {
    name: "Join",
    parameters: &[required("separator"), required("source")],
    repeating: 1,
    summary: "Joins texts with a separator between them.",
    example: r#"Join(" ", [givenName], [surname])"#,
    code: Code::Body(join),
};

/// Bytes for what comes after the second source.
const ROOM: usize = 16;

fn join<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let separator = arguments.text(0)?.unwrap_or_default();
    let mut joined = Cow::Borrowed("");
    for at in 1..arguments.count() {
        match arguments.value(at)? {
            Value::Multi(values) => {
                arguments.charge(separator.len().saturating_mul(values.len()))?;
                values.into_iter().for_each(|value| add(&mut joined, &separator, value));
            }
            value => add(&mut joined, &separator, value.into_text().unwrap_or_default()),
        }
    }
    Ok(Value::Text(joined))
}

fn add<'v>(joined: &mut Cow<'v, str>, separator: &str, text: Cow<'v, str>) {
    if text.is_empty() {
        return;
    }
    if joined.is_empty() {
        *joined = text;
        return;
    }
    if let Cow::Borrowed(first) = *joined {
        let mut together = String::with_capacity(first.len() + separator.len() + text.len() + ROOM);
        together.push_str(first);
        *joined = Cow::Owned(together);
    }
    let joined = joined.to_mut();
    joined.push_str(separator);
    joined.push_str(&text);
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Join("-", [a], [b])"#, r#""x-Y z""#),
            (r#"Join(", ", "", [a], [none], "y")"#, r#""x, y""#),
            (r#"Join(";", [many], [a])"#, r#""p;q;x""#),
            (r#"Join("", [a], [n], [t])"#, r#""x7True""#),
            (r#"Join(",", [none])"#, r#""""#),
            ("Join([none], [a], [b])", r#""xY z""#),
            (r#"Join(",")"#, "error"),
        ]);
    }
}
