//! The machine against the model: kills at every boundary, lost replies, storms, lost credentials, cancel.

mod sim;

use std::collections::BTreeSet;

use sim::desired::{Desired, person, picture, plan, text};
use sim::provider::Provider;
use sim::{Faults, Ran, Sim};
use usher_engine::{End, Limits, Origin, Outcome, Resume, StopReason, UnitEnd};
use usher_plan::{Action, EntraObjectId, ObjectKind, Operation, Value};

fn id(text: &str) -> EntraObjectId {
    EntraObjectId::from(text)
}

/// A world that needs 60 operations: creates, links, updates, disables, deletes, groups, memberships.
fn sixty() -> (Sim, Desired) {
    let mut provider = Provider::default();
    let mut desired = Desired::default();
    let mut sim_links = Vec::new();
    for number in 1..=30 {
        desired
            .people
            .insert(id(&format!("new-{number:02}")), person(&format!("new{number}@x.example"), "Engineer"));
    }
    for number in 1..=5 {
        let name = format!("found{number}@x.example");
        let attributes =
            [("userName", text(&name)), ("title", text("Old")), ("active", Value::Boolean(true))];
        provider.add(ObjectKind::User, &format!("t-found-{number}"), &attributes);
        desired.people.insert(id(&format!("found-{number}")), person(&name, "Engineer"));
    }
    for (kind, count) in [("leaver", 6), ("deleted", 3)] {
        for number in 1..=count {
            let name = format!("{kind}{number}@x.example");
            let attributes =
                [("userName", text(&name)), ("title", text("Old")), ("active", Value::Boolean(true))];
            let target = provider.add(ObjectKind::User, &format!("t-{kind}-{number}"), &attributes);
            let source = id(&format!("{kind}-{number}"));
            sim_links.push(((ObjectKind::User, source.clone()), target));
            match kind {
                "leaver" => desired.leavers.insert(source),
                _ => desired.deleted.insert(source),
            };
        }
    }
    let everyone: BTreeSet<_> = desired.people.keys().cloned().collect();
    for number in 1..=5 {
        let members = everyone.iter().skip(number).cloned().collect();
        desired.groups.insert(id(&format!("group-{number}")), (format!("Group {number}"), members));
    }
    let old = provider.add(ObjectKind::Group, "t-old", &[("displayName", text("Old group"))]);
    let member =
        provider.accounts.keys().find(|id| id.as_str() == "t-leaver-1").cloned().expect("added above");
    provider.accounts.get_mut(&old).expect("added above").members.insert(member);
    sim_links.push(((ObjectKind::Group, id("group-old")), old));
    desired.groups.insert(id("group-old"), ("Old group".to_owned(), BTreeSet::new()));
    let mut sim = Sim::new(provider, 7);
    sim.links.extend(sim_links);
    (sim, desired)
}

fn ended(ran: Ran) -> Outcome {
    match ran {
        Ran::Ended(outcome) => outcome,
        Ran::Killed => panic!("nobody killed it"),
    }
}

fn run(sim: &mut Sim, operations: &[Operation]) -> Outcome {
    ended(sim.process(operations, Resume::Continue))
}

/// Every account was made once, and asked for once.
fn assert_one_create_each(sim: &Sim, context: &str) {
    for (key, made) in &sim.provider.made {
        assert_eq!(*made, 1, "{key:?} was made {made} times {context}");
    }
    for (key, posts) in &sim.provider.posts {
        assert_eq!(*posts, 1, "{key:?} was asked for {posts} times {context}");
    }
}

#[test]
fn sixty_operations_in_order_and_verified() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    assert_eq!(operations.len(), 60);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.end, End::Completed);
    assert_eq!(outcome.totals.verified, 60);
    assert!(outcome.is_settled());
    assert_one_create_each(&sim, "");
    assert_eq!(plan(&desired, &sim.provider, &sim.links), [], "a second plan does nothing");
}

#[test]
fn killed_at_every_journal_write_and_every_request_boundary() {
    let (mut whole, desired) = sixty();
    let operations = plan(&desired, &whole.provider, &whole.links);
    run(&mut whole, &operations);
    let expected = picture(&whole.provider);
    let boundaries = whole.boundaries;
    assert!(boundaries > 2 * 55, "{boundaries} boundaries for 55 requests and their journal");
    for arrives in [true, false] {
        for kill_at in 1..=boundaries {
            let (mut sim, desired) = sixty();
            sim.in_flight_arrives = arrives;
            sim.kill_at = Some(kill_at);
            let context = format!("killed at boundary {kill_at}, requests on their way arrive: {arrives}");
            assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed), "{context}");
            let outcome = run(&mut sim, &operations);
            assert!(outcome.is_settled(), "{context}: {:?} {:?}", outcome.end, outcome.totals);
            assert_eq!(outcome.totals.parked, 0, "{context}");
            assert_eq!(picture(&sim.provider), expected, "{context}");
            assert_one_create_each(&sim, &context);
            assert_eq!(plan(&desired, &sim.provider, &sim.links), [], "{context}");
        }
    }
}

#[test]
fn settled_then_planned_again_after_a_kill() {
    let (mut whole, desired) = sixty();
    let operations = plan(&desired, &whole.provider, &whole.links);
    run(&mut whole, &operations);
    let expected = picture(&whole.provider);
    for kill_at in 1..=whole.boundaries {
        let (mut sim, desired) = sixty();
        sim.kill_at = Some(kill_at);
        let context = format!("killed at boundary {kill_at}");
        assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed), "{context}");
        let writes = sim.provider.writes;
        let settled = ended(sim.process(&operations, Resume::SettleOnly));
        assert_eq!(settled.end, End::Completed, "{context}");
        assert_eq!(settled.totals.unknown + settled.totals.accepted, 0, "{context}");
        assert_eq!(sim.provider.writes, writes, "settling writes nothing, {context}");
        sim.journal.clear();
        let again = plan(&desired, &sim.provider, &sim.links);
        let adopted = |operation: &&Operation| {
            let source = operation.source.as_ref().map_or("", |source| source.as_str());
            operation.action == Action::Link && source.starts_with("new-")
        };
        assert_eq!(
            again.iter().filter(adopted).count(),
            0,
            "our own accounts are linked by settling, {context}"
        );
        assert!(run(&mut sim, &again).is_settled(), "{context}");
        assert_eq!(picture(&sim.provider), expected, "{context}");
        assert_one_create_each(&sim, &context);
    }
}

/// Five new people and one who is there: two lead each other, one leads nobody but themselves, one is led by who is there.
fn led() -> (Sim, Desired) {
    let mut provider = Provider::default();
    let mut desired = Desired::default();
    let there = provider.add(ObjectKind::User, "t-there", &[("userName", text("there@x.example"))]);
    desired.people.insert(id("there"), person("there@x.example", "Lead"));
    for name in ["a", "b", "c", "d", "e"] {
        desired.people.insert(id(name), person(&format!("{name}@x.example"), "Engineer"));
    }
    for (report, manager) in [("a", "b"), ("b", "a"), ("c", "c"), ("d", "there"), ("there", "e")] {
        desired.managers.insert(id(report), id(manager));
    }
    desired.groups.insert(id("group"), ("Group".to_owned(), [id("a"), id("e")].into()));
    let mut sim = Sim::new(provider, 11);
    sim.links.insert((ObjectKind::User, id("there")), there);
    (sim, desired)
}

#[test]
fn who_leads_whom_survives_a_kill_at_every_boundary() {
    let (mut whole, desired) = led();
    let operations = plan(&desired, &whole.provider, &whole.links);
    let outcome = run(&mut whole, &operations);
    assert!(outcome.is_settled() && outcome.totals.parked == 0, "{:?}", outcome.units);
    assert_eq!(plan(&desired, &whole.provider, &whole.links), []);
    let expected = picture(&whole.provider);
    for resume in [Resume::Continue, Resume::SettleOnly] {
        for kill_at in 1..=whole.boundaries {
            let (mut sim, desired) = led();
            sim.kill_at = Some(kill_at);
            let context = format!("killed at boundary {kill_at}, then {resume:?}");
            assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed), "{context}");
            let outcome = ended(sim.process(&operations, resume));
            assert_eq!(outcome.end, End::Completed, "{context}");
            sim.journal.clear();
            let again = plan(&desired, &sim.provider, &sim.links);
            assert!(resume == Resume::SettleOnly || again.is_empty(), "{context}: {again:?}");
            assert!(run(&mut sim, &again).is_settled(), "{context}");
            assert_eq!(picture(&sim.provider), expected, "{context}");
            assert_one_create_each(&sim, &context);
        }
    }
}

#[test]
fn a_manager_who_cannot_be_made_is_left_out_and_the_person_is_no_failure() {
    let (mut sim, desired) = led();
    sim.provider.poison.insert("b@x.example".to_owned());
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(
        (outcome.end.clone(), outcome.totals.parked),
        (End::Completed, 1),
        "only b, once: {outcome:#?}"
    );
    let left: Vec<_> = outcome.units.iter().flat_map(|unit| &unit.left_out).collect();
    let left: Vec<_> =
        left.iter().map(|undone| (undone.member.source.clone(), &*undone.reason.code)).collect();
    assert_eq!(left, [(Some(id("b")), "UnableToResolveReferenceAttributeValue")]);
    sim.provider.poison.clear();
    sim.journal.clear();
    let again = plan(&desired, &sim.provider, &sim.links);
    assert!(run(&mut sim, &again).is_settled());
    assert_eq!(plan(&desired, &sim.provider, &sim.links), []);
}

#[test]
fn a_lost_reply_is_looked_up_before_anything_is_sent_again() {
    let (mut sim, desired) = sixty();
    sim.faults = Faults { lost_reply: 300, delay: 400, ..Faults::default() };
    sim.limits = Limits { concurrency: 4, requests_per_second: 0, seed: 1 };
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.totals.verified, 60, "{:?}", outcome.totals);
    assert_one_create_each(&sim, "with lost replies");
    let created = outcome.units.iter().filter(|unit| unit.origin == Some(Origin::Created)).count();
    assert_eq!(created, 35, "people and groups found again after a lost reply were made by us");
}

#[test]
fn a_storm_of_429_is_waited_out_and_the_pace_learned() {
    let (mut sim, desired) = sixty();
    sim.provider.cap = 10;
    sim.provider.retry_after = Some(2000);
    sim.limits = Limits { concurrency: 4, requests_per_second: 0, seed: 1 };
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.totals.verified, 60);
    let first = sim.provider.throttled[0];
    let storm: Vec<_> = sim.provider.throttled.iter().filter(|at| **at > first + 100).collect();
    assert_eq!(storm, [] as [&u64; 0], "after the first storm at {first} the pace is below the limit");
    let silence = sim.sent.iter().filter(|(at, _)| *at > first + 20 && *at < first + 2000).count();
    assert_eq!(silence, 0, "Retry-After is honoured by every request");
}

#[test]
fn reading_back_keeps_to_the_pace_that_was_learned_also_after_cancel() {
    // One at a time, so that exactly ten are learned and the eleventh would be one too many.
    for cancel_at in (1000..6000).step_by(97) {
        let (mut sim, desired) = sixty();
        sim.provider.cap = 10;
        sim.limits = Limits { concurrency: 1, requests_per_second: 0, seed: 1 };
        sim.cancel_at = Some(cancel_at);
        let operations = plan(&desired, &sim.provider, &sim.links);
        let outcome = run(&mut sim, &operations);
        let first = sim.provider.throttled[0];
        let later = sim.provider.throttled.iter().filter(|at| **at > first + 100).count();
        assert_eq!(later, 0, "cancelled at {cancel_at}");
        assert_eq!(outcome.totals.accepted, 0, "cancelled at {cancel_at}: all was read back");
    }
}

#[test]
fn the_ceiling_holds_in_every_second() {
    let (mut sim, desired) = sixty();
    sim.limits = Limits { concurrency: 8, requests_per_second: 5, seed: 1 };
    let operations = plan(&desired, &sim.provider, &sim.links);
    assert_eq!(run(&mut sim, &operations).totals.verified, 60);
    for (index, (from, _)) in sim.sent.iter().enumerate() {
        let within = sim.sent[index..].iter().take_while(|(at, _)| *at < from + 1000).count();
        assert!(within <= 5, "{within} requests in the second from {from}");
    }
}

#[test]
fn a_service_provider_that_only_says_429_stops_the_run() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    sim.provider.cap = 1;
    sim.provider.arrivals = (0..2_000_000).step_by(500).collect();
    let outcome = run(&mut sim, &operations);
    assert!(matches!(outcome.end, End::Stopped { why: StopReason::QuotaSpent, .. }), "{:?}", outcome.end);
    assert_eq!(sim.provider.writes, 0);
    sim.provider.cap = 0;
    sim.provider.arrivals.clear();
    assert!(run(&mut sim, &operations).is_settled(), "everything can be resumed");
    assert_one_create_each(&sim, "after a spent quota");
}

#[test]
fn lost_credentials_stop_the_run_and_the_next_one_goes_on() {
    let (mut sim, desired) = sixty();
    sim.provider.locked_out = Some((300, 100_000));
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert!(
        matches!(outcome.end, End::Stopped { why: StopReason::LostAuthentication, .. }),
        "{:?}",
        outcome.end
    );
    assert!(outcome.totals.not_attempted > 0 && outcome.totals.accepted > 0, "{:?}", outcome.totals);
    assert_eq!(outcome.totals.unknown, 0, "a refused request was not processed");
    assert!(!outcome.is_settled());
    sim.now = 200_000;
    assert!(run(&mut sim, &operations).is_settled());
    for (key, made) in &sim.provider.made {
        assert_eq!(*made, 1, "{key:?}");
    }
}

#[test]
fn no_network_stops_the_run_and_parks_nobody() {
    let (mut sim, desired) = sixty();
    sim.faults.no_connection = 1000;
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert!(
        matches!(outcome.end, End::Stopped { why: StopReason::TargetUnreachable, .. }),
        "{:?}",
        outcome.end
    );
    assert_eq!((outcome.totals.parked, outcome.totals.unknown), (0, 0), "{:?}", outcome.totals);
    sim.faults.no_connection = 0;
    assert!(run(&mut sim, &operations).is_settled());
}

#[test]
fn cancel_finishes_what_is_in_flight_and_sends_nothing_more() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    sim.cancel_at = Some(205);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.end, End::Cancelled);
    assert!(sim.sent.iter().all(|(at, _)| *at <= 205));
    assert_eq!(
        (outcome.totals.unknown, outcome.totals.accepted),
        (0, 0),
        "what was in flight was finished, and read"
    );
    assert!(outcome.totals.verified > 0, "{:?}", outcome.totals);
    assert!(outcome.totals.not_attempted > 20, "{:?}", outcome.totals);
    assert!(run(&mut sim, &operations).is_settled());
    assert_one_create_each(&sim, "after cancel");
}

#[test]
fn a_full_disk_stops_before_the_next_request() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    sim.journal_fails_at = Some(4);
    let outcome = run(&mut sim, &operations);
    assert!(matches!(outcome.end, End::Stopped { why: StopReason::JournalFailed, .. }), "{:?}", outcome.end);
    let outcome = run(&mut sim, &operations);
    assert!(outcome.is_settled(), "{:?} {:?}", outcome.end, outcome.totals);
    assert_one_create_each(&sim, "after a full disk");
}

#[test]
fn one_poisoned_person_is_one_outcome_and_left_out_of_groups() {
    let (mut sim, desired) = sixty();
    sim.provider.poison.insert("new7@x.example".to_owned());
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.end, End::Completed);
    assert_eq!((outcome.totals.parked, outcome.totals.verified), (1, 59));
    let parked =
        outcome.units.iter().find(|unit| matches!(unit.end, UnitEnd::Parked(_))).expect("one is parked");
    assert!(matches!(&parked.end, UnitEnd::Parked(why) if why.code == "retries-exhausted"), "{parked:?}");
    let left_out: Vec<_> = outcome.units.iter().flat_map(|unit| &unit.left_out).collect();
    assert_eq!(left_out.len(), 5, "out of the five groups that the person belongs to");
    for undone in left_out {
        assert_eq!(undone.member.source, Some(id("new-07")));
        assert_eq!(undone.reason.code, "person-failed");
    }
}

#[test]
fn a_taken_key_is_adopted_inside_and_parked_outside() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    // Between plan and apply: one is added by hand, one turns out to belong to another organisation.
    sim.provider.add(ObjectKind::User, "t-hand", &[("userName", text("new1@x.example"))]);
    sim.provider.outside.insert("new2@x.example".to_owned());
    let outcome = run(&mut sim, &operations);
    assert_eq!((outcome.totals.parked, outcome.totals.verified), (1, 59));
    let by_hand =
        outcome.units.iter().find(|unit| unit.target.as_ref().is_some_and(|id| id.as_str() == "t-hand"));
    assert_eq!(by_hand.expect("adopted").origin, Some(Origin::Adopted));
    let outside = outcome.units.iter().find_map(|unit| match &unit.end {
        UnitEnd::Parked(why) => Some(why.code.to_string()),
        _ => None,
    });
    assert_eq!(outside.as_deref(), Some("exists-outside-organisation"));
    let next = plan(&desired, &sim.provider, &sim.links);
    assert!(
        next.iter().any(|operation| operation.action == Action::Update),
        "its attributes are the next cycle's"
    );
}

#[test]
fn an_account_that_is_linked_to_someone_else_is_never_adopted() {
    let (mut sim, desired) = sixty();
    let operations = plan(&desired, &sim.provider, &sim.links);
    let target = sim.provider.add(ObjectKind::User, "t-other", &[("userName", text("new1@x.example"))]);
    sim.links.insert((ObjectKind::User, id("someone-else")), target);
    let outcome = run(&mut sim, &operations);
    let parked: Vec<_> = outcome.units.iter().filter(|unit| matches!(unit.end, UnitEnd::Parked(_))).collect();
    assert_eq!(parked.len(), 1);
    assert!(
        matches!(&parked[0].end, UnitEnd::Parked(why) if why.code == "linked-to-another"),
        "{:?}",
        parked[0]
    );
}

#[test]
fn lists_that_lag_are_read_again_and_lists_that_never_show_it_park() {
    let (mut late, desired) = sixty();
    late.provider.lag = 2_500;
    let operations = plan(&desired, &late.provider, &late.links);
    assert_eq!(run(&mut late, &operations).totals.verified, 60);
    let (mut never, _) = sixty();
    never.provider.lag = 1_000_000;
    let outcome = run(&mut never, &operations);
    assert_eq!(outcome.totals.parked, 35, "every created person and group");
    assert!(outcome.is_settled(), "parked is an outcome too");
}

#[test]
fn cancelled_it_looks_once_and_judges_nobody_by_it() {
    let (mut sim, desired) = sixty();
    sim.provider.lag = 1_000_000;
    sim.cancel_at = Some(205);
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!((outcome.end, outcome.totals.parked), (End::Cancelled, 0));
    assert!(outcome.totals.accepted > 0, "{:?}", outcome.totals);
}

#[test]
fn two_thousand_and_one_members_travel_in_chunks() {
    let mut desired = Desired::default();
    for number in 0..2001 {
        desired
            .people
            .insert(id(&format!("p-{number:04}")), person(&format!("p{number}@x.example"), "Engineer"));
    }
    let members = desired.people.keys().cloned().collect();
    desired.groups.insert(id("everyone"), ("Everyone".to_owned(), members));
    let mut sim = Sim::new(Provider::default(), 3);
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.totals.verified, 2001 + 1 + 21);
    assert_eq!(sim.provider.writes, 2001 + 1 + 21);
    assert_eq!(plan(&desired, &sim.provider, &sim.links), []);
}

/// One group of a hundred people who are all there already.
fn one_group_of_a_hundred() -> (Sim, Desired) {
    let mut desired = Desired::default();
    for number in 0..100 {
        desired
            .people
            .insert(id(&format!("p-{number:02}")), person(&format!("p{number}@x.example"), "Engineer"));
    }
    let members = desired.people.keys().cloned().collect();
    let mut sim = Sim::new(Provider::default(), 3);
    let operations = plan(&desired, &sim.provider, &sim.links);
    run(&mut sim, &operations);
    desired.groups.insert(id("everyone"), ("Everyone".to_owned(), members));
    sim.journal.clear();
    sim.provider.writes = 0;
    (sim, desired)
}

#[test]
fn one_member_whom_no_group_takes_keeps_nobody_else_out() {
    let (mut sim, desired) = one_group_of_a_hundred();
    sim.provider.unfit.insert("p42@x.example".to_owned());
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    assert_eq!(outcome.end, End::Completed);
    let [made, joined] = outcome.units.as_slice() else { panic!("{outcome:?}") };
    assert_eq!((&made.end, &joined.end), (&UnitEnd::Verified, &UnitEnd::Verified));
    let left_out: Vec<_> =
        joined.left_out.iter().map(|undone| (&undone.member.source, &*undone.reason.code)).collect();
    assert_eq!(left_out, [(&Some(id("p-42")), "refused-by-target")]);
    let group = sim.provider.find(ObjectKind::Group, "Everyone").remove(0);
    assert_eq!(sim.provider.accounts[&group].members.len(), 99);
    assert_eq!(sim.provider.writes, 1 + 15, "the group, then halves down to the one");
    assert!(outcome.is_settled(), "the next cycle tries that one again");
}

#[test]
fn a_group_that_takes_nobody_is_given_up_after_few_requests() {
    let (mut sim, desired) = one_group_of_a_hundred();
    sim.provider.unfit.extend((0..100).map(|number| format!("p{number}@x.example")));
    let operations = plan(&desired, &sim.provider, &sim.links);
    let outcome = run(&mut sim, &operations);
    let joined = outcome.units.last().expect("a membership");
    assert!(matches!(&joined.end, UnitEnd::Parked(why) if why.code == "refused-by-target"), "{joined:?}");
    assert!(sim.provider.writes <= 1 + 12, "{} writes", sim.provider.writes);
}

#[test]
fn random_values_are_drawn_once_and_survive_a_kill() {
    let mut desired = Desired::default();
    desired.people.insert(id("p"), person("p@x.example", "Engineer"));
    let mut operations = plan(&desired, &Provider::default(), &Default::default());
    operations[0].changes.push(usher_plan::Change {
        attribute: "nickName".into(),
        before: None,
        after: Value::Drawn { placeholder: "Guid()".to_owned(), redacted: false },
    });
    let mut sim = Sim::new(Provider::default(), 3);
    sim.in_flight_arrives = false;
    // The intent is durable, the request is lost with the process.
    sim.kill_at = Some(3);
    assert!(matches!(sim.process(&operations, Resume::Continue), Ran::Killed));
    let drawn = sim.journal[0].drawn["nickName"].clone();
    assert!(run(&mut sim, &operations).is_settled());
    let account = sim.provider.accounts.values().next().expect("made");
    assert_eq!(account.attributes["nickName"], drawn, "the value of the first intent was sent");
}

#[test]
fn an_empty_plan_ends_at_once() {
    let mut sim = Sim::new(Provider::default(), 1);
    let outcome = run(&mut sim, &[]);
    assert!(outcome.is_settled());
    assert_eq!(outcome.requests, 0);
}

#[test]
fn a_slow_disk_holds_the_requests_back() {
    // The model checks at every request that its intent is durable; a slow disk makes the two race.
    for seed in 0..20 {
        let (mut sim, desired) = sixty();
        sim.slow_disk = 3000;
        sim.rng = sim::rng::Rng(seed);
        sim.limits = Limits { concurrency: 1, requests_per_second: 0, seed };
        let operations = plan(&desired, &sim.provider, &sim.links);
        assert_eq!(run(&mut sim, &operations).totals.verified, 60);
    }
}

#[test]
fn what_cannot_be_filled_in_is_parked_and_never_sent() {
    let mut desired = Desired::default();
    desired.people.insert(id("p"), person("p@x.example", "Engineer"));
    let mut operations = plan(&desired, &Provider::default(), &Default::default());
    let after = Value::Redacted { redacted: "digest".to_owned() };
    operations[0].changes.push(usher_plan::Change { attribute: "password".into(), before: None, after });
    let mut machine = usher_engine::Machine::new(usher_engine::ApplyInput {
        operations,
        journal: Vec::new(),
        resume: Resume::Continue,
        limits: Limits::default(),
        fill: Box::new(|_, _| {
            Err(usher_plan::Reason { code: "value-is-gone".into(), with: Default::default() })
        }),
    });
    let effects = machine.step(usher_engine::Event::Start, 0);
    let sends = |effect: &usher_engine::Effect| matches!(effect, usher_engine::Effect::Send { .. });
    assert!(!effects.iter().any(sends), "{effects:?}");
    let effects = machine.step(usher_engine::Event::Durable(1), 5);
    let Some(usher_engine::Effect::Finished(outcome)) = effects.last() else { panic!("{effects:?}") };
    assert!(matches!(&outcome.units[0].end, UnitEnd::Parked(why) if why.code == "value-is-gone"));
}
