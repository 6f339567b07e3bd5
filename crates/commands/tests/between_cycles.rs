//! What a running cycle would not hear of is refused while it runs, with who runs it: it has read already what is decided about,
//! and its end would take a restart back.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use usher_commands::dto::{AccountDecision, CommandError, DecideAccounts, ErrorCode, ImportConnection};
use usher_commands::operate::{ResetScope, restart};
use usher_commands::{App, Options, accounts, connections};
use usher_engine::cycle::Memory as Life;
use usher_runner::state;
use usher_store::{Choice, ConnectionId, DataFolder, Holder, Kind, Link, LinkOrigin, Store, World};

const ID: &str = "contoso";

/// A connection with one account, whose one process is about to decide while another one may run a cycle.
struct Stage {
    app: Arc<App>,
    other: Store,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let app = open(folder.path()).await;
        let text = format!("id = \"{ID}\"\nprofile = \"goto\"\n[source]\n[target]\n");
        connections::connection_import(&app, ImportConnection { text }).await.expect("imported");
        let id = ConnectionId::new(ID).expect("an id");
        let other = DataFolder::open(folder.path()).expect("it opens").connection(&id, World::Live);
        let other = other.expect("the other process finds it");
        let link = Link {
            kind: Kind::User,
            source: "p1".to_owned(),
            target: "k1".to_owned(),
            origin: LinkOrigin::Created,
            active: true,
            managed: true,
            key: None,
        };
        other.put_links(&[link]).expect("linked");
        Self { app, other, _folder: folder }
    }

    /// Does it while the other process runs a cycle, where it is refused, and again when that has ended.
    async fn refused_then_done<F>(&self, decide: impl Fn(Arc<App>) -> F, untouched: impl Fn(&Store))
    where
        F: Future<Output = Result<(), CommandError>>,
    {
        let holder = Holder {
            pid: 4711,
            host: "server".to_owned(),
            program: "usher run".to_owned(),
            since: "2026-01-05T08:00:00Z".parse().expect("an instant"),
        };
        let cycle = self.other.run_lock(&holder).expect("nobody else runs");
        let refused = decide(Arc::clone(&self.app)).await.expect_err("a cycle runs");
        assert_eq!((refused.code, refused.retryable), (ErrorCode::Conflict, true));
        assert_eq!(refused.message.id, "error-runs-elsewhere");
        assert!(format!("{:?}", refused.message).contains("4711"), "{:?}", refused.message);
        untouched(&self.other);
        assert_eq!(self.audited(), Vec::<String>::new());
        drop(cycle);
        decide(Arc::clone(&self.app)).await.expect("nobody runs any more");
    }

    /// What was done, oldest first.
    fn audited(&self) -> Vec<String> {
        let all = self.other.audit(None, 10).expect("it can be read");
        all.into_iter().rev().map(|record| record.entry.action).collect()
    }

    fn links(&self) -> usize {
        self.other.links(Kind::User).expect("they can be read").len()
    }
}

async fn open(data: &Path) -> Arc<App> {
    let options = Options { data: Some(data.to_owned()), memory_vault: true, ..Options::default() };
    App::open(options).await.expect("it opens")
}

#[tokio::test]
async fn links_are_not_forgotten_under_a_running_cycle() {
    let stage = Stage::new().await;
    let forget = async |app: Arc<App>| restart(&app, ID, &[ResetScope::Full]).await;
    let untouched = |store: &Store| {
        assert_eq!(store.links(Kind::User).expect("they can be read").len(), 1);
        assert_eq!(store.state::<Life>(state::LIFE).expect("it can be read"), None);
    };
    stage.refused_then_done(forget, untouched).await;
    assert_eq!(stage.links(), 0);
    assert_eq!(stage.audited(), ["restarted"]);
    let body = &stage.other.audit(None, 1).expect("it can be read")[0].entry.body;
    assert!(body.contains("\"people\":1") && body.contains("Full"), "{body}");
}

#[tokio::test]
async fn a_restart_is_not_lost_to_the_end_of_a_running_cycle() {
    let stage = Stage::new().await;
    let again = async |app: Arc<App>| restart(&app, ID, &[]).await;
    let untouched = |store: &Store| {
        assert_eq!(store.state::<Life>(state::LIFE).expect("it can be read"), None);
    };
    stage.refused_then_done(again, untouched).await;
    let life: Option<Life> = stage.other.state(state::LIFE).expect("it can be read");
    assert!(life.expect("it is noted").restart);
    assert_eq!(stage.links(), 1, "links stay");
}

#[tokio::test]
async fn an_account_is_not_left_while_a_cycle_writes_to_it() {
    let stage = Stage::new().await;
    let account = json!({ "kind": "user", "target": "k2", "display": "John Smith", "name": "john@contoso.com",
        "active": true, "standing": "matched" });
    let found =
        json!({ "accounts": [account], "managed": 0, "disabled": 0, "toCreate": 0, "memberships": [] });
    stage.other.set_state("accounts", &found).expect("a preview has looked");
    let leave = async |app: Arc<App>| {
        let decision = AccountDecision {
            kind: "user".to_owned(),
            target: "k2".to_owned(),
            decision: Some("leave".to_owned()),
        };
        let request = DecideAccounts { id: ID.to_owned(), decisions: vec![decision] };
        accounts::accounts_decide(&app, request).await.map(drop)
    };
    let decisions = |store: &Store| store.decisions().expect("they can be read");
    stage.refused_then_done(leave, |store| assert_eq!(decisions(store), [])).await;
    let choices: Vec<Choice> = decisions(&stage.other).iter().map(|decided| decided.choice).collect();
    assert_eq!((choices, stage.audited()), (vec![Choice::Leave], vec!["accounts-decided".to_owned()]));
}
