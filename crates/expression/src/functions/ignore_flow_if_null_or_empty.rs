//! `IgnoreFlowIfNullOrEmpty`.

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The value; when it is null or empty, the whole attribute leaves this export. It never clears the target.
///
/// Inside another function it takes the whole attribute with it: the documentation speaks of the attribute, not of
/// the argument.
pub(super) static IGNORE_FLOW_IF_NULL_OR_EMPTY: Function = Function {
    name: "IgnoreFlowIfNullOrEmpty",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "The value, or nothing at all: an attribute without value leaves the export.",
    example: r#"IgnoreFlowIfNullOrEmpty([department])"#,
    code: Code::Body(ignore_flow_if_null_or_empty),
};

fn ignore_flow_if_null_or_empty<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let value = arguments.value(0)?;
    if value.is_null_or_empty() { Err(Stop::Drop) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            ("IgnoreFlowIfNullOrEmpty([a])", r#""x""#),
            ("IgnoreFlowIfNullOrEmpty([none])", "null"),
            ("IgnoreFlowIfNullOrEmpty([empty])", "null"),
            (r#"IgnoreFlowIfNullOrEmpty(Join("", [none]))"#, "null"),
            (r#"Append("!", IgnoreFlowIfNullOrEmpty([none]))"#, "null"),
        ]);
    }
}
