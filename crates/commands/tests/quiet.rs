//! Quiet hours as commands tell them, and where they cannot be kept.

use std::sync::Arc;

use usher_commands::dto::{ConnectionRef, ErrorCode, ImportConnection};
use usher_commands::{App, Options, connections, operate};

const ID: &str = "contoso";

async fn with(runner: &str) -> (Arc<App>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { data: Some(folder.path().to_owned()), memory_vault: true, ..Options::default() };
    let app = App::open(options).await.expect("it opens");
    let text = format!("id = \"{ID}\"\nprofile = \"goto\"\n[source]\n[target]\n[runner]\n{runner}\n");
    connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
    (app, folder)
}

/// Every minute of the week but one: whenever this test runs, it is quiet, or nearly.
const NEARLY_ALWAYS: &str =
    "quiet = \"Mon-Sat 00:00-24:00; Sun 00:00-12:00,12:01-24:00\"\nzone = \"Europe/Berlin\"";

#[tokio::test]
async fn status_tells_them_and_microsofts_service_is_not_switched_on_with_them() {
    let status = async |runner: &str| {
        let (app, _folder) = with(runner).await;
        operate::status(&app, ConnectionRef { id: ID.to_owned() }).await.expect("it can be asked")
    };
    assert!(status("").await.quiet.is_none());
    let quiet = status(NEARLY_ALWAYS).await.quiet.expect("it is told");
    assert_eq!(quiet.zone, "Europe/Berlin");
    assert_eq!(quiet.until.is_some(), quiet.until_local.is_some());
    // Microsoft's service decides by itself: what is told is not what is in force.
    assert!(status(&format!("kind = \"entra\"\n{NEARLY_ALWAYS}")).await.quiet.is_none());

    let (app, _folder) = with(&format!("kind = \"entra\"\n{NEARLY_ALWAYS}")).await;
    let refused = operate::on(&app, ID).await.expect_err("it would not keep them");
    assert_eq!((refused.code, refused.message.id.as_str()), (ErrorCode::Invalid, "error-quiet-in-the-way"));
    let (app, _folder) = with("kind = \"entra\"").await;
    let refused = operate::on(&app, ID).await.expect_err("nobody has signed in");
    assert_ne!(refused.message.id, "error-quiet-in-the-way");
}
