//! What a connection file from elsewhere, or a mistake, must not reach: secrets, the other world, a foreign sign-in page.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usher_commands::dto::{
    BeginSignIn, CloudName, CommandError, ConnectionRef, ErrorCode, ImportConnection, NewConnection,
    RemoveConnection, SaveDraft, SetTheme, StoreGotoSecret, TargetProfile, Theme,
};
use usher_commands::{App, Options, app, connections, sign_in};

const FILE: &str = "id = \"contoso\"\nprofile = \"goto\"\n";

async fn open(data: &Path, references: bool) -> Arc<App> {
    let options =
        Options { data: Some(data.to_owned()), memory_vault: true, references, ..Options::default() };
    App::open(options).await.expect("it opens")
}

async fn import(app: &Arc<App>, rest: &str) -> Result<(), CommandError> {
    let request = ImportConnection { text: format!("{FILE}{rest}") };
    connections::connection_import(app, request).await.map(drop)
}

#[tokio::test]
async fn the_window_refuses_a_file_that_names_secrets_of_this_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = open(folder.path(), false).await;
    for rest in [
        "[source]\nclient_secret = \"env:USHER_SECRET\"\n[target]\n",
        "[source]\n[target]\ntoken = \"file:/run/secrets/token\"\n",
    ] {
        let error = import(&window, rest).await.expect_err("refused");
        assert_eq!(error.message.id, "error-reference-in-window", "{rest}");
    }
    import(&window, "[source]\n[target]\ntoken = \"vault\"\n").await.expect("no reference, no refusal");
}

#[tokio::test]
async fn a_stored_secret_is_not_found_for_another_sign_in_service() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path(), false).await;
    import(&app, "[source]\n[target]\n").await.expect("imported");
    let secret = serde_json::from_str("\"canary-goto-secret\"").expect("a secret");
    let request = StoreGotoSecret { id: "contoso".to_owned(), secret };
    sign_in::goto_secret_store(&app, request).await.expect("stored");
    let stored = async || {
        let view = connections::connection(&app, ConnectionRef { id: "contoso".to_owned() }).await;
        view.expect("it is there").goto_secret_stored
    };
    assert!(stored().await);
    import(&app, "[source]\n[target]\nissuer = \"https://identity.goto.com.example.org/\"\n")
        .await
        .expect("a draft may name anything");
    assert!(!stored().await, "the secret belongs to the sign-in service it was given for");
    import(&app, "[source]\n[target]\n").await.expect("imported");
    assert!(stored().await, "and is still there for it");
}

#[tokio::test]
async fn a_practice_file_does_not_enter_the_live_world_by_any_door() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path(), true).await;
    let text = format!("{FILE}practice = true\n[source]\n[target]\n");
    let file = connections::read_file(&text).expect("a valid file");
    let error = connections::place(&app, &file, "from a file").await.expect_err("refused");
    assert_eq!((error.code, error.message.id.as_str()), (ErrorCode::Practice, "error-other-world"));
    let error = connections::connection_import(&app, ImportConnection { text }).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::Practice);
    assert!(app_is_empty(&app).await, "nothing is half-made");
}

async fn app_is_empty(app: &Arc<App>) -> bool {
    connections::connections(app, usher_commands::dto::Nothing {}).await.expect("a list").is_empty()
}

#[tokio::test]
async fn a_foreign_sign_in_page_is_never_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&opened);
    let options = Options {
        data: Some(folder.path().to_owned()),
        memory_vault: true,
        open_browser: Arc::new(move |_| {
            seen.store(true, Ordering::Relaxed);
            true
        }),
        ..Options::default()
    };
    let app = App::open(options).await.expect("it opens");
    let begin = async || {
        sign_in::sign_in_begin(&app, BeginSignIn { id: "contoso".to_owned(), cloud: CloudName::Entra }).await
    };
    for login in [
        "https://login.microsoftonline.com.example.org/",
        "https://login.example.org/",
        "https://login.microsoftonline.com:8443/",
        "http://localhost:8080/",
    ] {
        let rest =
            format!("[source]\nlogin = \"{login}\"\ntenant = \"contoso.com\"\nclient_id = \"c\"\n[target]\n");
        import(&app, &rest).await.expect("a draft may name anything");
        let error = begin().await.expect_err("refused");
        assert_eq!(error.message.id, "error-address", "{login}");
        assert!(!opened.load(Ordering::Relaxed), "{login}");
    }
    for login in ["https://login.microsoftonline.com/", "https://login.microsoftonline.us/"] {
        let rest =
            format!("[source]\nlogin = \"{login}\"\ntenant = \"contoso.com\"\nclient_id = \"c\"\n[target]\n");
        import(&app, &rest).await.expect("imported");
        begin().await.expect("Microsoft's own page is opened");
        assert!(opened.swap(false, Ordering::Relaxed), "{login}");
    }
}

#[tokio::test]
async fn a_sign_in_at_goto_serves_gotos_own_addresses_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path(), false).await;
    for base in [
        "https://api.getgo.com.example.org/identity/v1",
        "https://api.getgo.com:8443/identity/v1",
        "https://scim.example.org/",
        "http://localhost:8080/identity/v1",
    ] {
        let rest = format!("[source]\n[target]\nbase_url = \"{base}\"\nclient_id = \"c\"\n");
        import(&app, &rest).await.expect("a draft may name anything");
        let begin = BeginSignIn { id: "contoso".to_owned(), cloud: CloudName::Goto };
        let error = sign_in::sign_in_begin(&app, begin).await.expect_err("refused");
        assert_eq!((error.code, error.message.id.as_str()), (ErrorCode::Invalid, "error-address"), "{base}");
    }
}

#[tokio::test]
async fn typed_names_and_revisions_are_checked_here_and_not_in_the_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path(), false).await;
    let new = NewConnection { name: "Contoso GoTo".to_owned(), profile: TargetProfile::Goto };
    let view = connections::connection_new(&app, new).await.expect("made");
    let id = view.summary.id.clone();
    for typed in ["", "contoso goto", "Contoso GoTo ", &id] {
        let request = RemoveConnection { id: id.clone(), typed_name: typed.to_owned() };
        let error = connections::connection_remove(&app, request).await.expect_err("refused");
        assert_eq!(error.message.id, "error-typed-name", "{typed:?}");
    }
    let save = |revision| SaveDraft { id: id.clone(), revision, draft: view.draft.clone() };
    let error = connections::draft_save(&app, save(view.revision + 1)).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::Conflict);
    let request = RemoveConnection { id: id.clone(), typed_name: "Contoso GoTo".to_owned() };
    connections::connection_remove(&app, request).await.expect("removed");
}

#[cfg(unix)]
#[tokio::test]
async fn every_file_in_the_data_folder_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let app = open(&data, false).await;
    import(&app, "[source]\n[target]\n").await.expect("imported");
    app::set_theme(&app, SetTheme { theme: Theme::Dark }).await.expect("saved");
    let (mut waiting, mut files) = (vec![data], 0);
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let mode = entry.metadata().expect("readable").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", entry.path().display());
            files += 1;
            if entry.path().is_dir() {
                waiting.push(entry.path());
            }
        }
    }
    assert!(files >= 5, "settings, database and their folders: {files}");
}
