//! What the date functions share: the forms of dates that are read, intervals, and Windows file times.

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::{SignedDuration, Span, ToSpan};

use crate::arguments::Arguments;
use crate::evaluate::Stop;
use crate::functions::dotnet_date;

/// The forms of dates that `CDate` reads: the ones that are documented, and ISO 8601 without seconds or with fractions
/// of them. Without an offset the time is in UTC; a date without a time is midnight at its offset.
const FORMS: [&str; 11] = [
    "yyyy-MM-ddK",
    "yyyy-MM-ddTHH:mm:ssK",
    "yyyy-MM-dd HH:mm:ssK",
    "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
    "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    "yyyy-MM-ddTHH:mmK",
    "yyyy-MM-dd HH:mmK",
    "M/d/yyyy h:mm:ss tt",
    "M/d/yyyy h:mm tt",
    "M/d/yyyy H:mm:ss",
    "M/d/yyyy",
];

/// Nanoseconds in a tick.
const TICK: i128 = 100;

/// The point in time of a text in one of the documented forms.
pub(crate) fn parse(text: &str, now: DateTime) -> Option<DateTime> {
    FORMS.iter().find_map(|form| dotnet_date::parse(text.trim(), form, now).ok()?.utc())
}

/// Inside of what .NET can represent.
pub(super) fn in_range(instant: DateTime) -> Option<DateTime> {
    (1..=9999).contains(&instant.year()).then_some(instant)
}

/// Where file times begin.
pub(crate) const EPOCH: DateTime = date(1601, 1, 1).at(0, 0, 0, 0);

/// The point in time of a file time.
pub(super) fn from_file_time(ticks: i64) -> Option<DateTime> {
    let ticks = u64::try_from(ticks).ok()?;
    let since = SignedDuration::try_from_nanos_i128(i128::from(ticks) * TICK)?;
    EPOCH.checked_add(since).ok().and_then(in_range)
}

/// The file time of a point in time.
pub(super) fn to_file_time(instant: DateTime) -> Option<i64> {
    let ticks = instant.duration_since(EPOCH).as_nanos().div_euclid(TICK);
    i64::try_from(ticks).ok().filter(|ticks| *ticks >= 0)
}

/// The interval that the first argument names.
pub(super) fn interval(arguments: &mut Arguments<'_, '_>) -> Result<Interval, Stop> {
    let interval = arguments.text(0)?.as_deref().and_then(Interval::find);
    interval.ok_or_else(|| arguments.refuse(0, "one of the intervals yyyy, m, ww, d, h, n, s"))
}

/// An interval of `DateAdd` and `DateDiff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    Years,
    Months,
    Seconds(i64),
}

const WEEK: Interval = Interval::Seconds(7 * 86_400);

impl Interval {
    /// The interval of this code.
    pub(crate) fn find(code: &str) -> Option<Self> {
        Some(match code {
            "yyyy" => Self::Years,
            "m" => Self::Months,
            "ww" => WEEK,
            "d" => Self::Seconds(86_400),
            "h" => Self::Seconds(3_600),
            "n" => Self::Seconds(60),
            "s" => Self::Seconds(1),
            _ => return None,
        })
    }

    /// The date moved by so many intervals, unless .NET cannot represent it.
    pub(super) fn add(self, date: DateTime, count: i64) -> Option<DateTime> {
        let months = |count| date.checked_add(Span::new().try_months(count).ok()?).ok();
        let moved = match self {
            Self::Years => months(count.checked_mul(12)?)?,
            Self::Months => months(count)?,
            Self::Seconds(seconds) => {
                date.checked_add(SignedDuration::from_secs(seconds.checked_mul(count)?)).ok()?
            }
        };
        in_range(moved)
    }

    /// How many intervals lie between two dates (register Q-09: no page says how uneven differences are rounded, and
    /// these rules give every published number).
    ///
    /// Days and less are elapsed time, truncated toward zero. Months and years count the calendar only. Weeks are
    /// between the Sundays that the two dates belong to.
    pub(super) fn between(self, start: DateTime, end: DateTime) -> i64 {
        let years = i64::from(end.year()) - i64::from(start.year());
        match self {
            Self::Years => years,
            Self::Months => years * 12 + i64::from(end.month()) - i64::from(start.month()),
            WEEK => {
                let days = |date: Date| (Date::ZERO.until(date)).map_or(0, |span| i64::from(span.get_days()));
                (days(sunday(end.date())) - days(sunday(start.date()))) / 7
            }
            Self::Seconds(seconds) => {
                let elapsed = end.duration_since(start).as_nanos();
                i64::try_from(elapsed / (i128::from(seconds) * 1_000_000_000)).unwrap_or(0)
            }
        }
    }
}

/// The last Sunday that is not after the date.
fn sunday(date: Date) -> Date {
    let back = i32::from(date.weekday().since(Weekday::Sunday));
    date.checked_sub(back.days()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_dates() {
        let now = date(2026, 1, 2).at(3, 4, 5, 0);
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text, now).map(|date| date.to_string()).as_deref(), expected, "{text}");
        };
        check("2021-06-30", Some("2021-06-30T00:00:00"));
        check(" 2021-06-30+08:00 ", Some("2021-06-29T16:00:00"));
        check("2021-06-30T10:20:30.1234567Z", Some("2021-06-30T10:20:30.1234567"));
        check("2021-06-30 10:20-01:30", Some("2021-06-30T11:50:00"));
        check("6/30/2021 12:00:00 AM", Some("2021-06-30T00:00:00"));
        check("6/30/2021", Some("2021-06-30T00:00:00"));
        check("30.6.2021", None);
        check("2021-06-31", None);
        check("0001-01-01+08:00", None);
        check("9999-12-31", Some("9999-12-31T00:00:00"));
        check("9999-12-31T23:00:00-08:00", None);
        check("", None);
    }

    #[test]
    fn weeks_are_between_sundays_in_both_directions() {
        let check = |from: &str, to: &str, expected| {
            let date = |text: &str| format!("{text}T12:00:00").parse().unwrap();
            assert_eq!(WEEK.between(date(from), date(to)), expected, "{from} {to}");
        };
        check("2021-08-28", "2021-08-29", 1);
        check("2021-08-29", "2021-08-28", -1);
        check("2021-08-22", "2021-08-28", 0);
        check("0001-01-01", "9999-12-31", 521_722);
    }
}
