//! The life of cycles: when, which, on and off, quarantine, status.

use jiff::{SignedDuration, Timestamp};
use usher_engine::cycle::{
    CycleResult, Due, Ended, Memory, Present, QuarantineReason, Status, Thresholds, WhenOff, ended,
    is_retry_due, missed, next_cycle, next_due, quarantine_reason, restart, retry_at, status, switch_off,
    switch_on,
};
use usher_engine::{CODES, Refusal, StopReason};
use usher_plan::Cycle;

const INTERVAL: SignedDuration = SignedDuration::from_mins(40);

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + minutes * 60).expect("in range")
}

fn cycle(began: i64, result: CycleResult) -> Ended {
    Ended {
        cycle: Cycle::Initial,
        began: at(began),
        ended: at(began + 5),
        result,
        failed: 0,
        waiting: 0,
        considered: 100,
    }
}

fn on() -> Memory {
    let mut memory = Memory::default();
    switch_on(&mut memory);
    memory
}

fn here() -> Present {
    Present { running: false, scheduler: true }
}

#[test]
fn due_counts_from_the_beginning_of_the_last_cycle() {
    let mut memory = Memory::default();
    assert_eq!(next_due(&memory, INTERVAL, at(0)), Due::Never);
    switch_on(&mut memory);
    assert_eq!(next_due(&memory, INTERVAL, at(0)), Due::Now);
    ended(&mut memory, cycle(0, CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(10)), Due::At(at(40)));
    assert_eq!(next_due(&memory, INTERVAL, at(40)), Due::Now);
    restart(&mut memory, true, true);
    assert_eq!(next_due(&memory, INTERVAL, at(10)), Due::Now);
    assert_eq!(next_cycle(&memory, true), Cycle::Initial);
    ended(&mut memory, cycle(10, CycleResult::Cancelled), Thresholds::LOCAL);
    assert_eq!(next_cycle(&memory, true), Cycle::Initial, "a cancelled pass over everyone is begun again");
    ended(&mut memory, cycle(50, CycleResult::EntryLevelErrors), Thresholds::LOCAL);
    assert_eq!(next_cycle(&memory, true), Cycle::Incremental);
    assert_eq!(next_cycle(&memory, false), Cycle::Initial, "without a watermark everyone is looked at");
}

#[test]
fn missed_cycles_are_counted() {
    let mut memory = on();
    ended(&mut memory, cycle(0, CycleResult::Succeeded), Thresholds::LOCAL);
    for (minute, expected) in [(0, 0), (40, 0), (79, 0), (80, 1), (400, 9)] {
        assert_eq!(missed(&memory, INTERVAL, None, at(minute)), expected, "after {minute} minutes");
    }
    switch_off(&mut memory, WhenOff::Finish);
    assert_eq!(missed(&memory, INTERVAL, None, at(400)), 0, "nobody misses what is off");
}

#[test]
fn a_plan_that_waits_holds_the_next_cycle() {
    let mut memory = on();
    ended(&mut memory, cycle(0, CycleResult::NeedsApproval { plan: "p".to_owned() }), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(100)), Due::AfterDecision);
    assert_eq!(status(&memory, here()), Status::NeedsDecision);
    assert_eq!(memory.last_success, None);
    ended(&mut memory, cycle(100, CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(110)), Due::At(at(140)));
}

#[test]
fn off_lets_the_cycle_finish_or_cancels_it() {
    let mut memory = on();
    assert!(!switch_off(&mut memory, WhenOff::Finish));
    let running = Present { running: true, scheduler: true };
    assert_eq!(status(&memory, running), Status::FinishingThenOff);
    assert_eq!(status(&memory, here()), Status::Off);
    switch_on(&mut memory);
    assert!(switch_off(&mut memory, WhenOff::Cancel));
    assert_eq!(next_due(&memory, INTERVAL, at(0)), Due::Never);
}

#[test]
fn thresholds() {
    let check = |thresholds, failed, considered, expected| {
        let ended = Ended { failed, considered, ..cycle(0, CycleResult::EntryLevelErrors) };
        assert_eq!(quarantine_reason(&ended, thresholds), expected, "{failed} of {considered}");
    };
    let share = Some(QuarantineReason::EncounteredEscrowProportionThreshold);
    let total = Some(QuarantineReason::EncounteredTotalEscrowThreshold);
    // Microsoft's worked cases.
    check(Thresholds::ENTRA, 4_000, 4_000, None);
    check(Thresholds::ENTRA, 30_000, 35_000, share);
    check(Thresholds::ENTRA, 20_000, 120_000, None);
    check(Thresholds::ENTRA, 61_000, 1_000_000, total);
    // A small tenant is not healthy when everyone fails; one bad person is not a crisis.
    check(Thresholds::LOCAL, 50, 50, share);
    check(Thresholds::LOCAL, 5, 12, share);
    check(Thresholds::LOCAL, 5, 13, None);
    check(Thresholds::LOCAL, 4, 4, None);
    check(Thresholds::LOCAL, 0, 0, None);
}

#[test]
fn quarantine_slows_down_and_ends() {
    let lost = || CycleResult::Stopped { why: StopReason::LostAuthentication };
    let mut memory = on();
    let hours = [6, 12, 24, 48, 72];
    let mut began = 0;
    for expected in hours {
        ended(&mut memory, cycle(began, lost()), Thresholds::LOCAL);
        let quarantine = memory.quarantine.clone().expect("at once, whatever the count");
        assert_eq!(quarantine.reason, QuarantineReason::EncounteredQuarantineException);
        let next = (quarantine.next_attempt.as_second() - at(5).as_second()) / 3600;
        assert_eq!(next, expected, "hours after the first failure");
        assert_eq!(next_due(&memory, INTERVAL, at(began + 40)), Due::At(quarantine.next_attempt));
        began = (quarantine.next_attempt.as_second() - at(0).as_second()) / 60 - 5;
    }
    assert_eq!(status(&memory, here()), Status::Quarantined);
    let unreachable = CycleResult::Stopped { why: StopReason::TargetUnreachable };
    let mut other = memory.clone();
    ended(&mut other, cycle(began, unreachable), Thresholds::LOCAL);
    assert!(other.quarantine.is_some(), "a run that stopped proves nothing");
    ended(&mut other, cycle(began, CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!((other.quarantine, status(&on(), here())), (None, Status::On));
    ended(&mut memory, cycle(29 * 24 * 60, lost()), Thresholds::LOCAL);
    assert!(!memory.on, "after four weeks it is switched off");
}

#[test]
fn a_cycle_by_hand_moves_no_attempt_and_one_that_proves_nothing_is_no_reason_to_begin_at_once() {
    let lost = || CycleResult::Stopped { why: StopReason::LostAuthentication };
    let unread = || CycleResult::Failed { code: "entra-not-read".to_owned(), credentials: false };
    let attempt = |memory: &Memory| memory.quarantine.as_ref().expect("in quarantine").next_attempt;
    let first = 5;
    let mut memory = on();
    ended(&mut memory, cycle(0, lost()), Thresholds::LOCAL);
    for by_hand in [10, 20, 30, 40, 350] {
        ended(&mut memory, cycle(by_hand, lost()), Thresholds::LOCAL);
        assert_eq!(attempt(&memory), at(first + 6 * 60), "after one in minute {by_hand}");
    }
    ended(&mut memory, cycle(first + 6 * 60, unread()), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(first + 6 * 60 + 10)), Due::At(at(first + 12 * 60)));
    // The computer slept for two days.
    ended(&mut memory, cycle(50 * 60, lost()), Thresholds::LOCAL);
    assert_eq!(attempt(&memory), at(first + 72 * 60));
}

#[test]
fn what_a_clock_that_was_ahead_put_off_is_due_now() {
    let year = 365 * 24 * 60;
    let lost = || CycleResult::Stopped { why: StopReason::LostAuthentication };
    let mut memory = on();
    ended(&mut memory, cycle(year, CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(0)), Due::Now);
    assert_eq!(missed(&memory, INTERVAL, None, at(0)), 0);
    ended(&mut memory, cycle(0, CycleResult::Succeeded), Thresholds::LOCAL);
    assert_eq!(next_due(&memory, INTERVAL, at(10)), Due::At(at(40)), "once");
    // It was put right while the cycle ran, or put wrong.
    for (began, ended_at) in [(year, 5), (0, year)] {
        let across = Ended { ended: at(ended_at), ..cycle(began, CycleResult::Succeeded) };
        ended(&mut memory, across, Thresholds::LOCAL);
        assert_eq!(next_due(&memory, INTERVAL, at(6)), Due::Now);
    }
    for again in [lost(), CycleResult::Cancelled] {
        let mut memory = on();
        ended(&mut memory, cycle(year, lost()), Thresholds::LOCAL);
        assert_eq!(next_due(&memory, INTERVAL, at(0)), Due::Now);
        ended(&mut memory, cycle(0, again), Thresholds::LOCAL);
        assert_eq!(next_due(&memory, INTERVAL, at(10)), Due::At(at(5 + 6 * 60)), "slowed down from here on");
    }
    assert!(!is_retry_due(retry_at(100, INTERVAL, at(0)), at(0)));
    assert!(is_retry_due(retry_at(100, INTERVAL, at(year)), at(0)));
}

#[test]
fn status_words() {
    let nobody = Present { running: false, scheduler: false };
    assert_eq!(status(&Memory::default(), here()), Status::SettingUp);
    assert_eq!(status(&Memory::default(), Present { running: true, scheduler: true }), Status::RunningNow);
    let mut memory = on();
    assert_eq!(status(&memory, nobody), Status::OnWaitingForThisComputer);
    ended(&mut memory, cycle(0, CycleResult::EntryLevelErrors), Thresholds::LOCAL);
    assert_eq!(status(&memory, here()), Status::OnWithProblems);
    let failed = CycleResult::Failed { code: "source-unreadable".to_owned(), credentials: false };
    ended(&mut memory, cycle(40, failed), Thresholds::LOCAL);
    assert_eq!(status(&memory, here()), Status::OnWithProblems);
}

#[test]
fn memory_survives_json_and_older_files() {
    let mut memory = on();
    ended(&mut memory, cycle(0, CycleResult::NeedsApproval { plan: "p".to_owned() }), Thresholds::LOCAL);
    let text = serde_json::to_string(&memory).expect("writes");
    assert_eq!(serde_json::from_str::<Memory>(&text).expect("reads"), memory);
    assert_eq!(serde_json::from_str::<Memory>("{}").expect("reads"), Memory::default());
}

#[test]
fn every_code_is_listed_once() {
    let mut codes = CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CODES.len());
    for refusal in [
        Refusal::NotFound,
        Refusal::Conflict,
        Refusal::Changed,
        Refusal::Invalid,
        Refusal::Forbidden,
        Refusal::NotSupported,
    ] {
        assert!(CODES.contains(&refusal.code()), "{refusal:?} parks with {}", refusal.code());
    }
}

#[test]
fn an_object_that_fails_is_tried_in_ever_fewer_cycles_and_then_daily() {
    let minutes = |failures| retry_at(failures, INTERVAL, at(0)).duration_since(at(0)).as_mins();
    // Half an interval early, so that the cycle which begins then finds it due.
    assert_eq!([1, 2, 3, 4, 5].map(minutes), [20, 60, 140, 300, 620]);
    assert_eq!([6, 7, 100].map(minutes), [24 * 60 - 20; 3]);
    assert_eq!(retry_at(0, INTERVAL, at(0)), at(20), "never a subtraction below nothing");
    let daily = SignedDuration::from_hours(24);
    assert_eq!(retry_at(5, daily, at(0)).duration_since(at(0)).as_hours(), 12, "at most a day");
}
