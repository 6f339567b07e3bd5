//! `Switch`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// Compares the text form of the source with each key, case-sensitively; the first match wins.
///
/// A key `""` matches an absent source; without match or default the result is null. Only the chosen branch is
/// computed: a published default branch would fail on the input that its `""` key handles.
pub(super) static SWITCH: Function = Function {
    name: "Switch",
    parameters: &[required("source"), optional("defaultValue"), required("key"), required("value")],
    repeating: 2,
    summary: "The value whose key equals the source, else the default.",
    example: r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
    code: Code::Body(switch),
};

fn switch<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let source = arguments.text(0)?.unwrap_or_default();
    for key in (2..arguments.count()).step_by(2) {
        let is_it = match arguments.literal(key) {
            Some(key) => key == source,
            None => arguments.text(key)?.unwrap_or_default() == source,
        };
        if is_it {
            return arguments.value(key + 1);
        }
    }
    arguments.value(1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Switch([a], "d", "x", "1", "y", "2")"#, r#""1""#),
            (r#"Switch([a], "d", "X", "1")"#, r#""d""#),
            (r#"Switch([a], , "X", "1")"#, "null"),
            (r#"Switch([none], "d", "", "empty")"#, r#""empty""#),
            (r#"Switch([t], , "True", "on", "False", "off")"#, r#""on""#),
            (r#"Switch([n], , 7, "seven")"#, r#""seven""#),
            (r#"Switch([a], Append([many], "!"), "x", "1")"#, r#""1""#),
            (r#"Switch([a], "d", "x", [none])"#, "null"),
            (r#"Switch([many], "d", "x", "1")"#, "error"),
        ]);
    }
}
