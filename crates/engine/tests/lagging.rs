//! Creates of which nobody knows whether they were processed, where look-ups lag behind: nobody is made twice.

mod sim;

use sim::desired::{Desired, person, plan};
use sim::provider::Provider;
use sim::{Ran, Sim};
use usher_engine::{End, Origin, Outcome, Resume, UnitEnd};
use usher_plan::{EntraObjectId, ObjectKind, Operation};

/// One person to create at a service provider that takes the same name as often as it is sent.
fn careless(look_up_lag: u64) -> (Sim, Vec<Operation>) {
    let mut desired = Desired::default();
    desired.people.insert(EntraObjectId::from("p"), person("p@x.example", "Engineer"));
    let provider = Provider { careless: true, look_up_lag, ..Provider::default() };
    let operations = plan(&desired, &provider, &Default::default());
    (Sim::new(provider, 3), operations)
}

fn ended(ran: Ran) -> Outcome {
    match ran {
        Ran::Ended(outcome) => outcome,
        Ran::Killed => panic!("nobody killed it"),
    }
}

fn posts(sim: &Sim) -> u32 {
    sim.provider.posts.values().sum()
}

fn parked(outcome: &Outcome) -> &str {
    match &outcome.units[0].end {
        UnitEnd::Parked(why) => &why.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_made_without_an_id_is_waited_for() {
    let (mut sim, operations) = careless(12_000);
    sim.provider.tells_no_id = true;
    let outcome = ended(sim.process(&operations, Resume::Continue));
    assert_eq!(outcome.units[0].end, UnitEnd::Verified);
    assert_eq!(outcome.units[0].origin, Some(Origin::Created));
    assert_eq!(posts(&sim), 1);
}

#[test]
fn what_was_made_without_an_id_is_never_sent_again_wherever_the_run_is_killed() {
    let mut kills = 0;
    for boundary in 1..40 {
        for resume in [Resume::Continue, Resume::SettleOnly] {
            let (mut sim, operations) = careless(1_000_000_000);
            sim.provider.tells_no_id = true;
            sim.kill_at = Some(boundary);
            let mut ran = sim.process(&operations, Resume::Continue);
            if matches!(ran, Ran::Killed) {
                // Until the answer is in the journal nobody knows of it.
                if sim.journal.iter().all(|record| record.reason.is_none()) {
                    continue;
                }
                kills += 1;
                ran = sim.process(&operations, resume);
            }
            let outcome = ended(ran);
            assert_eq!(parked(&outcome), "made-and-not-shown", "killed at {boundary}, {resume:?}");
            assert!(outcome.is_settled());
            assert_eq!(posts(&sim), 1, "killed at {boundary}, {resume:?}");
        }
    }
    assert!(kills > 8, "{kills} kills are too few to say anything");
}

#[test]
fn what_arrived_before_a_kill_is_looked_up_until_it_shows() {
    for resume in [Resume::SettleOnly, Resume::Continue] {
        let (mut sim, operations) = careless(12_000);
        sim.kill_at = Some(4);
        assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed));
        assert_eq!(posts(&sim), 1, "the answer was on the way");
        let outcome = ended(sim.process(&operations, resume));
        assert_eq!(outcome.units[0].origin, Some(Origin::Created), "{resume:?}");
        assert_eq!(posts(&sim), 1, "{resume:?}");
    }
}

#[test]
fn what_never_arrived_is_sent_again_after_fifteen_seconds() {
    let (mut sim, operations) = careless(0);
    sim.in_flight_arrives = false;
    sim.kill_at = Some(3);
    assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed));
    assert_eq!(posts(&sim), 0, "it was lost on the way");
    let began = sim.now;
    let before = sim.sent.len();
    let outcome = ended(sim.process(&operations, Resume::Continue));
    assert_eq!(outcome.units[0].end, UnitEnd::Verified);
    let left: Vec<u64> = sim.sent[before..].iter().map(|(at, _)| at - began).collect();
    assert_eq!(left.len(), 5, "four look-ups and the request itself: {left:?}");
    assert!((14_000..20_000).contains(&left[4]), "{left:?}");
}

/// RFC 7644 section 3.3: 409 means that the name is taken, which an earlier request of ours may have done.
#[test]
fn a_taken_name_after_a_lost_reply_is_most_likely_our_own() {
    for (maybe_ours, expected) in [(true, "made-and-not-shown"), (false, "exists-outside-organisation")] {
        let (mut sim, operations) = careless(0);
        sim.provider.outside.insert("p@x.example".to_owned());
        sim.in_flight_arrives = false;
        sim.kill_at = maybe_ours.then_some(3);
        if maybe_ours {
            assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed));
        }
        let outcome = ended(sim.process(&operations, Resume::Continue));
        assert_eq!(outcome.end, End::Completed);
        assert_eq!(parked(&outcome), expected);
        assert_eq!(sim.provider.find(ObjectKind::User, "p@x.example").len(), 0);
        assert_eq!(posts(&sim), 1, "a name that is taken stays so");
    }
}
