//! The tokio driver, with paused time: the same machine, the other driver.

mod sim;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use sim::desired::{Desired, person, plan};
use sim::provider::Provider;
use tokio::time::Instant;
use usher_engine::{
    ApplyInput, End, Facts, Journal, JournalFailed, Limits, LookUp, Machine, ReadBack, Record, Reply, Resume,
    StopReason, Target, Trouble, Write, drive, open_units,
};
use usher_plan::{EntraObjectId, Key, ObjectKind, Operation};

struct Outside {
    provider: Mutex<Provider>,
    lines: Mutex<Vec<Record>>,
    began: Instant,
    /// Every reply is lost once this many writes were processed.
    silent_after: u32,
    disk_full_after: usize,
}

impl Outside {
    fn new() -> Outside {
        Outside {
            provider: Mutex::default(),
            lines: Mutex::default(),
            began: Instant::now(),
            silent_after: u32::MAX,
            disk_full_after: usize::MAX,
        }
    }

    fn now(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn posts(&self) -> u32 {
        self.provider.lock().expect("whole").posts.values().sum()
    }
}

impl Target for Outside {
    fn write(&self, write: Write) -> BoxFuture<'_, Reply> {
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let (reply, count) = {
                let mut provider = self.provider.lock().expect("whole");
                (provider.write(&write, self.now()), provider.writes)
            };
            if count > self.silent_after {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            reply
        }
        .boxed()
    }

    fn look_up(&self, kind: ObjectKind, key: Key) -> BoxFuture<'_, LookUp> {
        let found = self.provider.lock().expect("whole").look_up(kind, &key, &Default::default(), self.now());
        futures::future::ready(found).boxed()
    }

    fn read_back(&self, wanted: ReadBack, _: Option<u32>) -> BoxFuture<'_, Result<Facts, Trouble>> {
        let facts = self.provider.lock().expect("whole").read_back(&wanted, self.now());
        futures::future::ready(facts).boxed()
    }
}

impl Journal for Outside {
    fn append(&self, records: Vec<Record>) -> BoxFuture<'_, Result<(), JournalFailed>> {
        async move {
            tokio::time::sleep(Duration::from_millis(3)).await;
            let mut lines = self.lines.lock().expect("whole");
            if lines.len() + records.len() > self.disk_full_after {
                return Err(JournalFailed { detail: "disk full".to_owned() });
            }
            lines.extend(records);
            Ok(())
        }
        .boxed()
    }
}

fn twenty() -> Vec<Operation> {
    let mut desired = Desired::default();
    for number in 1..=20 {
        let source = EntraObjectId::from(format!("p-{number:02}"));
        desired.people.insert(source, person(&format!("p{number}@x.example"), "Engineer"));
    }
    plan(&desired, &Provider::default(), &Default::default())
}

fn machine(outside: &Outside, limits: Limits) -> Machine {
    Machine::new(ApplyInput {
        operations: twenty(),
        journal: outside.lines.lock().expect("whole").clone(),
        resume: Resume::Continue,
        limits,
        fill: Box::new(|_, change| Ok(change.after.clone())),
    })
}

fn never() -> std::future::Pending<()> {
    std::future::pending()
}

#[tokio::test(start_paused = true)]
async fn drives_to_the_end_at_the_given_pace() {
    let outside = Arc::new(Outside::new());
    let limits = Limits { concurrency: 2, requests_per_second: 8, seed: 0 };
    let mut last = None;
    let outcome = drive(machine(&outside, limits), outside.clone(), outside.clone(), never(), |progress| {
        last = Some(progress);
    })
    .await;
    assert_eq!((outcome.end, outcome.totals.verified), (End::Completed, 20));
    let took = outside.began.elapsed();
    assert!(
        took >= Duration::from_secs(2) && took < Duration::from_secs(3),
        "20 at 8 per second took {took:?}"
    );
    let last = last.expect("reported");
    assert_eq!((last.done, last.total, last.requests), (20, 20, 20));
    assert!(open_units(&outside.lines.lock().expect("whole")).is_empty());
}

#[tokio::test(start_paused = true)]
async fn dropped_in_the_middle_and_driven_again() {
    let outside = Arc::new(Outside { silent_after: 7, ..Outside::new() });
    // A host may spawn it on any thread.
    fn spawnable<T: Send>(future: T) -> T {
        future
    }
    let running =
        drive(machine(&outside, Limits::default()), outside.clone(), outside.clone(), never(), |_| {});
    let running = spawnable(running);
    let ended = tokio::time::timeout(Duration::from_secs(60), running).await;
    assert!(ended.is_err(), "without replies it waits");
    assert!(!open_units(&outside.lines.lock().expect("whole")).is_empty());
    let posts = outside.posts();
    let after = Arc::new(Outside {
        provider: Mutex::new(outside.provider.lock().expect("whole").clone()),
        lines: Mutex::new(outside.lines.lock().expect("whole").clone()),
        ..Outside::new()
    });
    let outcome =
        drive(machine(&after, Limits::default()), after.clone(), after.clone(), never(), |_| {}).await;
    assert!(outcome.is_settled(), "{outcome:?}");
    assert!(posts >= 8);
    assert_eq!(after.posts(), 20, "one request to create each person, over both processes");
}

#[tokio::test(start_paused = true)]
async fn cancelled_it_finishes_what_is_in_flight() {
    let outside = Arc::new(Outside::new());
    let cancel = tokio::time::sleep(Duration::from_millis(70));
    let outcome =
        drive(machine(&outside, Limits::default()), outside.clone(), outside.clone(), cancel, |_| {}).await;
    assert_eq!(outcome.end, End::Cancelled);
    assert_eq!((outcome.totals.verified, outcome.totals.unknown), (4, 0));
    assert_eq!(outcome.totals.not_attempted, 16);
    assert_eq!(outside.posts(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_ends_the_run() {
    let outside = Arc::new(Outside { disk_full_after: 25, ..Outside::new() });
    let outcome =
        drive(machine(&outside, Limits::default()), outside.clone(), outside.clone(), never(), |_| {}).await;
    assert!(matches!(outcome.end, End::Stopped { why: StopReason::JournalFailed, .. }), "{:?}", outcome.end);
    assert!(outside.posts() < 20);
}

#[tokio::test(start_paused = true)]
async fn the_first_page_in_place_of_an_answer_ends_the_run() {
    let provider = Mutex::new(Provider { page_from: Some(100), ..Provider::default() });
    let outside = Arc::new(Outside { provider, ..Outside::new() });
    let limits = Limits { concurrency: 1, ..Limits::default() };
    let outcome = drive(machine(&outside, limits), outside.clone(), outside.clone(), never(), |_| {}).await;
    assert!(matches!(outcome.end, End::Stopped { why: StopReason::WrongAddress, .. }), "{:?}", outcome.end);
    assert_eq!((outcome.totals.parked, outcome.totals.unknown), (0, 0));
    let after = outside.provider.lock().expect("whole").arrivals.iter().filter(|at| **at >= 100).count();
    assert_eq!(after, 1, "one page says it all");
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_look_up_ends_the_run_before_anything_is_sent_again() {
    let outside = Arc::new(Outside { silent_after: 0, ..Outside::new() });
    let running =
        drive(machine(&outside, Limits::default()), outside.clone(), outside.clone(), never(), |_| {});
    assert!(tokio::time::timeout(Duration::from_secs(60), running).await.is_err(), "nobody answers");
    let posts = outside.posts();
    outside.provider.lock().expect("whole").page_from = Some(0);
    let outcome =
        drive(machine(&outside, Limits::default()), outside.clone(), outside.clone(), never(), |_| {}).await;
    assert!(matches!(outcome.end, End::Stopped { why: StopReason::WrongAddress, .. }), "{:?}", outcome.end);
    assert_eq!((outside.posts(), outcome.totals.parked), (posts, 0));
}
