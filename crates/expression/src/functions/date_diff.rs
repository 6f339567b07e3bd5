//! `DateDiff`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "DateDiff".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::functions::dates;
use crate::value::Value;

/// How many intervals lie between two dates, positive when the second one is later. How uneven differences are rounded,
/// see `Interval::between`. An absent date gives null (register Q-05).
pub(super) static DATE_DIFF: Function = Function {
    name: "DateDiff",
    parameters: &[required("interval"), required("date1"), required("date2")],
    repeating: 0,
    summary: "How many intervals lie between two dates.",
    example: r#"DateDiff("d", Now(), CDate([employeeHireDate]))"#,
    code: Code::Body(date_diff),
};

fn date_diff<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let interval = dates::interval(arguments)?;
    let Some(from) = arguments.date(1)? else { return absent() };
    let Some(to) = arguments.date(2)? else { return absent() };
    Ok(Value::Integer(interval.between(from, to)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"DateDiff("d", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))"#, r#""-3449""#),
            (r#"DateDiff("ww", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))"#, r#""-493""#),
            (r#"DateDiff("m", CDate("2020-12-31"), CDate("2021-01-01"))"#, r#""1""#),
            (r#"DateDiff("yyyy", CDate("2020-12-31"), CDate("2021-01-01"))"#, r#""1""#),
            (r#"DateDiff("h", "2021-08-24", "2021-08-25")"#, r#""24""#),
            (r#"DateDiff("day", Now(), Now())"#, r#"error"#),
            (r#"DateDiff("d", Now(), [none])"#, r#"null"#),
        ]);
    }
}
