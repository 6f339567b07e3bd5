//! The scheduler of a computer whose clock was ahead once.

use std::time::Duration;

use jiff::Timestamp;
use usher_commands::dto::ImportConnection;
use usher_commands::{App, Options, connections, operate};
use usher_engine::cycle::{CycleResult, Ended, Memory as Life, switch_on};
use usher_plan::Cycle;
use usher_runner::state;
use usher_store::{ConnectionId, DataFolder, World};

const ID: &str = "contoso";

#[tokio::test]
async fn a_cycle_is_tried_and_its_failure_noted_though_the_last_one_lies_in_the_future() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { data: Some(folder.path().to_owned()), memory_vault: true, ..Options::default() };
    let app = App::open(options).await.expect("it opens");
    let text = format!("id = \"{ID}\"\nprofile = \"goto\"\n[source]\n[target]\n");
    connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
    operate::make_live(&app, ID).await.expect("it is live");
    let id = ConnectionId::new(ID).expect("an id");
    let store = DataFolder::open(folder.path()).expect("it opens").connection(&id, World::Live);
    let store = store.expect("it is there");
    let ahead: Timestamp = "2999-01-05T08:00:00Z".parse().expect("an instant");
    let succeeded = |life: &mut Life| {
        switch_on(life);
        life.last = Some(Ended {
            cycle: Cycle::Initial,
            began: ahead,
            ended: ahead,
            result: CycleResult::Succeeded,
            failed: 0,
            waiting: 0,
            considered: 10,
        });
    };
    store.update_state(state::LIFE, succeeded).expect("noted");

    // It cannot begin: nobody has said whose tenant it is. Once noted, that is not tried again at once.
    let mut pulse = app.pulse();
    app.start_scheduler_of(ID).expect("it starts");
    let noted = async {
        loop {
            pulse.changed().await.expect("the application lives");
            let life: Option<Life> = store.state(state::LIFE).expect("it can be read");
            if let Some(last) = life.and_then(|life| life.last).filter(|last| last.ended < ahead) {
                return last;
            }
        }
    };
    let last = tokio::time::timeout(Duration::from_secs(60), noted).await.expect("it is noted");
    assert!(matches!(last.result, CycleResult::Failed { .. }), "{last:?}");
    app.close().await;
}
