//! What is remembered when cycles have ended: who waits for another try is told apart from who failed in the last one, and
//! what names people goes after its time.

use usher_engine::cycle::Memory as Life;
use usher_runner::state;
use usher_sandbox::Dialect;
use usher_store::{LogQuery, RunId};

use crate::help::local::Local;

const DAY: u32 = 24 * 60;

fn life(local: &Local) -> Life {
    local
        .reading
        .memory
        .now(|store| store.state(state::LIFE).expect("it can be read"))
        .expect("a cycle ended")
}

#[tokio::test]
async fn who_waits_for_another_try_did_not_fail_in_the_last_cycle() {
    let local = Local::new(Dialect::GotoV1).await;
    let first = local.run().await.expect("a cycle ends");
    let failed = first.plan.counts.failed + first.outcome.totals.parked;
    assert!(failed > 0, "GotoV1 refuses some of the practice tenant's people");
    let last = life(&local).last.expect("it ended");
    let waiting = local.reading.memory.now(|store| store.retries().expect("they can be read").len());
    assert_eq!((last.failed, last.waiting as usize), (failed, waiting));

    // They are tried again after one more cycle, then after two, four ...: there are cycles that look at none of them.
    for _ in 0..3 {
        local.world.advance(40).await;
        let report = local.run().await.expect("a cycle ends");
        let last = life(&local).last.expect("it ended");
        let failed = report.plan.counts.failed + report.outcome.totals.parked;
        assert_eq!((last.failed, last.waiting as usize), (failed, waiting), "at {}", last.ended);
        assert_eq!(report.waiting as usize, waiting, "whoever ran it hears of them");
        if failed == 0 {
            assert_eq!(last.failing() as usize, waiting, "they count for quarantine all the same");
            return;
        }
    }
    panic!("every cycle tried them again");
}

/// How many entries the log has of a run, how many lines the journal, and whether its plan can be seen.
fn remembered(local: &Local, run: RunId) -> (u64, usize, bool) {
    let query = LogQuery { run: Some(run), ..LogQuery::default() };
    local.reading.memory.now(|store| {
        let hash = store.run(run).expect("the run stays").plan.expect("it had one");
        let journal = store.journal(run).expect("it can be read").len();
        let plan = store.plan(&hash).expect("it can be read");
        (store.count_log(&query).expect("it can be counted"), journal, plan.is_some())
    })
}

#[tokio::test]
async fn plans_and_journals_go_after_a_month_and_the_log_after_a_year() {
    let local = Local::new(Dialect::Scim2).await;
    let first = local.run().await.expect("a cycle ends");
    let (entries, lines, _) = remembered(&local, first.run);
    assert!(entries > 0 && lines > 0);
    local.world.advance(29 * DAY).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(remembered(&local, first.run), (entries, lines, true));

    // The plan waits for a person: it stays as long as that takes.
    let hash = first.plan.hash.clone();
    let wait = |hash: Option<String>| {
        let set = |life: &mut Life| life.waiting_for = hash;
        local.reading.memory.now(|store| store.update_state(state::LIFE, set).expect("it is noted"));
    };
    wait(Some(hash));
    local.world.advance(2 * DAY).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(remembered(&local, first.run), (entries, 0, true));
    wait(None);
    local.run().await.expect("a cycle ends");
    assert_eq!(remembered(&local, first.run), (entries, 0, false));

    // Most of a year at once: whoever's clock is ahead for an hour keeps what it remembers.
    local.world.advance(335 * DAY).await;
    local.run().await.expect("a cycle ends");
    local.run().await.expect("a cycle ends");
    assert_eq!(remembered(&local, first.run), (entries, 0, false));
    local.world.advance(DAY).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(remembered(&local, first.run), (0, 0, false));
    let links = local.reading.memory.now(|store| store.count_links().expect("they can be counted"));
    assert!(links.0 > 0, "who belongs to whom stays");
}

#[tokio::test]
async fn the_log_is_kept_as_long_as_the_connection_says() {
    let mut local = Local::new(Dialect::Scim2).await;
    local.connection.runner.log_days = 3;
    let first = local.run().await.expect("a cycle ends");
    local.world.advance(2 * DAY).await;
    local.run().await.expect("a cycle ends");
    assert!(remembered(&local, first.run).0 > 0, "two days are not three");
    local.world.advance(2 * DAY).await;
    local.run().await.expect("a cycle ends");
    let (entries, lines, plan) = remembered(&local, first.run);
    assert!(entries == 0 && lines > 0 && plan, "the log alone");
}
