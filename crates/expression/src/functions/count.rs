//! `Count`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "Count".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The number of values of a multi-valued attribute.
pub(super) static COUNT: Function = Function {
    name: "Count",
    parameters: &[required("attribute")],
    repeating: 0,
    summary: "How many values there are.",
    example: r#"Count([proxyAddresses])"#,
    code: Code::Body(count),
};

fn count<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    Ok(Value::Integer(count_of(&arguments.value(0)?)))
}

/// Register Q-08: what an absent and a single value count is not documented.
fn count_of(value: &Value<'_>) -> i64 {
    match value {
        Value::Null => 0,
        Value::Multi(values) => i64::try_from(values.len()).unwrap_or(i64::MAX),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"Count([many])"#, r#""2""#),
            (r#"Count([a])"#, r#""1""#),
            (r#"Count([none])"#, r#""0""#),
            (r#"Count([empty])"#, r#""0""#),
        ]);
    }
}
