//! What a plan costs, by size of the organisation: time, and memory of the whole process with both sides in it.
//!
//! `cargo xtask bench plan` runs it; `docs/benchmarks.md` says what it found. Each measurement is a process of its own,
//! so that one peak does not hide another.

use std::process::Command;
use std::time::Instant;

use cpu_time::ProcessTime;
use usher_bench_plan::{Organisation, Size, Target};

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const GROUPS: usize = 500;
const GROUPS_EACH: usize = 10;
/// The best counts: what else the computer does only ever adds to it.
const ROUNDS: usize = 5;
/// A million people take half a minute each time.
const ROUNDS_OF_A_MILLION: usize = 2;
/// What the plan of `TARGET_SIZE` people may take: seconds, and megabytes of a million bytes.
const TARGETS: (f64, f64) = (2.0, 300.0);
const TARGET_SIZE: usize = 100_000;
const CASES: [(&str, Target); 3] = [
    ("nothing to do", Target::InStep),
    ("everybody created", Target::Empty),
    ("everybody adopted", Target::Unlinked),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [people, case] => measure(people.parse().expect("a number of people"), case),
        _ => table(),
    }
}

/// One measurement, in a process that does nothing else.
fn measure(people: usize, case: &str) {
    let target = CASES.iter().find(|(name, _)| *name == case).expect("a case").1;
    let size = Size { people, groups: GROUPS, groups_each: GROUPS_EACH };
    let organisation = Organisation::new(size, target, "northwind.example");
    let sides = status("VmRSS");
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let plan = usher_plan::plan(&organisation.request());
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    let (objects, counts) = ((people + GROUPS) as u32, plan.counts);
    match target {
        Target::InStep => assert_eq!((plan.operations.len(), counts.no_change), (0, objects)),
        Target::Unlinked => assert_eq!((plan.operations.len(), counts.link), (objects as usize, objects)),
        Target::Empty => {
            assert_eq!((counts.create, counts.members_added as usize), (objects, people * GROUPS_EACH));
        }
    }
    println!("{wall} {cpu} {sides} {}", status("VmHWM"));
}

/// A line of the kernel's account of this process, in bytes.
fn status(name: &str) -> u64 {
    let all = std::fs::read_to_string("/proc/self/status").expect("Linux keeps an account of each process");
    let line = all.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).expect("it is in the account");
    kilobytes.trim().parse::<u64>().expect("it is a number") * 1024
}

fn table() {
    println!("{GROUPS} groups, each person is a member of {GROUPS_EACH} of them. Best of {ROUNDS} turns.\n");
    println!(
        "| people | memberships | case | wall s | processor s | µs a person | both sides MB | peak MB | bytes a person |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut verdicts = Vec::new();
    for people in SIZES {
        for (case, _) in CASES {
            let mut best = [f64::INFINITY; 4];
            let rounds = if people < 1_000_000 { ROUNDS } else { ROUNDS_OF_A_MILLION };
            for _ in 0..rounds {
                let measured = in_a_process(people, case);
                best = std::array::from_fn(|at| best[at].min(measured[at]));
            }
            let [wall, cpu, sides, peak] = best;
            let each = |value: f64| value / people as f64;
            println!(
                "| {people} | {} | {case} | {wall:.3} | {cpu:.3} | {:.1} | {:.0} | {:.0} | {:.0} |",
                people * GROUPS_EACH,
                each(wall) * 1e6,
                sides / 1e6,
                peak / 1e6,
                each(peak)
            );
            if people == TARGET_SIZE {
                let met = |is_met: bool| if is_met { "met" } else { "MISSED" };
                verdicts.push(format!(
                    "{TARGET_SIZE} people, {case}: at most {} s: {wall:.2}, {}; at most {} MB: {:.0}, {}.",
                    TARGETS.0,
                    met(wall <= TARGETS.0),
                    TARGETS.1,
                    peak / 1e6,
                    met(peak / 1e6 <= TARGETS.1)
                ));
            }
        }
    }
    println!("\n{}", verdicts.join("\n"));
}

fn in_a_process(people: usize, case: &str) -> [f64; 4] {
    let me = std::env::current_exe().expect("this program has a path");
    let ended = Command::new(me).args([&people.to_string(), case]).output().expect("it starts");
    assert!(ended.status.success(), "{people} people, {case}: {}", String::from_utf8_lossy(&ended.stderr));
    let text = String::from_utf8(ended.stdout).expect("it prints numbers");
    let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    numbers.try_into().expect("it prints four numbers")
}
