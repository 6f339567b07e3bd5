//! Removing a connection that another process has: refused while that one runs it, with nothing touched; and whoever only has it
//! open does not go on with what is gone.

use std::path::Path;
use std::sync::Arc;

use usher_commands::dto::{
    CommandError, ConnectionRef, ErrorCode, ImportConnection, Nothing, RemoveConnection, StoreGotoSecret,
};
use usher_commands::health::{Held, take_over};
use usher_commands::{App, Options, connections, sign_in};
use usher_store::{ConnectionId, DataFolder, World};

const ID: &str = "contoso";

async fn open(data: &Path, program: &'static str) -> Arc<App> {
    let options = Options { data: Some(data.to_owned()), memory_vault: true, program, ..Options::default() };
    App::open(options).await.expect("it opens")
}

async fn import(app: &Arc<App>, name: &str) {
    let text = format!("id = \"{ID}\"\nname = \"{name}\"\nprofile = \"goto\"\n[source]\n[target]\n");
    connections::connection_import(app, ImportConnection { text }).await.expect("imported");
}

async fn remove(app: &Arc<App>) -> Result<Nothing, CommandError> {
    let typed_name = "First".to_owned();
    connections::connection_remove(app, RemoveConnection { id: ID.to_owned(), typed_name }).await
}

async fn view(app: &Arc<App>) -> Result<(String, bool), CommandError> {
    let view = connections::connection(app, ConnectionRef { id: ID.to_owned() }).await?;
    Ok((view.summary.name, view.goto_secret_stored))
}

#[tokio::test]
async fn while_somebody_runs_it_neither_the_connection_nor_its_secrets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let [window, service] = [open(folder.path(), "window").await, open(folder.path(), "service").await];
    import(&window, "First").await;
    let secret = serde_json::from_str("\"canary-goto-secret\"").expect("a secret");
    let request = StoreGotoSecret { id: ID.to_owned(), secret };
    sign_in::goto_secret_store(&window, request).await.expect("stored");

    let refused = async || {
        let refused = remove(&window).await.expect_err("it is in use");
        assert_eq!(
            (refused.code, refused.message.id.as_str()),
            (ErrorCode::Conflict, "error-runs-elsewhere")
        );
        assert!(format!("{:?}", refused.message).contains("service"), "{:?}", refused.message);
        let (_, has_secret) = view(&window).await.expect("it is there");
        assert!(has_secret, "nothing of it was touched");
    };
    // Between two cycles of a service, and while another process carries one out.
    let Held::Ours(schedule) = take_over(&service, ID).await.expect("it can be asked") else {
        panic!("nobody else runs it")
    };
    refused().await;
    drop(schedule);
    let id = ConnectionId::new(ID).expect("an id");
    let store = DataFolder::open(folder.path()).expect("it opens").connection(&id, World::Live);
    let holder = usher_store::Holder {
        pid: 4711,
        host: "server".to_owned(),
        program: "service".to_owned(),
        since: "2026-01-05T08:00:00Z".parse().expect("an instant"),
    };
    let cycle = store.expect("it is there").run_lock(&holder).expect("nobody else runs");
    refused().await;
    drop(cycle);
    remove(&window).await.expect("nobody runs it any more");
    import(&window, "First").await;
    assert!(!view(&window).await.expect("it is there").1, "the secret went with the connection");
}

#[tokio::test]
async fn who_has_a_removed_connection_open_finds_it_gone_and_then_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = [open(folder.path(), "one").await, open(folder.path(), "other").await];
    import(&one, "First").await;
    assert_eq!(view(&other).await.expect("it is there").0, "First");
    remove(&one).await.expect("nobody runs it");
    assert_eq!(view(&other).await.expect_err("it is gone").code, ErrorCode::NotFound);
    import(&one, "Second").await;
    assert_eq!(view(&other).await.expect("the new one").0, "Second");
    // What the other writes from now on arrives where everybody reads.
    import(&other, "Third").await;
    assert_eq!(view(&one).await.expect("it is there").0, "Third");
}
