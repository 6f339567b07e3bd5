//! What is said of a connection whose process was killed in the middle of a cycle, and whose window lives beside the terminal.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use usher_commands::dto::{ConnectionRef, CycleOutcome, ImportConnection, Nothing, Status, StatusWord};
use usher_commands::{App, Options, connections, operate};
use usher_engine::cycle::switch_on;
use usher_runner::state;
use usher_store::{ConnectionId, DataFolder, Holder, NewRun, Store, World};

const ID: &str = "contoso";

async fn open(data: &Path) -> Arc<App> {
    let options = Options { data: Some(data.to_owned()), memory_vault: true, ..Options::default() };
    App::open(options).await.expect("it opens")
}

async fn connection(data: &Path) -> (Arc<App>, Store) {
    let app = open(data).await;
    let text = format!("id = \"{ID}\"\nprofile = \"goto\"\n[source]\n[target]\n");
    connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
    let id = ConnectionId::new(ID).expect("an id");
    let store = DataFolder::open(data).expect("it opens").connection(&id, World::Live);
    (app, store.expect("it is there"))
}

async fn status(app: &Arc<App>) -> Status {
    operate::status(app, ConnectionRef { id: ID.to_owned() }).await.expect("it can be asked")
}

#[tokio::test]
async fn a_cycle_that_nobody_runs_any_more_was_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (app, store) = connection(folder.path()).await;
    let began = "2026-01-05T08:00:00Z".parse().expect("an instant");
    let ended = "2026-01-05T08:01:00Z".parse().expect("an instant");
    let begin = || {
        let new = NewRun { cycle: "cycle".to_owned(), runner: "local".to_owned(), began, plan: None };
        store.begin_run(&new).expect("it begins")
    };
    let first = begin();
    store.end_run(first, ended, r#"{"kind":"succeeded"}"#, "{}").expect("it ends");
    let killed = begin();
    let told = status(&app).await.cycles;
    assert_eq!(told[0].run, killed.0.to_string());
    assert_eq!(told[0].outcome, CycleOutcome::Cancelled);
    let why = told[0].because.as_ref().map(|why| why.id.as_str());
    assert_eq!(why, Some("cycle-interrupted"));
    // The last one that ended is still the last.
    let last = connections::connections(&app, Nothing {}).await.expect("listed").remove(0).last_cycle;
    assert_eq!(last.map(|last| last.run), Some(first.0.to_string()));

    let holder =
        Holder { pid: 4711, host: "server".to_owned(), program: "usher run".to_owned(), since: began };
    let lock = store.run_lock(&holder).expect("nobody else runs");
    assert_eq!(status(&app).await.cycles[0].outcome, CycleOutcome::Running);
    drop(lock);
    // A plan that was refused is no cycle.
    let refused = begin();
    store.refuse_run(refused).expect("noted");
    assert_eq!(status(&app).await.cycles[0].run, killed.0.to_string());
}

#[tokio::test]
async fn what_a_window_runs_does_not_wait_for_a_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    let (terminal, store) = connection(folder.path()).await;
    store.update_state(state::LIFE, switch_on).expect("noted");
    assert_eq!(status(&terminal).await.status, StatusWord::OnWaiting);
    let window = open(folder.path()).await;
    window.start_scheduler();
    let known = async {
        while status(&terminal).await.status != StatusWord::On {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), known).await.expect("the terminal knows of the window");
    window.close().await;
    assert_eq!(status(&terminal).await.status, StatusWord::OnWaiting, "it is closed");
}
