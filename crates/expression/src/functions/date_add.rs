//! `DateAdd`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "DateAdd".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::dates;
use crate::value::Value;

/// Moves a date by a number of intervals: `yyyy`, `m`, `d`, `ww`, `h`, `n` (minutes) or `s`.
///
/// Months and years end on the last day of a shorter month. An absent number or date gives null (register Q-05).
pub(super) static DATE_ADD: Function = Function {
    name: "DateAdd",
    parameters: &[required("interval"), required("value"), required("dateTime")],
    repeating: 0,
    summary: "A date moved by some years, months, weeks, days, hours, minutes or seconds.",
    example: r#"DateAdd("d", 7, CDate([employeeHireDate]))"#,
    code: Code::Body(date_add),
};

fn date_add<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let interval = dates::interval(arguments)?;
    let Some(count) = arguments.integer(1)? else { return absent() };
    let Some(date) = arguments.date(2)? else { return absent() };
    let moved = interval.add(date, count);
    moved.map(Value::DateTime).ok_or_else(|| arguments.refuse(1, "a date between the years 1 and 9999"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"DateAdd("ww", 2, CDate("2012-03-16-07:00"))"#, r#""3/30/2012 7:00:00 AM""#),
            (r#"DateAdd("m", 1, CDate("2023-01-31T08:00:00Z"))"#, r#""2/28/2023 8:00:00 AM""#),
            (r#"DateAdd("yyyy", -1, CDate("2024-02-29"))"#, r#""2/28/2023 12:00:00 AM""#),
            (r#"DateAdd("n", "-90", CDate("2021-01-01T01:00:00Z"))"#, r#""12/31/2020 11:30:00 PM""#),
            (r#"DateAdd("q", 1, Now())"#, r#"error"#),
            (r#"DateAdd("yyyy", 9223372036854775807, Now())"#, r#"error"#),
            (r#"DateAdd("s", 9223372036854775807, Now())"#, r#"error"#),
            (r#"DateAdd("d", 1, [none])"#, r#"null"#),
        ]);
    }
}
