//! Quiet hours: when no cycle begins by itself, by the clock on the wall of a named time zone.
//!
//! `Mon-Fri 08:00-18:00; Sat,Sun 22:00-06:00`: days in English or `daily`, and spans that may cross midnight and belong to the
//! day on which they begin. Where clocks are changed, quiet hours are never shorter than the wall says: of a time that exists
//! twice they begin with the first and end with the second, and for one that does not exist stands the moment of the change.

use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::cycle::{Due, Memory};

const DAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Monday),
    ("Tue", Weekday::Tuesday),
    ("Wed", Weekday::Wednesday),
    ("Thu", Weekday::Thursday),
    ("Fri", Weekday::Friday),
    ("Sat", Weekday::Saturday),
    ("Sun", Weekday::Sunday),
];

const DAY: usize = 24 * 60;
const WEEK: usize = 7 * DAY;

/// Quiet hours as somebody wrote them, and what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Quiet {
    written: Written,
    zone: TimeZone,
    spans: Vec<Span>,
}

/// The form in which they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    hours: String,
    zone: String,
}

/// Minutes after midnight of the day on which it begins; the end is beyond 24:00 where it crosses midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    day: Weekday,
    begin: usize,
    end: usize,
}

/// What is wrong with quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The hours, from this byte on.
    #[error("quiet hours must be {expected}")]
    Hours {
        /// Where.
        at: usize,
        /// What fits.
        expected: &'static str,
    },
    /// The time zone.
    #[error("the time zone of quiet hours must be {ZONE_FORM}")]
    Zone,
}

/// What a time zone looks like.
pub const ZONE_FORM: &str = "the name of a time zone, such as \"Europe/Berlin\" or \"UTC\"";

const DAYS_FORM: &str = "days (\"Mon\", \"Mon-Fri\", \"Sat,Sun\" or \"daily\"), a blank and hours, such as \"Mon-Fri 08:00-18:00; daily 22:00-06:00\"";
const SPAN_FORM: &str = "hours from 00:00 to 24:00 of which the two are not the same, such as \"08:00-18:00\" or \"22:00-06:00,12:00-13:00\"";
const WEEK_FORM: &str = "less than the whole week: no cycle would ever begin";

impl Quiet {
    /// Reads quiet hours.
    pub fn new(hours: &str, zone: &str) -> Result<Self, Wrong> {
        let spans = read(hours)?;
        let zone = named_zone(zone).ok_or(Wrong::Zone)?;
        let name = zone.iana_name().unwrap_or_default().to_owned();
        Ok(Self { written: Written { hours: hours.to_owned(), zone: name }, zone, spans })
    }

    /// The hours as they were written.
    #[must_use]
    pub fn hours(&self) -> &str {
        &self.written.hours
    }

    /// The name of the time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.written.zone
    }

    /// Until when nothing begins by itself; nothing where `now` is not quiet.
    #[must_use]
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut until = now;
        // Spans that touch are one.
        while let Some(end) = self.end_at(until) {
            until = end;
        }
        (until > now).then_some(until)
    }

    /// From when on a cycle may begin that is due at an instant.
    #[must_use]
    pub fn after(&self, due: Timestamp) -> Timestamp {
        self.quiet_until(due).unwrap_or(due)
    }

    /// An instant as the clock on the wall shows it, `18:00`, with the day where it is another one than now: `Mon 06:00`.
    #[must_use]
    pub fn on_the_wall(&self, at: Timestamp, now: Timestamp) -> String {
        let (at, now) = (self.zone.to_datetime(at), self.zone.to_datetime(now));
        let form = if at.date() == now.date() { "%H:%M" } else { "%a %H:%M" };
        at.strftime(form).to_string()
    }

    /// The latest end of the spans that hold an instant.
    fn end_at(&self, at: Timestamp) -> Option<Timestamp> {
        let today = self.zone.to_datetime(at).date();
        // Yesterday's may cross midnight; tomorrow's begin today where clocks go back over midnight.
        let days = [today.yesterday().ok(), Some(today), today.tomorrow().ok()];
        let days = days.into_iter().flatten();
        let spans = days.flat_map(|day| {
            let of_day = self.spans.iter().filter(move |span| span.day == day.weekday());
            of_day.filter_map(move |span| {
                Some((self.instant(day, span.begin, false)?, self.instant(day, span.end, true)?))
            })
        });
        spans.filter(|(begin, end)| *begin <= at && at < *end).map(|(_, end)| end).max()
    }

    /// When the clock on the wall shows a time: the first or the last of two, and the change where it never does.
    fn instant(&self, day: Date, minutes: usize, last: bool) -> Option<Timestamp> {
        let wall = day.at(0, 0, 0, 0).checked_add(i64::try_from(minutes).ok()?.minutes()).ok()?;
        let found = self.zone.to_ambiguous_timestamp(wall);
        match found.offset() {
            AmbiguousOffset::Gap { .. } => {
                let before = found.earlier().ok()?;
                self.zone.following(before).next().map(|change| change.timestamp())
            }
            _ if last => found.later().ok(),
            _ => found.earlier().ok(),
        }
    }
}

/// When a cycle begins that is due: what would begin by itself waits for the end of quiet hours. What a person has decided
/// about does not.
#[must_use]
pub fn held(due: Due, memory: &Memory, quiet: Option<&Quiet>, now: Timestamp) -> Due {
    let Some(quiet) = quiet.filter(|_| !memory.decided) else { return due };
    match due {
        Due::Now => quiet.quiet_until(now).map_or(Due::Now, Due::At),
        Due::At(at) => Due::At(quiet.after(at)),
        Due::Never | Due::AfterDecision => due,
    }
}

/// Whether there is a time zone of this name.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    named_zone(name).is_some()
}

/// The time zone of a name in the spelling of the tz database. Its short names mean other things in other places.
fn named_zone(name: &str) -> Option<TimeZone> {
    let zone =
        TimeZone::get(name).ok().filter(|zone| zone.iana_name() == Some(name) && !zone.is_unknown())?;
    (name == "UTC" || name.contains('/')).then_some(zone)
}

fn read(hours: &str) -> Result<Vec<Span>, Wrong> {
    let wrong = |part: &str, expected| {
        let at = part.as_ptr() as usize - hours.as_ptr() as usize;
        Wrong::Hours { at, expected }
    };
    let mut spans = Vec::new();
    for part in hours.split(';') {
        let part = part.trim_start_matches(' ').trim_end_matches(' ');
        let (days, times) = part.split_once(' ').ok_or_else(|| wrong(part, DAYS_FORM))?;
        let days = days_of(days).ok_or_else(|| wrong(part, DAYS_FORM))?;
        for time in times.split(',') {
            let time = time.trim_matches(' ');
            let (begin, end) = span(time).ok_or_else(|| wrong(time, SPAN_FORM))?;
            spans.extend(days.iter().map(|&day| Span { day, begin, end }));
        }
    }
    if is_whole_week(&spans) {
        return Err(wrong(hours, WEEK_FORM));
    }
    Ok(spans)
}

fn days_of(text: &str) -> Option<Vec<Weekday>> {
    if text == "daily" {
        return Some(DAYS.map(|(_, day)| day).to_vec());
    }
    let day = |text: &str| DAYS.iter().find(|(word, _)| *word == text).map(|(_, day)| *day);
    let mut days = Vec::new();
    for one in text.split(',') {
        let (first, last) = one.split_once('-').unwrap_or((one, one));
        let (first, last) = (day(first)?, day(last)?);
        days.extend(first.cycle_forward().take(usize::from(first.until(last).unsigned_abs()) + 1));
    }
    Some(days)
}

fn span(text: &str) -> Option<(usize, usize)> {
    let (begin, end) = text.split_once('-')?;
    let (begin, end) = (minutes(begin)?, minutes(end)?);
    match end {
        _ if begin == DAY || begin == end => None,
        end if end < begin => Some((begin, end + DAY)),
        end => Some((begin, end)),
    }
}

/// `HH:MM` in minutes after midnight.
fn minutes(text: &str) -> Option<usize> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| text.parse::<usize>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

fn is_whole_week(spans: &[Span]) -> bool {
    let mut week = vec![false; WEEK];
    for span in spans {
        let midnight = usize::from(span.day.to_monday_zero_offset().unsigned_abs()) * DAY;
        (span.begin..span.end).for_each(|minute| week[(midnight + minute) % WEEK] = true);
    }
    week.into_iter().all(|is_quiet| is_quiet)
}

impl From<Quiet> for Written {
    fn from(quiet: Quiet) -> Self {
        quiet.written
    }
}

impl TryFrom<Written> for Quiet {
    type Error = Wrong;

    fn try_from(written: Written) -> Result<Self, Wrong> {
        Self::new(&written.hours, &written.zone)
    }
}
