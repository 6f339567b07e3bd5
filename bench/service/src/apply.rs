//! How fast a plan is carried out: beside the same requests in a bare loop, beside a script, and beside Entra.

use anyhow::{Result, ensure};
use serde_json::json;
use usher_bench_plan::{Organisation, Size, Target};
use usher_engine::{End, UnitEnd};
use usher_plan::Plan;

use crate::ceiling::{self, met};
use crate::ours::{CONCURRENCY, carry_out};
use crate::practice::{Practice, Received};
use crate::{python, raw};

const PEOPLE: usize = 2_000;
const GROUPS: usize = 40;
const GROUPS_EACH: usize = 4;
/// In turns, each against a world of its own; the best time of each counts. Fewer where the world takes its time.
const ROUNDS: usize = 5;
const SLOW_ROUNDS: usize = 2;
/// How long the world takes for a request besides what it takes anyway, in milliseconds.
const DELAYS: [u64; 3] = [0, 5, 20];
/// At least this share of the bare loop's speed.
const SHARE: f64 = 0.85;

/// Measures and prints everything.
pub async fn measure() -> Result<()> {
    let people = Size { people: PEOPLE, groups: 0, groups_each: 0 };
    let both = Size { people: PEOPLE, groups: GROUPS, groups_each: GROUPS_EACH };
    println!(
        "{CONCURRENCY} requests at a time, the best of {ROUNDS} turns, of {SLOW_ROUNDS} where a request takes longer."
    );
    println!("Each ends with reading everything back.\n");
    println!(
        "| what | a request takes | requests | Usher s | bare loop s | Usher's speed | scim2-client s |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for delay in DELAYS {
        rows.push(row("people", people, delay).await?);
        rows.push(row("people, groups, memberships", both, delay).await?);
    }
    println!();
    for Row { what, delay, share, .. } in &rows {
        println!(
            "{what}, {delay} ms: at least {SHARE} of the bare loop's speed: {share:.2}, {}.",
            met(*share >= SHARE)
        );
    }
    let capped = ceiling::measure().await?;
    entra(capped, PEOPLE as f64 / rows[0].ours);
    Ok(())
}

struct Row {
    what: &'static str,
    delay: u64,
    ours: f64,
    share: f64,
}

async fn row(what: &'static str, size: Size, delay: u64) -> Result<Row> {
    let organisation = Organisation::new(size, Target::Empty, "northwind.example");
    let plan = usher_plan::plan(&organisation.request());
    let (requests, _) = run(&organisation, &plan, 0).await?;
    let [mut ours, mut bare, mut script] = [f64::INFINITY; 3];
    for round in 0..if delay == 0 { ROUNDS } else { SLOW_ROUNDS } {
        ours = ours.min(run(&organisation, &plan, delay).await?.1);
        bare = bare.min(raw::send(&world(delay).await?, &requests).await?);
        // One after the other, it takes its time: where the world takes most of it, once is enough.
        if size.groups == 0 && (delay == 0 || round == 0) {
            script = script.min(python::create(&world(delay).await?, &requests).await?);
        }
    }
    let share = bare / ours;
    let script = if script.is_finite() { format!("{script:.2}") } else { "–".to_owned() };
    let (takes, percent) = (if delay == 0 { "–".to_owned() } else { format!("{delay} ms") }, share * 100.0);
    println!("| {what} | {takes} | {} | {ours:.2} | {bare:.2} | {percent:.0} % | {script} |", requests.len());
    Ok(Row { what, delay, ours, share })
}

/// A fresh world that takes so many milliseconds longer for each request.
async fn world(delay: u64) -> Result<Practice> {
    let practice = Practice::start(0, 0)?;
    if delay > 0 {
        let fault = json!({ "service": "goto_api", "effect": { "delay_ms": delay } });
        practice.control("POST", "faults", Some(fault)).await?;
    }
    Ok(practice)
}

/// Carries the plan out in a fresh world: what the world received, and how long it took.
async fn run(organisation: &Organisation, plan: &Plan, delay: u64) -> Result<(Vec<Received>, f64)> {
    let practice = world(delay).await?;
    let carried = carry_out(&practice, organisation, plan, std::future::pending()).await?;
    ensure!(carried.outcome.end == End::Completed, "it ends with {:?}", carried.outcome.end);
    let verified = carried.outcome.units.iter().all(|unit| unit.end == UnitEnd::Verified);
    ensure!(verified, "everything is listed back");
    Ok((practice.received("goto_api").await?, carried.seconds))
}

/// Microsoft's figures for an initial cycle: 0.01 to 0.08 minutes for each assigned user, group and member (Microsoft
/// Learn, "Find out when a specific user will be able to access an app").
fn entra(capped: f64, uncapped: f64) {
    println!(
        "\n| people, first cycle | Entra, as published | Usher at 10 requests a second | Usher without a cap |"
    );
    println!("|---|---|---|---|");
    for people in [1_000.0, 10_000.0, 100_000.0] {
        println!(
            "| {people} | {:.0} to {:.0} min | {:.1} min | {:.2} min |",
            people * 0.01,
            people * 0.08,
            people / capped / 60.0,
            people / uncapped / 60.0
        );
    }
}
