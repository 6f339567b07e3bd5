//! Custom date and time formats of .NET in the invariant culture (Microsoft Learn, "Custom date and time format
//! strings" and "Standard date and time format strings"): reading a format, parsing with it, printing with it.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::functions::dates;

/// Two-digit years up to this one are of this century (dotnet/runtime, `GregorianCalendar`).
const TWO_DIGIT_YEAR_MAX: i16 = 49;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A text or a format that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The format is none.
    Format,
    /// The text does not have the format.
    Text,
}

/// What was read: a local date and time, and how far it is from UTC if the text says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parsed {
    local: DateTime,
    /// Seconds east of UTC.
    offset: Option<i64>,
}

impl Parsed {
    /// The point in time in UTC; without an offset the text is in UTC.
    pub(super) fn utc(self) -> Option<DateTime> {
        let offset = SignedDuration::from_secs(self.offset.unwrap_or(0));
        self.local.checked_sub(offset).ok().and_then(dates::in_range)
    }

    /// Whether the text says how far it is from UTC.
    pub(super) fn has_offset(self) -> bool {
        self.offset.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A letter and how often it stands there.
    Field(char, usize),
    Literal(char),
}

/// The tokens of a format; one letter alone is a standard format.
fn tokens(format: &str) -> Result<Vec<Token>, Misfit> {
    let format = match format {
        "d" => "MM/dd/yyyy",
        "D" => "dddd, dd MMMM yyyy",
        "f" => "dddd, dd MMMM yyyy HH:mm",
        "F" => "dddd, dd MMMM yyyy HH:mm:ss",
        "g" => "MM/dd/yyyy HH:mm",
        "G" => "MM/dd/yyyy HH:mm:ss",
        "M" | "m" => "MMMM dd",
        "O" | "o" => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        "R" | "r" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "s" => "yyyy-MM-ddTHH:mm:ss",
        "t" => "HH:mm",
        "T" => "HH:mm:ss",
        "u" => "yyyy-MM-dd HH:mm:ss'Z'",
        "Y" | "y" => "yyyy MMMM",
        format if format.chars().count() < 2 => return Err(Misfit::Format),
        format => format,
    };
    let mut tokens = Vec::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 'f' | 'F' | 't' | 'z' => {
                let mut count = 1;
                while characters.next_if_eq(&c).is_some() {
                    count += 1;
                }
                if matches!(c, 'f' | 'F') && count > 7 {
                    return Err(Misfit::Format);
                }
                tokens.push(Token::Field(c, count));
            }
            'K' => tokens.push(Token::Field('K', 1)),
            '\'' | '"' => loop {
                match characters.next().ok_or(Misfit::Format)? {
                    end if end == c => break,
                    '\\' => tokens.push(Token::Literal(characters.next().ok_or(Misfit::Format)?)),
                    quoted => tokens.push(Token::Literal(quoted)),
                }
            },
            '\\' => tokens.push(Token::Literal(characters.next().ok_or(Misfit::Format)?)),
            // Marks the next letter as a custom format.
            '%' if characters.peek().is_some_and(|next| *next != '%') => {}
            '%' => return Err(Misfit::Format),
            c => tokens.push(Token::Literal(c)),
        }
    }
    Ok(tokens)
}

/// Parses exactly this format. What it does not say of the date comes from today, as in .NET.
pub(super) fn parse(text: &str, format: &str, now: DateTime) -> Result<Parsed, Misfit> {
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
            Token::Field('y', 2) => {
                let year = number(&mut rest, 2, 2)?;
                let century = if year > i64::from(TWO_DIGIT_YEAR_MAX) { 1900 } else { 2000 };
                set(&mut fields.year, century + year)?;
            }
            Token::Field('y', count) => set(
                &mut fields.year,
                number(&mut rest, count.max(2) - usize::from(count == 1), count.max(2))?,
            )?,
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

/// Prints a date and time in UTC. `K` shows `Z` only where the text that it came from said how far it was from UTC.
pub(super) fn print(utc: DateTime, has_offset: bool, format: &str) -> Result<String, Misfit> {
    let mut out = String::new();
    for token in tokens(format)? {
        match token {
            Token::Literal(c) => out.push(c),
            Token::Field(c, count) => field(&mut out, utc, has_offset, c, count),
        }
    }
    Ok(out)
}

fn field(out: &mut String, utc: DateTime, has_offset: bool, c: char, count: usize) {
    let padded = |value: i64| format!("{value:0width$}", width = count.min(2));
    let hour = i64::from(utc.hour());
    let named = |name: &'static str| if count == 3 { name[..3].to_owned() } else { name.to_owned() };
    let text = match c {
        'y' if count <= 2 => padded(i64::from(utc.year()) % 100),
        'y' => format!("{:0count$}", utc.year()),
        'M' if count > 2 => named(MONTHS[usize::from(utc.month().unsigned_abs()) - 1]),
        'M' => padded(i64::from(utc.month())),
        'd' if count > 2 => named(DAYS[usize::from(utc.weekday().to_sunday_zero_offset().unsigned_abs())]),
        'd' => padded(i64::from(utc.day())),
        'H' => padded(hour),
        'h' => padded(if hour % 12 == 0 { 12 } else { hour % 12 }),
        'm' => padded(i64::from(utc.minute())),
        's' => padded(i64::from(utc.second())),
        'f' => format!("{:09}", utc.subsec_nanosecond())[..count].to_owned(),
        'F' => {
            let digits = format!("{:09}", utc.subsec_nanosecond());
            let digits = digits[..count].trim_end_matches('0').to_owned();
            if digits.is_empty() && out.ends_with('.') {
                out.pop();
            }
            digits
        }
        't' => (if hour < 12 { "AM" } else { "PM" })[..count.min(2)].to_owned(),
        'z' => ["+0", "+00", "+00:00"][count.min(3) - 1].to_owned(),
        _ => (if has_offset { "Z" } else { "" }).to_owned(),
    };
    out.push_str(&text);
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

    #[test]
    fn printing() {
        let at = date(2021, 7, 2).at(15, 3, 8, 120_000_000);
        let check =
            |format: &str, expected: &str| assert_eq!(print(at, true, format).as_deref(), Ok(expected));
        check("yyyy-MM-ddTHH:mm:ss.fffK", "2021-07-02T15:03:08.120Z");
        check("d/M/yy h:m:s t", "2/7/21 3:3:8 P");
        check("dddd d MMMM", "Friday 2 July");
        check("ddd MMM", "Fri Jul");
        check("HH'h'\\m zzz", "15hm +00:00");
        check("ss.FFF", "08.12");
        check("%d", "2");
        check("u", "2021-07-02 15:03:08Z");
        check("yyyyy", "02021");
        assert_eq!(print(date(2021, 7, 2).at(0, 0, 5, 0), false, "ss.FFFK hh"), Ok("05 12".to_owned()));
        assert_eq!(print(at, true, "'open"), Err(Misfit::Format));
        assert_eq!(print(at, true, ""), Err(Misfit::Format));
    }
}
