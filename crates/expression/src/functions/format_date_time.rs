//! `FormatDateTime`: Microsoft Learn, "Reference for writing expressions for attribute mappings in Microsoft Entra
//! Application Provisioning", section "FormatDateTime".

use jiff::civil::DateTime;

use crate::arguments::{Arguments, absent};
use crate::catalogue::{Code, Function, optional, required};
use crate::evaluate::Stop;
use crate::functions::dotnet_date;
use crate::value::Value;

/// Reads a text in one format and prints it in another one; both are formats of .NET in the invariant culture.
///
/// A text that does not have the input format is an error, an absent one gives null (register Q-05). Without styles,
/// white space around the text is allowed.
pub(super) static FORMAT_DATE_TIME: Function = Function {
    name: "FormatDateTime",
    parameters: &[
        required("source"),
        optional("dateTimeStyles"),
        required("inputFormat"),
        optional("outputFormat"),
    ],
    repeating: 0,
    summary: "A date from one format into another one.",
    example: r#"FormatDateTime([extensionAttribute1], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")"#,
    code: Code::Body(format_date_time),
};

/// Register Q-10: an older form without styles is still in published expressions; it is understood.
const TAKES_THREE_ARGUMENTS: bool = true;

/// The styles of .NET that say whether white space may stand before and after the text.
const WHITE: [(&str, bool, bool); 10] = [
    ("RoundtripKind", false, false),
    ("AllowLeadingWhite", true, false),
    ("AllowTrailingWhite", false, true),
    ("AllowWhiteSpaces", true, true),
    ("AllowInnerWhite", false, false),
    ("AdjustToUniversal", false, false),
    ("AssumeLocal", false, false),
    ("AssumeUniversal", false, false),
    ("NoCurrentDateDefault", false, false),
    ("None", false, false),
];

fn format_date_time<'v>(arguments: &mut Arguments<'_, 'v>) -> Result<Value<'v>, Stop> {
    let is_short = TAKES_THREE_ARGUMENTS && arguments.count() == 3;
    let (styles, input, output) = if is_short { (None, 1, 2) } else { (Some(1), 2, 3) };
    if !arguments.is_given(output) {
        return Err(arguments.refuse(output, "a format to print with"));
    }
    let Some(text) = arguments.text(0)? else { return absent() };
    let Some(input_format) = arguments.text(input)? else { return absent() };
    let Some(output_format) = arguments.text(output)? else { return absent() };
    let styles = match styles {
        Some(at) => arguments.text(at)?,
        None => None,
    };
    let (leading, trailing) = match styles.as_deref() {
        None => (true, true),
        Some(styles) => white(styles).ok_or_else(|| arguments.refuse(1, "names of DateTimeStyles"))?,
    };
    let text = if leading { text.trim_start() } else { &text };
    let text = if trailing { text.trim_end() } else { text };
    let parsed = dotnet_date::parse(text, &input_format, arguments.now());
    let parsed = parsed.map_err(|_| arguments.refuse(0, "a date in the input format"))?;
    let printed = shown(parsed).ok_or_else(|| arguments.refuse(0, "a date between the years 1 and 9999"))?;
    let printed = dotnet_date::print(printed, parsed.has_offset(), &output_format);
    printed.map(Value::owned).map_err(|_| arguments.refuse(output, "a format to print with"))
}

/// Register Q-11: a source with an offset is printed in UTC; no page says it.
fn shown(parsed: dotnet_date::Parsed) -> Option<DateTime> {
    parsed.utc()
}

fn white(styles: &str) -> Option<(bool, bool)> {
    styles.split(',').try_fold((false, false), |(leading, trailing), style| {
        let found = WHITE.iter().find(|(name, ..)| name.eq_ignore_ascii_case(style.trim()));
        found.map(|(_, before, after)| (leading || *before, trailing || *after))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn cases() {
        crate::tests::check_cases(&[
            (
                r#"FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")"#,
                r#""2015-01-23""#,
            ),
            (r#"FormatDateTime(" 2020-12-31 ", , "yyyy-MM-dd", "yyyyMMdd")"#, r#""20201231""#),
            (r#"FormatDateTime("2020-12-31", "yyyy-MM-dd", "d.M.yyyy")"#, r#""31.12.2020""#),
            (
                r#"FormatDateTime("2020-12-31T23:00:00-02:00", , "yyyy-MM-ddTHH:mm:ssK", "o")"#,
                r#""2021-01-01T01:00:00.0000000Z""#,
            ),
            (r#"FormatDateTime(" 2020", "None", "yyyy", "yy")"#, "error"),
            (r#"FormatDateTime(" 2020", "AllowLeadingWhite, AssumeUniversal", "yyyy", "yy")"#, r#""20""#),
            (r#"FormatDateTime("2020", "Whatever", "yyyy", "yy")"#, "error"),
            (r#"FormatDateTime([a], , "yyyy-MM-dd", "yyyy")"#, "error"),
            (r#"FormatDateTime([a], , "yyyy-MM-dd",)"#, "error"),
            (r#"FormatDateTime("2020", , "yyyy", "'")"#, "error"),
            (r#"FormatDateTime([none], , "yyyy-MM-dd", "yyyy")"#, "null"),
        ]);
    }
}
