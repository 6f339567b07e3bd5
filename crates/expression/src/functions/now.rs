//! `Now`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Now".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function};
use crate::evaluate::Stop;
use crate::value::Value;

/// The present time in UTC, from the context of the evaluation. In a mapping that also applies to updates it is a change in
/// every cycle.
pub(super) static NOW: Function = Function {
    name: "Now",
    parameters: &[],
    repeating: 0,
    summary: "The present time in UTC.",
    example: r#"Now()"#,
    code: Code::Body(now),
};

fn now<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    Ok(Value::DateTime(arguments.now()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Now()"#, r#""1/2/2026 3:04:05 AM""#),
            (r#"DateAdd("d", 1, Now())"#, r#""1/3/2026 3:04:05 AM""#),
            (r#"DateDiff("d", Now(), Now())"#, r#""0""#),
        ]);
    }
}
