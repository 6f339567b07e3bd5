//! `IsString`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "IsString".

use crate::arguments::Arguments;
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// True when the value can be a text: every single value can, an absent one and several ones cannot.
pub(super) static IS_STRING: Function = Function {
    name: "IsString",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "Whether the value is a text.",
    example: r#"IsString([displayName])"#,
    code: Code::Body(is_string),
};

fn is_string<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    Ok(Value::Boolean(arguments.value(0)?.into_text().is_some()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"IsString([a])"#, r#""True""#),
            (r#"IsString([n])"#, r#""True""#),
            (r#"IsString([none])"#, r#""False""#),
            (r#"IsString([many])"#, r#""False""#),
        ]);
    }
}
