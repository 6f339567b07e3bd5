//! `DateFromNum`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "DateFromNum".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::dates;
use crate::value::Value;

/// The point in time of a Windows file time: 100-nanosecond ticks since 1601. Out of range is an error, an absent value
/// gives null (register Q-05).
pub(super) static DATE_FROM_NUM: Function = Function {
    name: "DateFromNum",
    parameters: &[required("value")],
    repeating: 0,
    summary: "The point in time of a Windows file time.",
    example: r#"DateFromNum([lastLogonTimestamp])"#,
    code: Code::Body(date_from_num),
};

fn date_from_num<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(ticks) = arguments.integer(0)? else { return absent() };
    let date = dates::from_file_time(ticks);
    date.map(Value::DateTime).ok_or_else(|| arguments.refuse(0, "a file time"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"DateFromNum(129699324000000000)"#, r#""1/1/2012 11:00:00 PM""#),
            (r#"DateFromNum("116444736000000000")"#, r#""1/1/1970 12:00:00 AM""#),
            (r#"DateFromNum(-1)"#, r#"error"#),
            (r#"DateFromNum(9223372036854775807)"#, r#"error"#),
            (r#"DateFromNum([none])"#, r#"null"#),
        ]);
    }
}
