//! `NumFromDate`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "NumFromDate".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::dates;
use crate::value::Value;

/// The Windows file time of an ISO 8601 text or a date, the inverse of `DateFromNum`. A date before 1601 is an error, an
/// absent value gives null (register Q-05).
pub(super) static NUM_FROM_DATE: Function = Function {
    name: "NumFromDate",
    parameters: &[required("value")],
    repeating: 0,
    summary: "The Windows file time of a date and time.",
    example: r#"NumFromDate("2012-01-01T23:00:00Z")"#,
    code: Code::Body(num_from_date),
};

fn num_from_date<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(date) = arguments.date(0)? else { return absent() };
    let ticks = dates::to_file_time(date);
    ticks.map(Value::Integer).ok_or_else(|| arguments.refuse(0, "a date since 1601"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"NumFromDate("2012-01-01T23:00:00Z")"#, r#""129699324000000000""#),
            (r#"NumFromDate("2020-12-31 23:59:59-08:00")"#, r#""132539615990000000""#),
            (r#"NumFromDate(DateFromNum(7))"#, r#""7""#),
            (r#"NumFromDate("9999-12-31")"#, r#""2650466880000000000""#),
            (r#"NumFromDate("1600-12-31")"#, r#"error"#),
            (r#"NumFromDate([none])"#, r#"null"#),
        ]);
    }
}
