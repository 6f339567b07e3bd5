//! `BitAnd`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "BitAnd".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The bits that both numbers have. A text that is no whole number is an error, an absent value gives null (register
/// Q-05).
pub(super) static BIT_AND: Function = Function {
    name: "BitAnd",
    parameters: &[required("value1"), required("value2")],
    repeating: 0,
    summary: "The bits that both numbers have.",
    example: r#"BitAnd([userAccountControl], 2)"#,
    code: Code::Body(bit_and),
};

fn bit_and<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(left) = arguments.integer(0)? else { return absent() };
    let Some(right) = arguments.integer(1)? else { return absent() };
    Ok(Value::Integer(left & right))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"BitAnd(&HF, &HF7)"#, r#""7""#),
            (r#"BitAnd([n], "3")"#, r#""3""#),
            (r#"BitAnd(-1, 8)"#, r#""8""#),
            (r#"BitAnd([none], 1)"#, r#"null"#),
            (r#"BitAnd([a], 1)"#, r#"error"#),
        ]);
    }
}
