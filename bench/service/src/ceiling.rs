//! A service provider that answers ten requests in any second and does not say so beforehand.

use std::time::Duration;

use anyhow::{Result, ensure};
use jiff::Timestamp;
use usher_bench_plan::{Organisation, Size, Target};

use crate::ours::carry_out;
use crate::practice::{Practice, Received};

const CAP: usize = 10;
const SECONDS: usize = 60;
/// At least this share of what the cap allows.
const SHARE: f64 = 0.95;

/// Runs for a minute against the cap, prints what the world counted, and gives the requests that went through a second.
pub async fn measure() -> Result<f64> {
    let size = Size { people: CAP * SECONDS * 2, groups: 0, groups_each: 0 };
    let organisation = Organisation::new(size, Target::Empty, "northwind.example");
    let plan = usher_plan::plan(&organisation.request());
    let practice = Practice::start(0, CAP as u32)?;
    let minute = tokio::time::sleep(Duration::from_secs(SECONDS as u64));
    carry_out(&practice, &organisation, &plan, minute).await?;
    let requests = practice.received("goto_api").await?;
    let (refused, answered): (Vec<&Received>, Vec<&Received>) =
        requests.iter().partition(|request| request.status == 429);
    // When the minute is over, what was written is read back once.
    ensure!(
        answered.iter().all(|request| request.status == 201 || request.method == "GET"),
        "everything else is a create that succeeds"
    );
    let first = requests.first().map_or(Timestamp::UNIX_EPOCH, |request| request.at);
    let after = |request: &Received| request.at.duration_since(first).as_secs_f64();
    let within = answered.iter().filter(|request| after(request) < SECONDS as f64).count();
    let share = within as f64 / (CAP * SECONDS) as f64;
    println!("\nAgainst {CAP} requests in any second, {SECONDS} s, the ceiling not known beforehand:");
    println!(
        "- {within} of {} requests went through, {:.1} %: {}.",
        CAP * SECONDS,
        share * 100.0,
        met(share >= SHARE)
    );
    println!("- At most {} in any second.", most_in_a_second(&answered));
    let times: Vec<String> = refused.iter().map(|request| format!("{:.3}", after(request))).collect();
    // What left before the first refusal was heard could not know of it.
    let later = refused.iter().filter(|request| after(request) > after(refused[0]) + 0.5).count();
    println!(
        "- {} answers of 429, at {} s; later ones: {later}, {}.",
        refused.len(),
        times.join(", "),
        met(later == 0)
    );
    Ok(within as f64 / SECONDS as f64)
}

fn most_in_a_second(requests: &[&Received]) -> usize {
    let within = |at: usize| {
        let end = requests[at].at + Duration::from_secs(1);
        requests[at..].iter().take_while(|request| request.at < end).count()
    };
    (0..requests.len()).map(within).max().unwrap_or(0)
}

/// The word for a target.
pub fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}
