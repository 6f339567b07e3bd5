//! Quiet hours: their form, the clock on the wall and its changes, and which cycles they hold.

use jiff::{SignedDuration, Timestamp};
use usher_engine::cycle::{
    CycleResult, Due, Ended, Memory, Thresholds, decided, ended, missed, next_due, switch_on, undecided,
};
use usher_engine::notice::{Told, late};
use usher_engine::quiet::{Quiet, Wrong, held};
use usher_plan::Cycle;

const INTERVAL: SignedDuration = SignedDuration::from_mins(40);

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn berlin(hours: &str) -> Quiet {
    Quiet::new(hours, "Europe/Berlin").expect(hours)
}

#[test]
fn the_form_is_strict_and_an_error_is_shown_at_its_part() {
    for right in [
        "Mon-Fri 08:00-18:00",
        "Mon,Wed-Fri 08:00-12:00,13:00-18:00; Sun 00:00-24:00",
        "Sat-Mon 22:00-06:00;daily 12:00-12:01",
        "daily 00:00-23:59",
    ] {
        assert_eq!(berlin(right).hours(), right);
    }
    for (wrong, place) in [
        ("", 0),
        ("08:00-18:00", 0),
        ("Mon-Fri", 0),
        ("mon 08:00-18:00", 0),
        ("Monday 08:00-18:00", 0),
        ("Mon - Fri 08:00-18:00", 4),
        ("Mon-Wed-Fri 08:00-18:00", 0),
        ("Mon 08:00-18:00;", 16),
        ("Mon 08:00-18:00; Tues 08:00-18:00", 17),
        ("Mon 8:00-18:00", 4),
        ("Mon 08:00", 4),
        ("Mon 08:00-18:00,", 16),
        ("Mon 08:00-18:00,19:00-24:01", 16),
        ("Mon 08:60-18:00", 4),
        ("Mon +8:00-18:00", 4),
        ("Mon 24:00-06:00", 4),
        ("Mon 08:00-08:00", 4),
        ("daily 00:00-24:00", 0),
        ("Mon-Fri 06:00-22:00; daily 22:00-06:00; Sat,Sun 05:00-23:00", 0),
        ("daily 08:00-20:00,20:00-08:00", 0),
    ] {
        let Err(Wrong::Hours { at, .. }) = Quiet::new(wrong, "Europe/Berlin") else { panic!("{wrong}") };
        assert_eq!(at, place, "{wrong}");
    }
    for zone in ["UTC", "America/New_York", "Asia/Kolkata", "America/Argentina/Buenos_Aires"] {
        assert_eq!(
            Quiet::new("daily 08:00-18:00", zone).map(|quiet| quiet.zone().to_owned()),
            Ok(zone.into())
        );
    }
    for zone in ["", "Berlin", "europe/berlin", "CET", "EST", "+01:00", "Etc/Unknown", "../etc/localtime"] {
        assert_eq!(Quiet::new("daily 08:00-18:00", zone), Err(Wrong::Zone), "{zone}");
    }
}

#[test]
fn they_end_when_the_clock_on_the_wall_says_so() {
    const OFFICE: &str = "Mon-Fri 08:00-18:00";
    const NIGHT: &str = "daily 22:00-06:00";
    const BERLIN: &str = "Europe/Berlin";
    const NEW_YORK: &str = "America/New_York";
    for (hours, zone, now, until) in [
        // 2026-01-05 is a Monday; Berlin is an hour ahead of UTC in winter.
        (OFFICE, BERLIN, "2026-01-05T06:59:59Z", None),
        (OFFICE, BERLIN, "2026-01-05T07:00:00Z", Some("2026-01-05T17:00:00Z")),
        (OFFICE, BERLIN, "2026-01-05T16:59:59.9Z", Some("2026-01-05T17:00:00Z")),
        (OFFICE, BERLIN, "2026-01-05T17:00:00Z", None),
        (OFFICE, BERLIN, "2026-07-06T06:00:00Z", Some("2026-07-06T16:00:00Z")),
        (OFFICE, BERLIN, "2026-01-10T12:00:00Z", None),
        // It is Friday in New York when it is Saturday in UTC.
        ("Fri 20:00-24:00", NEW_YORK, "2026-01-10T02:00:00Z", Some("2026-01-10T05:00:00Z")),
        // Across midnight, a span belongs to the day on which it begins.
        (NIGHT, BERLIN, "2026-01-05T21:00:00Z", Some("2026-01-06T05:00:00Z")),
        (NIGHT, BERLIN, "2026-01-06T04:59:00Z", Some("2026-01-06T05:00:00Z")),
        ("Sun 22:00-06:00", BERLIN, "2026-01-05T04:00:00Z", Some("2026-01-05T05:00:00Z")),
        ("Sun 22:00-06:00", BERLIN, "2026-01-06T04:00:00Z", None),
        // Spans that touch or overlap are one; what lies between two is not quiet.
        (
            "Fri 18:00-24:00; Sat,Sun 00:00-24:00; Mon 00:00-06:00",
            BERLIN,
            "2026-01-09T18:00:00Z",
            Some("2026-01-12T05:00:00Z"),
        ),
        (
            "Mon 08:00-12:00,11:00-13:00,14:00-15:00",
            BERLIN,
            "2026-01-05T08:00:00Z",
            Some("2026-01-05T12:00:00Z"),
        ),
        ("Mon 08:00-12:00,13:00-15:00", BERLIN, "2026-01-05T11:30:00Z", None),
        // All but one minute of the week.
        (
            "Mon-Sat 00:00-24:00; Sun 00:00-23:59",
            BERLIN,
            "2026-01-05T00:00:00Z",
            Some("2026-01-11T22:59:00Z"),
        ),
        // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00Z. The night is an hour shorter.
        (NIGHT, BERLIN, "2026-03-28T21:00:00Z", Some("2026-03-29T04:00:00Z")),
        // Half past two does not exist: the change stands for it.
        ("daily 22:00-02:30", BERLIN, "2026-03-29T00:59:00Z", Some("2026-03-29T01:00:00Z")),
        ("daily 22:00-02:30", BERLIN, "2026-03-29T01:00:00Z", None),
        ("daily 02:30-04:00", BERLIN, "2026-03-29T00:59:59Z", None),
        ("daily 02:30-04:00", BERLIN, "2026-03-29T01:00:00Z", Some("2026-03-29T02:00:00Z")),
        ("daily 02:00-03:00", BERLIN, "2026-03-29T01:00:00Z", None),
        // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00Z. The night is an hour longer.
        (NIGHT, BERLIN, "2026-10-24T20:00:00Z", Some("2026-10-25T05:00:00Z")),
        // Half past two exists twice: quiet from the first to the second, without a hole.
        ("daily 22:00-02:30", BERLIN, "2026-10-25T00:45:00Z", Some("2026-10-25T01:30:00Z")),
        ("daily 02:30-04:00", BERLIN, "2026-10-25T00:29:00Z", None),
        ("daily 02:30-04:00", BERLIN, "2026-10-25T00:30:00Z", Some("2026-10-25T03:00:00Z")),
        ("daily 02:30-04:00", BERLIN, "2026-10-25T01:15:00Z", Some("2026-10-25T03:00:00Z")),
        // New York, 2026-03-08: 02:00 becomes 03:00 at 07:00Z.
        (NIGHT, NEW_YORK, "2026-03-08T03:00:00Z", Some("2026-03-08T10:00:00Z")),
        ("Sun 02:15-02:45", NEW_YORK, "2026-03-08T07:00:00Z", None),
        ("Sun 01:00-02:45", NEW_YORK, "2026-03-08T06:30:00Z", Some("2026-03-08T07:00:00Z")),
        // New York, 2026-11-01: 02:00 becomes 01:00 at 06:00Z.
        (NIGHT, NEW_YORK, "2026-11-01T02:00:00Z", Some("2026-11-01T11:00:00Z")),
        ("Sun 00:00-01:30", NEW_YORK, "2026-11-01T05:45:00Z", Some("2026-11-01T06:30:00Z")),
        ("Sun 01:30-03:00", NEW_YORK, "2026-11-01T05:30:00Z", Some("2026-11-01T08:00:00Z")),
    ] {
        let quiet = Quiet::new(hours, zone).expect(hours);
        assert_eq!(quiet.quiet_until(at(now)), until.map(at), "{hours} {zone}, {now}");
    }
}

#[test]
fn an_end_is_shown_by_the_clock_on_the_wall() {
    let quiet = berlin("Mon-Fri 08:00-18:00; Fri 22:00-06:00");
    for (now, shown) in [
        ("2026-01-05T10:00:00Z", "18:00"),
        ("2026-01-09T22:00:00Z", "Sat 06:00"),
        ("2026-01-10T04:00:00Z", "06:00"),
    ] {
        let until = quiet.quiet_until(at(now)).expect(now);
        assert_eq!(quiet.on_the_wall(until, at(now)), shown, "{now}");
    }
}

fn cycle(began: &str, result: CycleResult) -> Ended {
    let began = at(began);
    let ended = began + SignedDuration::from_mins(5);
    Ended { cycle: Cycle::Initial, began, ended, result, failed: 0, waiting: 0, considered: 100 }
}

#[test]
fn what_would_begin_by_itself_waits_and_what_a_person_decided_does_not() {
    let quiet = berlin("Mon-Fri 08:00-18:00");
    let due =
        |memory: &Memory, now: &str| held(next_due(memory, INTERVAL, at(now)), memory, Some(&quiet), at(now));
    let mut memory = Memory::default();
    assert_eq!(due(&memory, "2026-01-05T10:00:00Z"), Due::Never);
    switch_on(&mut memory);
    assert_eq!(due(&memory, "2026-01-05T10:00:00Z"), Due::At(at("2026-01-05T17:00:00Z")), "the first one");
    assert_eq!(due(&memory, "2026-01-05T06:00:00Z"), Due::Now);
    ended(&mut memory, cycle("2026-01-05T06:40:00Z", CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(due(&memory, "2026-01-05T06:50:00Z"), Due::At(at("2026-01-05T17:00:00Z")), "told in advance");
    assert_eq!(due(&memory, "2026-01-05T16:59:00Z"), Due::At(at("2026-01-05T17:00:00Z")));
    assert_eq!(due(&memory, "2026-01-05T17:00:00Z"), Due::Now);
    // A plan waits for a person, who decides in quiet hours.
    let guarded = || CycleResult::NeedsApproval { plan: "p".to_owned() };
    ended(&mut memory, cycle("2026-01-05T17:00:00Z", guarded()), Thresholds::LOCAL);
    assert_eq!(due(&memory, "2026-01-06T10:00:00Z"), Due::AfterDecision);
    decided(&mut memory);
    assert_eq!(due(&memory, "2026-01-06T10:00:00Z"), Due::Now);
    undecided(&mut memory, "p");
    assert_eq!(due(&memory, "2026-01-06T10:00:00Z"), Due::AfterDecision);
    decided(&mut memory);
    ended(&mut memory, cycle("2026-01-06T10:00:00Z", CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(due(&memory, "2026-01-06T10:10:00Z"), Due::At(at("2026-01-06T17:00:00Z")));
}

#[test]
fn nobody_misses_a_cycle_in_quiet_hours() {
    let quiet = berlin("Mon-Fri 08:00-18:00");
    let mut memory = Memory::default();
    switch_on(&mut memory);
    ended(&mut memory, cycle("2026-01-05T06:40:00Z", CycleResult::Succeeded), Thresholds::LOCAL);
    for (now, expected) in [
        ("2026-01-05T17:00:00Z", 0),
        ("2026-01-05T17:39:00Z", 0),
        // The computer slept: the one at 17:00Z and those after it are missed, and none of the next day.
        ("2026-01-05T17:40:00Z", 1),
        ("2026-01-06T06:59:00Z", 20),
        ("2026-01-06T16:59:00Z", 20),
        ("2026-01-06T17:00:00Z", 21),
    ] {
        assert_eq!(missed(&memory, INTERVAL, Some(&quiet), at(now)), expected, "{now}");
    }
    let (now, mut told) = (at("2026-01-05T17:00:00Z"), Told::default());
    assert_eq!(late(&mut told, &memory, INTERVAL, Some(&quiet), now), None);
    assert!(late(&mut told, &memory, INTERVAL, None, now).is_some(), "without quiet hours it is late");
}

#[test]
fn they_are_kept_as_they_were_written() {
    let quiet = berlin("Mon-Fri 08:00-18:00");
    let kept = serde_json::to_string(&quiet).expect("it is text");
    assert_eq!(kept, r#"{"hours":"Mon-Fri 08:00-18:00","zone":"Europe/Berlin"}"#);
    assert_eq!(serde_json::from_str::<Quiet>(&kept).expect("it is read"), quiet);
    let wrong = serde_json::from_str::<Quiet>(&kept.replace("Berlin", "Berlim"));
    assert!(wrong.expect_err("no such zone").to_string().contains("time zone"), "it says what is wrong");
}
