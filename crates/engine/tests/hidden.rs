//! Random and redacted values, killed at every boundary: one object, one value, and nothing hidden in the journal.

mod sim;

use sim::desired::{Desired, person, plan};
use sim::provider::Provider;
use sim::{CLEAR, Ran, Sim};
use usher_engine::{End, Resume, UnitEnd};
use usher_plan::{Change, EntraObjectId, Operation, Value};

/// One person to create, with a random value, one that is hidden as well, and a redacted one.
fn create() -> Vec<Operation> {
    let mut desired = Desired::default();
    desired.people.insert(EntraObjectId::from("p"), person("p@x.example", "Engineer"));
    let mut operations = plan(&desired, &Provider::default(), &Default::default());
    let drawn = |redacted| Value::Drawn { placeholder: "Guid()".to_owned(), redacted };
    let open = [
        ("nickName", drawn(false)),
        ("password", drawn(true)),
        ("department", Value::Redacted { redacted: "digest".to_owned() }),
    ];
    let changes = open.map(|(attribute, after)| Change { attribute: attribute.into(), before: None, after });
    operations[0].changes.extend(changes);
    operations
}

/// Goes on after a kill until a process comes to its end.
fn to_the_end(sim: &mut Sim, operations: &[Operation], resume: Resume) -> usher_engine::Outcome {
    sim.kill_at = None;
    for _ in 0..5 {
        if let Ran::Ended(outcome) = sim.process(operations, resume) {
            return outcome;
        }
    }
    panic!("a run that nobody kills must end");
}

/// The journal may know what was drawn, and nothing of what is hidden.
fn journal_is_discreet(sim: &Sim) {
    let text = serde_json::to_string(&sim.journal).expect("records have text keys");
    assert!(!text.contains(CLEAR), "{text}");
    assert!(sim.journal.iter().all(|record| !record.drawn.contains_key("password")), "{text}");
}

#[test]
fn a_kill_at_any_boundary_leaves_one_account_with_one_value_of_each() {
    let operations = create();
    let mut kills = 0;
    for arrives in [true, false] {
        for boundary in 1..40 {
            let mut sim = Sim::new(Provider::default(), 3);
            sim.in_flight_arrives = arrives;
            sim.kill_at = Some(boundary);
            kills += u32::from(matches!(sim.process(&operations, Resume::Continue), Ran::Killed));
            let outcome = to_the_end(&mut sim, &operations, Resume::Continue);
            assert_eq!(outcome.units[0].end, UnitEnd::Verified, "killed at {boundary}, arrives: {arrives}");
            assert_eq!(sim.provider.accounts.len(), 1, "killed at {boundary}, arrives: {arrives}");
            let account = sim.provider.accounts.values().next().expect("it is there");
            let journaled = &sim.journal.last().expect("it has lines").drawn["nickName"];
            assert_eq!(&account.attributes["nickName"], journaled, "killed at {boundary}");
            assert_eq!(account.attributes["department"], Value::Text(CLEAR.to_owned()));
            assert!(
                matches!(&account.attributes["password"], Value::Text(text) if text.starts_with("drawn-"))
            );
            journal_is_discreet(&sim);
        }
    }
    assert!(kills > 4, "{kills} kills are too few to say anything");
}

#[test]
fn settling_after_a_kill_sends_nothing_and_draws_nothing() {
    let operations = create();
    let mut made = 0;
    for boundary in 1..12 {
        let mut sim = Sim::new(Provider::default(), 3);
        sim.kill_at = Some(boundary);
        if !matches!(sim.process(&operations, Resume::Continue), Ran::Killed) {
            continue;
        }
        let facts = |sim: &Sim| {
            (
                sim.provider.writes,
                sim.provider.accounts.len(),
                sim.fills.load(std::sync::atomic::Ordering::Relaxed),
            )
        };
        let before = facts(&sim);
        let outcome = to_the_end(&mut sim, &operations, Resume::SettleOnly);
        assert_eq!(facts(&sim), before, "killed at {boundary}");
        assert_eq!(outcome.end, End::Completed);
        assert_eq!(sim.links.len(), before.1, "killed at {boundary}: {outcome:?}");
        journal_is_discreet(&sim);
        made += before.1;
    }
    assert!(made > 0, "no kill came after the request had arrived");
}

#[test]
fn what_the_service_provider_repeats_of_a_hidden_value_is_taken_out() {
    let mut machine = usher_engine::Machine::new(usher_engine::ApplyInput {
        operations: create(),
        journal: Vec::new(),
        resume: Resume::Continue,
        limits: usher_engine::Limits::default(),
        fill: Box::new(|_, change| {
            let journaled = matches!(change.after, Value::Drawn { redacted: false, .. });
            Ok(Value::Text(if journaled { "anything".to_owned() } else { CLEAR.to_owned() }))
        }),
    });
    machine.step(usher_engine::Event::Start, 0);
    machine.step(usher_engine::Event::Durable(1), 5);
    let reply = usher_engine::Reply::Refused {
        class: usher_engine::Refusal::Invalid,
        detail: format!("400: department \"{}\" is not allowed", CLEAR.to_uppercase()),
        retry_after: None,
    };
    let unit = usher_engine::UnitId { operation: 1, part: 0 };
    machine.step(usher_engine::Event::Reply { unit, reply }, 10);
    let effects = machine.step(usher_engine::Event::Durable(2), 15);
    let shown = format!("{effects:?}").to_lowercase();
    assert!(
        shown.contains("department \\\"[redact]\\\" is not allowed") && !shown.contains(CLEAR),
        "{shown}"
    );
}
