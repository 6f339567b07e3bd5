//! Parsing a text with a format.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::{DAYS, MONTHS, Misfit, Token, tokens};
use crate::functions::dates;

/// Two-digit years up to this one are of this century (dotnet/runtime, `GregorianCalendar`).
const TWO_DIGIT_YEAR_MAX: i16 = 49;

/// What was read: a local date and time, and how far it is from UTC if the text says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed {
    local: DateTime,
    /// Seconds east of UTC.
    offset: Option<i64>,
}

impl Parsed {
    /// The point in time in UTC; without an offset the text is in UTC.
    pub(crate) fn utc(self) -> Option<DateTime> {
        let offset = SignedDuration::from_secs(self.offset.unwrap_or(0));
        self.local.checked_sub(offset).ok().and_then(dates::in_range)
    }

    /// Whether the text says how far it is from UTC.
    pub(crate) fn has_offset(self) -> bool {
        self.offset.is_some()
    }
}

/// Parses exactly this format. What it does not say of the date comes from today, as in .NET.
pub(crate) fn parse(text: &str, format: &str, now: DateTime) -> Result<Parsed, Misfit> {
    let tokens = tokens(format)?;
    read(&tokens, text, now).ok_or(Misfit::Text)
}

#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    weekday: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    nanosecond: Option<i64>,
    afternoon: Option<i64>,
    offset: Option<i64>,
}

/// A field may stand there twice, but only with the same value.
fn set(field: &mut Option<i64>, value: i64) -> Option<()> {
    (*field.get_or_insert(value) == value).then_some(())
}

fn read(tokens: &[Token], text: &str, now: DateTime) -> Option<Parsed> {
    let mut fields = Fields::default();
    let mut rest = text;
    let mut twelve = false;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            Token::Literal(c) => match rest.strip_prefix(c) {
                Some(after) => rest = after,
                // The point before optional fractions is optional as well.
                None if c == '.' && matches!(tokens.get(at + 1), Some(Token::Field('F', _))) => {}
                None => return None,
            },
            Token::Field('y', count @ ..=2) => {
                let year = number(&mut rest, count, 2)?;
                let century = if year > i64::from(TWO_DIGIT_YEAR_MAX) { 1900 } else { 2000 };
                set(&mut fields.year, century + year)?;
            }
            Token::Field('y', count) => set(&mut fields.year, number(&mut rest, count, count)?)?,
            Token::Field('M', count @ 3..) => set(&mut fields.month, name(&mut rest, &MONTHS, count)? + 1)?,
            Token::Field('M', count) => set(&mut fields.month, number(&mut rest, count, 2)?)?,
            Token::Field('d', count @ 3..) => set(&mut fields.weekday, name(&mut rest, &DAYS, count)?)?,
            Token::Field('d', count) => set(&mut fields.day, number(&mut rest, count, 2)?)?,
            Token::Field(c @ ('H' | 'h'), count) => {
                twelve |= c == 'h';
                set(&mut fields.hour, number(&mut rest, count.min(2), 2)?)?;
            }
            Token::Field('m', count) => set(&mut fields.minute, number(&mut rest, count.min(2), 2)?)?,
            Token::Field('s', count) => set(&mut fields.second, number(&mut rest, count.min(2), 2)?)?,
            Token::Field(c @ ('f' | 'F'), count) => {
                let before = rest.len();
                let least = if c == 'f' { count } else { 0 };
                let value = number(&mut rest, least, count)?;
                let digits = u32::try_from(before - rest.len()).ok()?;
                set(&mut fields.nanosecond, value * 10_i64.pow(9 - digits))?;
            }
            Token::Field('t', count) => {
                let halves: [&str; 2] = if count == 1 { ["A", "P"] } else { ["AM", "PM"] };
                set(&mut fields.afternoon, name(&mut rest, &halves, 4)?)?;
            }
            Token::Field('K', _) => match rest.strip_prefix('Z') {
                Some(after) => {
                    rest = after;
                    set(&mut fields.offset, 0)?;
                }
                None if rest.starts_with(['+', '-']) => set(&mut fields.offset, offset(&mut rest, 3)?)?,
                None => {}
            },
            Token::Field(_, count) => set(&mut fields.offset, offset(&mut rest, count)?)?,
        }
    }
    if rest.is_empty() { assemble(&fields, twelve, now) } else { None }
}

fn assemble(fields: &Fields, twelve: bool, now: DateTime) -> Option<Parsed> {
    let today = now.date();
    let has_date = fields.year.is_some() || fields.month.is_some() || fields.day.is_some();
    let default = if has_date { (1, 1) } else { (i64::from(today.month()), i64::from(today.day())) };
    let narrow = |value: Option<i64>, default: i64| i8::try_from(value.unwrap_or(default)).ok();
    let year = i16::try_from(fields.year.unwrap_or_else(|| i64::from(today.year()))).ok()?;
    let (month, day) = (narrow(fields.month, default.0)?, narrow(fields.day, default.1)?);
    let mut hour = fields.hour.unwrap_or(0);
    if twelve {
        if hour > 12 {
            return None;
        }
        hour = hour % 12 + 12 * fields.afternoon.unwrap_or(0);
    } else if fields.afternoon.is_some_and(|afternoon| (afternoon == 1) != (hour >= 12)) {
        return None;
    }
    let nanosecond = i32::try_from(fields.nanosecond.unwrap_or(0)).ok()?;
    let (hour, minute) = (narrow(Some(hour), 0)?, narrow(fields.minute, 0)?);
    let second = narrow(fields.second, 0)?;
    // .NET knows no leap seconds.
    if second > 59 || year < 1 {
        return None;
    }
    let local = DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?;
    let weekday = i64::from(local.weekday().to_sunday_zero_offset());
    if fields.weekday.is_some_and(|said| said != weekday) {
        return None;
    }
    Some(Parsed { local, offset: fields.offset })
}

/// Between `least` and `most` decimal digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, after) = rest.split_at(digits);
    *rest = after;
    if digits == 0 { Some(0) } else { number.parse().ok() }
}

/// One of the names, or their first three letters; letter case does not count.
fn name(rest: &mut &str, names: &[&str], count: usize) -> Option<i64> {
    for (at, name) in names.iter().enumerate() {
        let name = if count == 3 { &name[..3] } else { name };
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            *rest = &rest[name.len()..];
            return i64::try_from(at).ok();
        }
    }
    None
}

/// `+1`, `+01`, `+01:30`, in seconds.
fn offset(rest: &mut &str, count: usize) -> Option<i64> {
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    *rest = &rest[1..];
    let hours = number(rest, count.min(2), 2)?;
    let mut minutes = 0;
    if count >= 3 {
        *rest = rest.strip_prefix(':').unwrap_or(rest);
        minutes = number(rest, 2, 2)?;
    }
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn now() -> DateTime {
        date(2026, 5, 6).at(7, 8, 9, 0)
    }

    #[test]
    fn parsing() {
        let check = |text: &str, format: &str, expected: Option<&str>| {
            let parsed = parse(text, format, now()).ok().and_then(Parsed::utc);
            assert_eq!(parsed.map(|instant| instant.to_string()).as_deref(), expected, "{text} {format}");
        };
        check("20150123105347.1Z", "yyyyMMddHHmmss.fZ", Some("2015-01-23T10:53:47.1"));
        check("2020-12-31-08:00", "yyyy-MM-ddzzz", Some("2020-12-31T08:00:00"));
        check("12/31/2025 12:00:00 AM", "M/d/yyyy hh:mm:ss tt", Some("2025-12-31T00:00:00"));
        check("12/31/2025 2:00:00 AM", "M/d/yyyy hh:mm:ss tt", None);
        check("Tue, 5 may 20", "ddd, d MMM yy", Some("2020-05-05T00:00:00"));
        check("Wed, 5 may 20", "ddd, d MMM yy", None);
        check("at 9 o'clock PM", "'at' h \"o'clock\" tt", Some("2026-05-06T21:00:00"));
        check("2020-05", "yyyy-MM", Some("2020-05-01T00:00:00"));
        check("13:00 AM", "HH:mm tt", None);
        check("2020-02-30", "yyyy-MM-dd", None);
        check("2020-01-01T24:00", "yyyy-MM-ddTHH:mm", None);
        check("99-01-01", "yy-MM-dd", Some("1999-01-01T00:00:00"));
        check("2020-01-01x", "yyyy-MM-dd", None);
        check("2020-01-01T00:00:00.25Z", "o", None);
        check("2020-01-01T00:00:00.2500000Z", "o", Some("2020-01-01T00:00:00.25"));
        check("1", "'", None);
    }
}
