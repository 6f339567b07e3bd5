//! `Not`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// True becomes False; everything else, an absent value included, becomes True.
pub(super) static NOT: Function = Function {
    name: "Not",
    parameters: &[required("source")],
    repeating: 0,
    summary: "True becomes False, everything else becomes True.",
    example: r#"Not([IsSoftDeleted])"#,
    code: Code::Body(not),
};

fn not<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let is_true = match arguments.value(0)? {
        Value::Boolean(truth) => truth,
        value => value.into_text().is_some_and(|text| text.eq_ignore_ascii_case("true")),
    };
    Ok(Value::Boolean(!is_true))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Not("True")"#, r#""False""#),
            (r#"Not("false")"#, r#""True""#),
            ("Not([t])", r#""False""#),
            ("Not([none])", r#""True""#),
            ("Not([a])", r#""True""#),
            (r#"Not("TRUE")"#, r#""False""#),
        ]);
    }
}
