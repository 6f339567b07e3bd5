//! Random worlds, networks and kills from a seed. After quiet everything is as it should be, with nothing twice.
//!
//! `USHER_SEEDS=100000 cargo nextest run -p usher-engine --test seeds` runs more of them; `USHER_SEED=n` replays one.

mod sim;

use std::collections::BTreeSet;

use sim::desired::{Desired, person, picture, plan, text};
use sim::provider::Provider;
use sim::rng::Rng;
use sim::{Faults, Ran, Sim};
use usher_engine::{Limits, Resume};
use usher_plan::{Action, EntraObjectId, ObjectKind, Value};

/// How many seeds a run of the tests tries.
const SEEDS: u64 = 3000;

/// Cycles after which a world must be quiet. Faults end after the first few, so that it can be.
const CYCLES: u32 = 12;

fn world(rng: &mut Rng) -> (Sim, Desired) {
    let mut provider = Provider { careless: rng.per_mille(500), ..Provider::default() };
    let mut desired = Desired::default();
    let mut links = Vec::new();
    for number in 0..rng.below(25) {
        let source = EntraObjectId::from(format!("e-{number:02}"));
        let name = format!("p{number}@x.example");
        let there = rng.per_mille(500);
        let target = there.then(|| {
            let title = if rng.per_mille(500) { "Old" } else { "Engineer" };
            let attributes =
                [("userName", text(&name)), ("title", text(title)), ("active", Value::Boolean(true))];
            provider.add(ObjectKind::User, &format!("t-{number:02}"), &attributes)
        });
        let linked = rng.per_mille(600);
        if let Some(target) = target.filter(|_| linked) {
            links.push(((ObjectKind::User, source.clone()), target));
        }
        match rng.below(10) {
            0 => drop(desired.leavers.insert(source)),
            1 => drop(desired.deleted.insert(source)),
            _ => drop(desired.people.insert(source, person(&name, "Engineer"))),
        }
    }
    for number in 0..rng.below(4) {
        let source = EntraObjectId::from(format!("g-{number}"));
        let name = format!("Group {number}");
        if rng.per_mille(400) {
            let target =
                provider.add(ObjectKind::Group, &format!("t-g{number}"), &[("displayName", text(&name))]);
            let members: Vec<_> =
                links.iter().filter(|_| rng.per_mille(300)).map(|(_, id)| id.clone()).collect();
            provider.accounts.get_mut(&target).expect("added above").members.extend(members);
            links.push(((ObjectKind::Group, source.clone()), target));
        }
        let members: BTreeSet<_> = desired.people.keys().filter(|_| rng.per_mille(400)).cloned().collect();
        desired.groups.insert(source, (name, members));
    }
    let mut sim = Sim::new(provider, rng.next());
    sim.links.extend(links);
    (sim, desired)
}

fn trouble(sim: &mut Sim, rng: &mut Rng) {
    let some = |rng: &mut Rng, most: u64| if rng.per_mille(500) { rng.below(most) } else { 0 };
    sim.faults = Faults {
        lost_request: some(rng, 100),
        lost_reply: some(rng, 200),
        no_connection: some(rng, 100),
        server_error: some(rng, 200),
        delay: 1 + some(rng, 3000),
    };
    sim.limits = Limits {
        concurrency: 1 + rng.below(6) as u32,
        requests_per_second: some(rng, 12) as u32,
        seed: rng.next(),
    };
    sim.provider.lag = some(rng, 2500);
    sim.provider.cap = if rng.per_mille(300) { 3 + rng.below(10) as u32 } else { 0 };
    sim.provider.retry_after = rng.per_mille(500).then(|| 1000 * rng.below(5));
    sim.provider.locked_out = rng.per_mille(100).then(|| {
        let from = sim.now + rng.below(2000);
        (from, from + rng.below(5000))
    });
    sim.slow_disk = 1 + some(rng, 1000);
    sim.in_flight_arrives = rng.per_mille(500);
    sim.kill_at = rng.per_mille(600).then(|| sim.boundaries + 1 + rng.below(60));
    sim.cancel_at = rng.per_mille(100).then(|| sim.now + rng.below(3000));
    sim.journal_fails_at = rng.per_mille(50).then(|| 1 + rng.below(5));
}

fn calm(sim: &mut Sim) {
    sim.faults = Faults { delay: 50, ..Faults::default() };
    sim.provider.lag = 0;
    sim.provider.cap = 0;
    sim.provider.locked_out = None;
    sim.kill_at = None;
    sim.cancel_at = None;
    sim.journal_fails_at = None;
}

fn check(seed: u64) {
    let mut rng = Rng(seed);
    let (mut sim, desired) = world(&mut rng);
    let mut allowed = BTreeSet::new();
    for cycle in 0..CYCLES {
        let operations = plan(&desired, &sim.provider, &sim.links);
        if operations.is_empty() {
            return quiet(seed, &sim, &desired, &allowed);
        }
        for operation in &operations {
            if matches!(operation.action, Action::Disable | Action::Delete) {
                allowed.extend(operation.target.clone());
            }
        }
        sim.journal.clear();
        let mut stale = false;
        for process in 0.. {
            assert!(process < 20, "seed {seed}: a run of cycle {cycle} does not end");
            sim.now += rng.below(60_000);
            if cycle < 4 && process < 4 {
                trouble(&mut sim, &mut rng)
            } else {
                calm(&mut sim)
            }
            let resume = if stale { Resume::SettleOnly } else { Resume::Continue };
            let before = sim.provider.writes;
            match sim.process(&operations, resume) {
                Ran::Ended(outcome) if outcome.end == usher_engine::End::Completed => {
                    let totals = outcome.totals;
                    assert_eq!(
                        totals.accepted + totals.unknown,
                        0,
                        "seed {seed}: completed and open: {totals:?}"
                    );
                    assert!(
                        stale || totals.not_attempted == 0,
                        "seed {seed}: completed and undone: {totals:?}"
                    );
                    break;
                }
                // Stopped, cancelled or killed: go on, or give the plan up and settle.
                Ran::Ended(_) | Ran::Killed => {
                    assert!(!stale || sim.provider.writes == before, "seed {seed}: settling wrote");
                    stale = stale || rng.per_mille(300);
                }
            }
        }
    }
    panic!("seed {seed}: not quiet after {CYCLES} cycles: {:?}", plan(&desired, &sim.provider, &sim.links));
}

fn quiet(seed: u64, sim: &Sim, desired: &Desired, allowed: &BTreeSet<usher_plan::ScimId>) {
    for (key, made) in &sim.provider.made {
        assert_eq!(*made, 1, "seed {seed}: {key:?} was made {made} times");
    }
    assert!(sim.provider.removed.is_subset(allowed), "seed {seed}: a removal that no plan had");
    let there = picture(&sim.provider);
    for (source, attributes) in &desired.people {
        let key = format!(
            "User {}",
            match &attributes["userName"] {
                Value::Text(text) => text,
                other => panic!("{other:?}"),
            }
        );
        assert_eq!(there.get(&key).map(|(seen, _)| seen), Some(attributes), "seed {seed}: {source}");
    }
}

#[test]
fn every_seed_converges() {
    if let Ok(seed) = std::env::var("USHER_SEED") {
        return check(seed.parse().expect("USHER_SEED is a number"));
    }
    let seeds = std::env::var("USHER_SEEDS")
        .ok()
        .map_or(SEEDS, |seeds| seeds.parse().expect("USHER_SEEDS is a number"));
    for seed in 0..seeds {
        check(seed);
    }
}
