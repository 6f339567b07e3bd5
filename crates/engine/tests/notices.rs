//! One notice for each change of state, none for a state that goes on, and none twice after a restart.

use jiff::{SignedDuration, Timestamp};
use usher_engine::StopReason;
use usher_engine::cycle::{
    CycleResult, Ended, Memory, QuarantineReason, Thresholds, decided, ended, restart, switch_off, switch_on,
};
use usher_engine::notice::{Notice, Told, after, late, silent, silent_at};
use usher_plan::Cycle;

const INTERVAL: SignedDuration = SignedDuration::from_mins(40);

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + minutes * 60).expect("in range")
}

/// A connection that is on, and what was told of it.
struct Watched {
    memory: Memory,
    told: Told,
    /// How many wait for another try since an earlier cycle.
    waiting: u32,
}

impl Watched {
    fn new() -> Self {
        let mut memory = Memory::default();
        switch_on(&mut memory);
        Self { memory, told: Told::default(), waiting: 0 }
    }

    /// A cycle ends; says what a person hears. Between any two cycles the program is restarted.
    fn cycle(&mut self, began: i64, result: CycleResult, failed: u32) -> Vec<Notice> {
        let saved = serde_json::to_string(&self.told).expect("it is saved");
        self.told = serde_json::from_str(&saved).expect("and read");
        let cycle = Ended {
            cycle: Cycle::Incremental,
            began: at(began),
            ended: at(began + 5),
            result,
            failed,
            waiting: self.waiting,
            considered: 10,
        };
        ended(&mut self.memory, cycle, Thresholds::LOCAL);
        after(&mut self.told, &self.memory)
    }
}

fn unread() -> CycleResult {
    CycleResult::Failed { code: "entra-not-read".to_owned(), credentials: false }
}

#[test]
fn a_failed_cycle_is_told_once_until_one_is_good_again() {
    let mut watched = Watched::new();
    assert_eq!(watched.cycle(0, CycleResult::Succeeded, 0), []);
    let failed = [Notice::CycleFailed { why: "failed-entra-not-read".to_owned() }];
    assert_eq!(watched.cycle(40, unread(), 0), failed);
    let spent = CycleResult::Stopped { why: StopReason::QuotaSpent };
    assert_eq!(watched.cycle(80, spent, 0), [], "it still fails: nothing has changed");
    assert_eq!(watched.cycle(120, CycleResult::Cancelled, 0), [], "a person's doing");
    assert_eq!(watched.cycle(160, unread(), 0), []);
    assert_eq!(watched.cycle(200, CycleResult::EntryLevelErrors, 1), []);
    assert_eq!(watched.cycle(240, unread(), 0), failed);
}

#[test]
fn a_quarantine_names_those_who_wait_for_another_try_although_the_last_cycle_did_not_look_at_them() {
    let mut watched = Watched { waiting: 7, ..Watched::new() };
    let reason = QuarantineReason::EncounteredEscrowProportionThreshold;
    let told = watched.cycle(0, CycleResult::EntryLevelErrors, 0);
    assert_eq!(told, [Notice::QuarantineBegan { reason, failed: 7 }]);
}

#[test]
fn a_quarantine_is_told_when_it_begins_and_when_it_ends_and_speaks_for_its_failures() {
    let mut watched = Watched::new();
    let lost = || CycleResult::Failed { code: "x".to_owned(), credentials: true };
    let reason = QuarantineReason::EncounteredQuarantineException;
    assert_eq!(watched.cycle(0, lost(), 0), [Notice::QuarantineBegan { reason, failed: 0 }]);
    assert_eq!(watched.cycle(400, lost(), 0), []);
    assert_eq!(watched.cycle(800, unread(), 0), [], "still in quarantine");
    assert_eq!(watched.cycle(1200, CycleResult::Succeeded, 0), [Notice::QuarantineEnded]);
    let reason = QuarantineReason::EncounteredEscrowProportionThreshold;
    let many = watched.cycle(1240, CycleResult::EntryLevelErrors, 9);
    assert_eq!(many, [Notice::QuarantineBegan { reason, failed: 9 }]);
    restart(&mut watched.memory, true, true);
    assert_eq!(after(&mut watched.told, &watched.memory), [Notice::QuarantineEnded]);
}

#[test]
fn each_plan_that_waits_is_told_once() {
    let mut watched = Watched::new();
    let guarded = |plan: &str| CycleResult::NeedsApproval { plan: plan.to_owned() };
    assert_eq!(watched.cycle(0, guarded("a"), 0), [Notice::NeedsDecision]);
    assert_eq!(after(&mut watched.told, &watched.memory), []);
    decided(&mut watched.memory);
    assert_eq!(after(&mut watched.told, &watched.memory), []);
    assert_eq!(watched.cycle(40, guarded("b"), 0), [Notice::NeedsDecision]);
    assert_eq!(watched.cycle(80, guarded("c"), 0), [Notice::NeedsDecision]);
}

#[test]
fn giving_up_is_told_and_being_switched_off_by_a_person_is_not() {
    let mut watched = Watched::new();
    let lost = || CycleResult::Failed { code: "x".to_owned(), credentials: true };
    assert_eq!(watched.cycle(0, lost(), 0).len(), 1);
    assert_eq!(watched.cycle(29 * 24 * 60, lost(), 0), [Notice::GaveUp]);
    assert!(!watched.memory.on);
    assert_eq!(after(&mut watched.told, &watched.memory), []);
    switch_on(&mut watched.memory);
    assert_eq!(after(&mut watched.told, &watched.memory), []);
    switch_off(&mut watched.memory, usher_engine::cycle::WhenOff::Finish);
    assert_eq!(after(&mut watched.told, &watched.memory), []);
}

#[test]
fn missed_cycles_are_told_once_for_each_gap_and_only_where_nobody_asked_for_it() {
    let mut watched = Watched::new();
    let Watched { memory, told, .. } = &mut watched;
    assert_eq!(late(told, memory, INTERVAL, None, at(1000)), None, "the first cycle is never late");
    watched.cycle(0, CycleResult::Succeeded, 0);
    let Watched { memory, told, .. } = &mut watched;
    assert_eq!(late(told, memory, INTERVAL, None, at(79)), None);
    let missed = Some(Notice::Missed { count: 9, since: at(0) });
    assert_eq!(late(told, memory, INTERVAL, None, at(400)), missed);
    assert_eq!(late(told, memory, INTERVAL, None, at(440)), None, "the same gap");
    // A cycle that took ten hours made the next one late.
    memory.last.as_mut().expect("one").began = at(-600);
    assert_eq!(late(told, memory, INTERVAL, None, at(40)), None);
    // Switched off for a week, or a plan that waited for one.
    switch_off(memory, usher_engine::cycle::WhenOff::Finish);
    switch_on(memory);
    assert_eq!(late(told, memory, INTERVAL, None, at(10_000)), None);
    watched.cycle(10_000, CycleResult::NeedsApproval { plan: "a".to_owned() }, 0);
    decided(&mut watched.memory);
    assert_eq!(late(&mut watched.told, &watched.memory, INTERVAL, None, at(20_000)), None);
}

#[test]
fn a_cycle_that_does_not_end_is_told_once() {
    let mut told = Told::default();
    assert_eq!(silent_at(at(0), INTERVAL), at(120));
    assert_eq!(silent(&mut told, at(0), INTERVAL, at(119)), None);
    assert_eq!(silent(&mut told, at(0), INTERVAL, at(120)), Some(Notice::Silent { since: at(0) }));
    assert_eq!(silent(&mut told, at(0), INTERVAL, at(500)), None);
    assert_eq!(silent(&mut told, at(600), INTERVAL, at(720)), Some(Notice::Silent { since: at(600) }));
}
