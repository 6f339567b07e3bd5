//! Custom date and time formats of .NET in the invariant culture (Microsoft Learn, "Custom date and time format
//! strings" and "Standard date and time format strings"): reading a format, parsing with it, printing with it.

mod parse;

use jiff::civil::DateTime;

pub(super) use parse::{Parsed, parse};

/// How often a letter may stand in a row; four times is all that has a meaning of its own.
const MAX_REPEATS: usize = 16;
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
                if count > if matches!(c, 'f' | 'F') { 7 } else { MAX_REPEATS } {
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
        assert_eq!(print(at, true, &"y".repeat(70_000)), Err(Misfit::Format));
        assert_eq!(print(at, true, "ffffffff"), Err(Misfit::Format));
    }
}
