//! `CStr`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "CStr".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// The text form of a number, a reference or a Boolean. An absent value stays null (register Q-05).
pub(super) static CSTR: Function = Function {
    name: "CStr",
    parameters: &[required("value")],
    repeating: 0,
    summary: "The text of a number, a reference or a Boolean.",
    example: r#"CStr([badge])"#,
    code: Code::Body(cstr),
};

fn cstr<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(text) = arguments.text(0)? else { return absent() };
    Ok(Value::Text(text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"CStr([n])"#, r#""7""#),
            (r#"CStr([t])"#, r#""True""#),
            (r#"CStr(-12)"#, r#""-12""#),
            (r#"CStr([none])"#, r#"null"#),
            (r#"CStr([many])"#, r#"error"#),
        ]);
    }
}
