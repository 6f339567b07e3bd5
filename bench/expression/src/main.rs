//! Nine mappings over a hundred thousand people, three ways, on one core in one run: this project's engine, the crate
//! `cel`, and closures written by hand. The three must give the same texts before anything is timed.
//!
//! `cargo xtask bench expression` runs it; `docs/benchmarks.md` says what it found.

mod by_cel;
mod by_hand;
mod mappings;
mod people;

use std::hint::black_box;
use std::ops::Range;

use cpu_time::ThreadTime;
use usher_expression::{Context, Expression};

const PEOPLE: usize = 100_000;
/// Each way is timed so often, in turns, and its best time counts: what else the computer does only ever adds to it.
const ROUNDS: usize = 7;
/// At least so many times as fast as `cel`, and at most so many times the time of closures.
const TARGETS: (f64, f64) = (5.0, 3.0);

fn main() {
    let people = people::people(PEOPLE);
    let ours: Vec<Expression> =
        mappings::ALL.iter().map(|(_, text, _)| Expression::parse(text).expect(text)).collect();
    let cel: Vec<cel::Program> = mappings::ALL.iter().map(|(.., text)| by_cel::compile(text)).collect();
    let hand = by_hand::closures();
    let context = Context::at(jiff::Timestamp::UNIX_EPOCH);
    let engine = by_cel::context();

    // Person by person, as a table of mappings is worked through; `which` is a single mapping or all of them.
    let run_ours = |which: Range<usize>| {
        for person in &people {
            for mapping in &ours[which.clone()] {
                black_box(mapping.evaluate(person, &context).expect("it has a value").value);
            }
        }
    };
    let run_cel = |which: Range<usize>| {
        for person in &people {
            let mut scope = engine.new_inner_scope();
            scope.set_variable_resolver(person);
            for mapping in &cel[which.clone()] {
                black_box(mapping.execute(&scope).expect("it has a value"));
            }
        }
    };
    let run_cel_with_variables = || {
        for person in &people {
            let scope = by_cel::with_variables(&engine, person);
            for mapping in &cel {
                black_box(mapping.execute(&scope).expect("it has a value"));
            }
        }
    };
    let run_hand = |which: Range<usize>| {
        for person in &people {
            for mapping in &hand[which.clone()] {
                black_box(mapping(person));
            }
        }
    };
    let time = |which: Range<usize>| {
        let mut best = [f64::INFINITY; 3];
        for _ in 0..ROUNDS {
            let times = [
                seconds(|| run_ours(which.clone())),
                seconds(|| run_cel(which.clone())),
                seconds(|| run_hand(which.clone())),
            ];
            best = std::array::from_fn(|way| best[way].min(times[way]));
        }
        best
    };

    for (at, (what, ..)) in mappings::ALL.iter().enumerate() {
        for person in &people {
            let first = ours[at].evaluate(person, &context).expect("it has a value").value.into_text();
            let mut scope = engine.new_inner_scope();
            scope.set_variable_resolver(person);
            let second =
                by_cel::text(cel[at].execute(&scope).unwrap_or_else(|error| panic!("{what}: {error}")));
            let third = hand[at](person);
            assert_eq!(first, third, "{what}: {}", person.user_principal_name);
            assert_eq!(second.map(|text| (*text).clone()), third.map(Into::into), "{what}, cel");
        }
    }
    println!("{PEOPLE} people, {} mappings: all three ways give the same texts.\n", mappings::ALL.len());
    println!("| mapping | Usher ns | cel ns | by hand ns | times cel's speed | times by hand |");
    println!("|---|---|---|---|---|---|");
    for (at, (what, ..)) in mappings::ALL.iter().enumerate() {
        row(what, time(at..at + 1));
    }
    let total = time(0..mappings::ALL.len());
    row("**all nine**", total);
    let [ours, cel, hand] = total;
    let variables = (0..ROUNDS).map(|_| seconds(run_cel_with_variables)).fold(f64::INFINITY, f64::min);
    let nanos = variables / PEOPLE as f64 * 1e9;
    println!(
        "\ncel with the people as variables of its contexts: {nanos:.0} ns, {:.1} times.",
        variables / ours
    );
    println!("Usher: {:.0} people a second through all nine.", PEOPLE as f64 / ours);
    let met = |is_met: bool| if is_met { "met" } else { "MISSED" };
    let (speed, time) = (cel / ours, ours / hand);
    println!("At least {} times cel's speed: {speed:.1}, {}.", TARGETS.0, met(speed >= TARGETS.0));
    println!("At most {} times the time by hand: {time:.2}, {}.", TARGETS.1, met(time <= TARGETS.1));
}

/// What the processor was busy for, so that what else the computer does counts as little as possible.
fn seconds(work: impl FnOnce()) -> f64 {
    let start = ThreadTime::now();
    work();
    start.elapsed().as_secs_f64()
}

fn row(what: &str, [ours, cel, hand]: [f64; 3]) {
    let nanos = |seconds: f64| seconds / PEOPLE as f64 * 1e9;
    println!(
        "| {what} | {:.0} | {:.0} | {:.0} | {:.1} | {:.2} |",
        nanos(ours),
        nanos(cel),
        nanos(hand),
        cel / ours,
        ours / hand
    );
}
