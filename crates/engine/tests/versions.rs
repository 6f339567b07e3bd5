//! Writes that are bound to what the plan saw: nobody's work is overwritten, and no retry trips over its own success.

mod sim;

use sim::desired::text;
use sim::provider::{Provider, Stranger};
use sim::{Faults, Ran, Sim};
use usher_engine::{Outcome, Resume, UnitEnd};
use usher_plan::{Action, Change, EntraObjectId, ObjectKind, Operation, Reason, Value};

/// One account, and a plan that gives it another family name.
fn world(seed: u64) -> (Sim, Vec<Operation>) {
    let mut provider = Provider { versions: true, ..Provider::default() };
    let attributes =
        [("userName", text("ana@x.example")), ("name.familyName", text("Old")), ("title", text("CEO"))];
    let target = provider.add(ObjectKind::User, "t-1", &attributes);
    let changes =
        vec![Change { attribute: "name.familyName".into(), before: Some(text("Old")), after: text("New") }];
    let operation = Operation {
        id: 1,
        kind: ObjectKind::User,
        action: Action::Update,
        source: Some(EntraObjectId::from("ana")),
        target: Some(target),
        display: "Ana".to_owned(),
        key: None,
        changes,
        members: Vec::new(),
        reason: Reason { code: "attributes-differ".into(), with: Default::default() },
        observed: None,
        version: Some("1".into()),
        after: None,
    };
    (Sim::new(provider, seed), vec![operation])
}

fn end(sim: &mut Sim, operations: &[Operation]) -> Outcome {
    loop {
        if let Ran::Ended(outcome) = sim.process(operations, Resume::Continue) {
            return outcome;
        }
    }
}

fn family_name(sim: &Sim) -> &Value {
    &sim.provider.accounts.values().next().expect("it is there").attributes["name.familyName"]
}

#[test]
fn what_somebody_changed_since_the_plan_was_made_is_left_to_the_next_plan() {
    let (mut sim, operations) = world(1);
    sim.strangers.insert(0, Stranger::Renames(0));
    let outcome = end(&mut sim, &operations);
    let UnitEnd::Parked(reason) = &outcome.units[0].end else { panic!("{:?}", outcome.units) };
    assert_eq!(reason.code, "changed-at-target");
    assert_eq!(family_name(&sim), &text("Elsewhere"));
}

#[test]
fn what_else_changed_of_the_account_does_not_matter() {
    let (mut sim, operations) = world(1);
    sim.strangers.insert(0, Stranger::Deactivates(0));
    assert_eq!(end(&mut sim, &operations).units[0].end, UnitEnd::Verified);
    assert_eq!(family_name(&sim), &text("New"));
}

/// The version that a lost reply made is not held against the same request when it is sent again.
#[test]
fn lost_replies_and_kills_do_not_look_like_somebody_elses_work() {
    let mut again = 0;
    for seed in 0..200 {
        let (mut sim, operations) = world(seed);
        sim.faults = Faults { lost_reply: 400, server_error: 200, ..Faults::default() };
        sim.kill_at = (seed % 2 == 0).then_some(1 + seed / 2 % 12);
        let outcome = end(&mut sim, &operations);
        // Five lost replies in a row are the end of it, whatever arrived.
        let end = &outcome.units[0].end;
        assert!(
            !matches!(end, UnitEnd::Parked(why) if why.code == "changed-at-target"),
            "seed {seed}: {end:?}"
        );
        assert_eq!(family_name(&sim), &text("New"), "seed {seed}");
        again += u32::from(sim.provider.writes > 1);
    }
    assert!(again > 50, "in {again} worlds it was sent again");
}
