//! What needs a person: who failed in the last cycle is told apart from who failed before and waits for another try.

use usher_commands::dto::ImportConnection;
use usher_commands::health::{HealthState, health};
use usher_commands::{App, Options, connections, words};
use usher_engine::cycle::{CycleResult, Ended, Memory as Life};
use usher_runner::state;
use usher_store::{ConnectionId, DataFolder, World};

/// What the health line says after a cycle of 100 people in which so many failed, and so many wait.
async fn told(result: CycleResult, failed: u32, waiting: u32) -> (HealthState, bool, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { data: Some(folder.path().to_owned()), memory_vault: true, ..Options::default() };
    let app = App::open(options).await.expect("it opens");
    let text = "id = \"contoso\"\nprofile = \"goto\"\n[source]\n[target]\n".to_owned();
    connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
    let id = ConnectionId::new("contoso").expect("an id");
    let store = DataFolder::open(folder.path()).expect("it opens").connection(&id, World::Live);
    let [began, ended] =
        ["2026-01-05T08:00:00Z", "2026-01-05T08:01:00Z"].map(|at| at.parse().expect("an instant"));
    let cycle = usher_plan::Cycle::Incremental;
    let last = Ended { cycle, began, ended, result, failed, waiting, considered: 100 };
    let life = Life { ever_on: true, on: true, last: Some(last), ..Life::default() };
    store.expect("it is there").set_state(state::LIFE, &life).expect("a cycle has ended");
    let health = health(&app, "contoso").await.expect("it can be asked");
    (health.state, health.healthy, health.needs.iter().map(|need| words(&need.message)).collect())
}

#[tokio::test]
async fn what_failed_in_the_last_cycle_is_its_own_number() {
    let entry = CycleResult::EntryLevelErrors;
    let now = "5 people and groups failed in the last cycle";
    let before = "7 people and groups are tried again later: they failed, or wait for somebody who did";
    for (failed, waiting, says) in [
        (5, 5, &[now][..]),
        (5, 7, &[now, before]),
        (0, 7, &[before]),
        (0, 1, &["One person or group is tried again later: it failed, or waits for somebody who did"]),
    ] {
        let (state, healthy, needs) = told(entry.clone(), failed, waiting).await;
        assert_eq!((state, healthy), (HealthState::Problems, false), "{failed} {waiting}");
        let plain: Vec<String> =
            needs.iter().map(|need| need.replace(['\u{2068}', '\u{2069}'], "")).collect();
        assert_eq!(plain, says, "{failed} {waiting}");
    }
    assert_eq!(told(CycleResult::Succeeded, 0, 0).await, (HealthState::Waiting, true, Vec::new()));
}
