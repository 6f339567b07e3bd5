//! Other services that write to the same organisation: asked about before the switch, answered in window or terminal.

use std::sync::Arc;

use usher_commands::dto::{ConnectionRef, ImportConnection, OtherWriters, SaveDraft};
use usher_commands::{App, Options, connections, operate, steps};

const ID: &str = "contoso";

fn reference() -> ConnectionRef {
    ConnectionRef { id: ID.to_owned() }
}

async fn asked(app: &Arc<App>) -> bool {
    let report = steps::setup_report(app, reference()).await.expect("it can be checked");
    report.in_the_way.iter().any(|message| message.id == "in-the-way-other-writers")
}

#[tokio::test]
async fn they_are_in_the_way_until_a_person_answers_and_an_open_draft_does_not_forget_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { data: Some(folder.path().to_owned()), memory_vault: true, ..Options::default() };
    let app = App::open(options).await.expect("it opens");
    let text = format!("id = \"{ID}\"\nprofile = \"goto\"\n[source]\n[target]\n");
    let open = connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
    assert!(asked(&app).await);
    assert_eq!(operate::other_writers(&app, ID, None).await.expect("it is read"), None);
    assert!(asked(&app).await, "to ask is not to answer");

    operate::other_writers(&app, ID, Some(OtherWriters::Accepted)).await.expect("it is kept");
    assert!(!asked(&app).await);
    // The window saves the draft that it had opened before.
    assert_eq!(open.draft.other_writers, None);
    let older = SaveDraft { id: ID.to_owned(), revision: open.revision, draft: open.draft };
    connections::draft_save(&app, older).await.expect("saved");
    let mut view = connections::connection(&app, reference()).await.expect("it is there");
    assert_eq!(view.draft.other_writers, Some(OtherWriters::Accepted));

    view.draft.other_writers = Some(OtherWriters::None);
    let changed = SaveDraft { id: ID.to_owned(), revision: view.revision, draft: view.draft };
    connections::draft_save(&app, changed).await.expect("saved");
    let now = operate::other_writers(&app, ID, None).await.expect("it is read");
    assert_eq!(now, Some(OtherWriters::None), "an answer can be changed");
}
