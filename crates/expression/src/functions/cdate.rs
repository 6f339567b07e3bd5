//! `CDate`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "CDate".

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, required};
use crate::evaluate::Stop;
use crate::value::Value;

/// A point in time from a date and time text, in UTC. Which forms are read, see the `dates` module; everything else is
/// an error, an absent value gives null (register Q-05).
pub(super) static CDATE: Function = Function {
    name: "CDate",
    parameters: &[required("expression")],
    repeating: 0,
    summary: "A point in time from a text, in UTC.",
    example: r#"CDate("2021-06-30+08:00")"#,
    code: Code::Body(cdate),
};

fn cdate<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let Some(date) = arguments.date(0)? else { return absent() };
    Ok(Value::DateTime(date))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (r#"CDate("2020-03-16-07:00")"#, r#""3/16/2020 7:00:00 AM""#),
            (r#"CDate("2009-06-15T01:45:30-07:00")"#, r#""6/15/2009 8:45:30 AM""#),
            (r#"CDate("8/25/2021 5:41:18 PM")"#, r#""8/25/2021 5:41:18 PM""#),
            (r#"CDate("2021-02-30")"#, r#"error"#),
            (r#"CDate([a])"#, r#"error"#),
            (r#"CDate([none])"#, r#"null"#),
        ]);
    }
}
