//! Stored sign-ins: rotation, sharing, refusals, and what a failure must not lose.

mod support;

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use support::http;
use support::provider::{Server, answer};
use usher_auth::{
    Client, ClientCredentials, Clock, Grant, Identity, Key, Need, Provider, Purpose, Revocation, Secret,
    Session, SessionConfig, SignInAgainReason, TokenError, TokenSource, Unreachable, Vault,
};

struct World {
    server: Server,
    vault: Vault,
    folder: tempfile::TempDir,
    now: Arc<Mutex<jiff::Timestamp>>,
}

impl World {
    async fn new() -> Self {
        let now = "2026-01-05T08:00:00Z".parse().expect("a time");
        Self {
            server: Server::start().await,
            vault: Vault::memory(),
            folder: tempfile::tempdir().expect("a folder"),
            now: Arc::new(Mutex::new(now)),
        }
    }

    fn clock(&self) -> Clock {
        let now = self.now.clone();
        Arc::new(move || *now.lock().expect("no panic"))
    }

    fn advance(&self, minutes: i64) {
        *self.now.lock().expect("no panic") += jiff::SignedDuration::from_mins(minutes);
    }

    fn config(&self) -> SessionConfig {
        SessionConfig {
            connection: "c1".to_owned(),
            origin: "https://api.example.org".parse().expect("an origin"),
            provider: self.server.provider(),
            client: self.server.client(),
            locks: self.folder.path().to_owned(),
            clock: self.clock(),
        }
    }

    async fn signed_in(&self) -> Session {
        let now = (self.clock())();
        let grant = Grant {
            access_token: Secret::new("access-0"),
            refresh_token: Some(Secret::new("refresh-0")),
            expires_at: now + jiff::SignedDuration::from_mins(60),
            issued_at: now,
            scopes: vec!["api".to_owned()],
            identity: Identity { user_name: Some("ada@example.org".to_owned()), ..Identity::default() },
        };
        Session::keep(self.config(), grant, &http(), &self.vault).await.expect("kept")
    }

    /// A session as another process would open it: the vault is shared, the memory is not.
    fn reopened(&self) -> Session {
        Session::open(self.config(), &http(), &self.vault).expect("opened")
    }

    fn refreshes(&self) -> usize {
        self.server.with(|seen| seen.tokens.len())
    }
}

async fn token(session: &impl TokenSource, need: Need) -> String {
    session.token(need).await.expect("a token").expose().to_owned()
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_its_end() {
    let world = World::new().await;
    let session = world.signed_in().await;
    assert_eq!(token(&session, Need::Current).await, "access-0");
    world.advance(54);
    assert_eq!(token(&session, Need::Current).await, "access-0");
    world.advance(2);
    assert_eq!(token(&session, Need::Current).await, "access-1");
    assert_eq!(token(&session, Need::Current).await, "access-1");
    assert_eq!(world.refreshes(), 1);
    let sent = world.server.with(|seen| (seen.tokens[0].clone(), seen.authorization[0].clone()));
    assert_eq!(sent.0["refresh_token"], "refresh-0");
    // RFC 6749 section 2.3.1: form-encoded, then base64.
    use base64::Engine;
    let basic = base64::engine::general_purpose::STANDARD.encode("client-1:client+secret%3A+100+%25");
    assert_eq!(sent.1, Some(format!("Basic {basic}")));
}

#[tokio::test]
async fn eight_tasks_share_one_refresh() {
    let world = World::new().await;
    world.server.with(|seen| seen.slow = Duration::from_millis(50));
    let session = world.signed_in().await;
    let all = futures::future::join_all((0..8).map(|_| token(&session, Need::Fresh))).await;
    assert_eq!(all, vec!["access-1"; 8]);
    assert_eq!(world.refreshes(), 1);
    assert_eq!(token(&session, Need::Fresh).await, "access-2", "a later refusal is a new reason");
}

#[tokio::test]
async fn eight_strangers_take_turns_and_each_uses_the_newest_refresh_token() {
    let world = World::new().await;
    world.server.with(|seen| seen.slow = Duration::from_millis(10));
    drop(world.signed_in().await);
    let sessions: Vec<Session> = (0..8).map(|_| world.reopened()).collect();
    let all = futures::future::join_all(sessions.iter().map(|session| session.token(Need::Current))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    let (used, most) = world.server.with(|seen| {
        (seen.tokens.iter().map(|form| form["refresh_token"].clone()).collect::<Vec<_>>(), seen.most_busy)
    });
    let expected: Vec<String> = (0..8).map(|number| format!("refresh-{number}")).collect();
    assert_eq!((used, most), (expected, 1), "one after the other, never one token twice");
}

#[tokio::test]
async fn a_rotated_token_is_stored_and_a_missing_one_keeps_the_old() {
    let world = World::new().await;
    drop(world.signed_in().await);
    world.advance(10);
    assert_eq!(token(&world.reopened(), Need::Current).await, "access-1");
    let rotated = world.reopened().status().await.expect("readable").expect("signed in");
    assert_eq!(
        rotated.refresh_token_since.duration_since(rotated.signed_in_at),
        jiff::SignedDuration::from_mins(10)
    );
    assert_eq!(rotated.identity.user_name.as_deref(), Some("ada@example.org"));

    world.server.with(|seen| seen.rotate = false);
    world.advance(10);
    for _ in 0..2 {
        token(&world.reopened(), Need::Current).await;
    }
    let used = world
        .server
        .with(|seen| seen.tokens.iter().map(|form| form["refresh_token"].clone()).collect::<Vec<_>>());
    assert_eq!(used, ["refresh-0", "refresh-1", "refresh-1"]);
    assert_eq!(world.reopened().status().await.expect("readable"), Some(rotated));
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_rotated_token() {
    let world = World::new().await;
    world.server.with(|seen| seen.slow = Duration::from_millis(100));
    drop(world.signed_in().await);
    let session = world.reopened();
    let gone = tokio::time::timeout(Duration::from_millis(10), session.token(Need::Current)).await;
    assert!(gone.is_err(), "the caller left while the server was busy");
    assert_eq!(token(&world.reopened(), Need::Current).await, "access-2");
    let used = world
        .server
        .with(|seen| seen.tokens.iter().map(|form| form["refresh_token"].clone()).collect::<Vec<_>>());
    assert_eq!(used, ["refresh-0", "refresh-1"]);
}

/// What a scripted sequence of answers leads to, and how many requests were made.
async fn check(script: Vec<support::provider::Answer>) -> (Result<String, TokenError>, usize) {
    let world = World::new().await;
    drop(world.signed_in().await);
    world.server.with(|seen| seen.script.extend(script));
    let result = world.reopened().token(Need::Current).await.map(|token| token.expose().to_owned());
    (result, world.refreshes())
}

#[tokio::test]
async fn passing_trouble_is_retried_and_then_said() {
    let busy = |status| answer(status, json!({}));
    let (result, tries) = check(vec![busy(503), busy(502)]).await;
    assert_eq!((result.expect("the third try"), tries), ("access-1".to_owned(), 3));
    let (result, tries) = check(vec![busy(503), busy(429), busy(500)]).await;
    let cause = Unreachable::Status { status: 500 };
    assert!(matches!(&result, Err(TokenError::Unreachable { cause: c, .. }) if *c == cause), "{result:?}");
    assert_eq!(tries, 3);
    let mut patient = busy(429);
    patient.headers.push(("retry-after", "3600".to_owned()));
    let (result, tries) = check(vec![patient]).await;
    assert!(matches!(result, Err(TokenError::Unreachable { .. })), "{result:?}");
    assert_eq!(tries, 1, "an hour is not waited for");
}

#[tokio::test]
async fn a_dead_sign_in_is_told_from_a_wrong_client() {
    let no = |error: &str| vec![answer(400, json!({"error": error, "error_codes": [700082]}))];
    let (result, tries) = check(no("invalid_grant")).await;
    let Err(TokenError::SignInAgain { reason: SignInAgainReason::Refused(refusal), .. }) = result else {
        panic!("{result:?}")
    };
    assert_eq!((refusal.aadsts.as_slice(), tries), (&[700_082][..], 1), "a refusal is not retried");
    let (result, _) = check(no("invalid_client")).await;
    assert!(matches!(result, Err(TokenError::ClientRefused { .. })), "{result:?}");
    let revoked =
        answer(400, json!({"error": "invalid_request", "error_description": "refresh.token.revoked"}));
    let (result, _) = check(vec![revoked]).await;
    assert!(matches!(result, Err(TokenError::SignInAgain { .. })), "{result:?}");
}

#[tokio::test]
async fn a_stored_sign_in_serves_only_its_own_origins_and_client() {
    let world = World::new().await;
    drop(world.signed_in().await);
    let other = Server::start().await;
    let changed = |change: &dyn Fn(&mut SessionConfig)| {
        let mut config = world.config();
        change(&mut config);
        Session::open(config, &http(), &world.vault).expect("opened")
    };
    let foreign = [
        changed(&|c| c.origin = "https://evil.example.org".parse().expect("an origin")),
        changed(&|c| c.provider = other.provider()),
        changed(&|c| c.client = Client { id: "another".to_owned(), secret: None }),
        changed(&|c| c.connection = "c2".to_owned()),
    ];
    for session in foreign {
        let result = session.token(Need::Current).await;
        let nobody =
            matches!(&result, Err(TokenError::SignInAgain { reason: SignInAgainReason::NotSignedIn, .. }));
        assert!(nobody, "{session:?}: {result:?}");
    }
    assert_eq!(
        (world.refreshes(), other.with(|seen| seen.tokens.len())),
        (0, 0),
        "nothing was sent anywhere"
    );
}

#[tokio::test]
async fn forgetting_revokes_and_leaves_nothing() {
    let world = World::new().await;
    let session = world.signed_in().await;
    assert_eq!(session.forget().await.expect("forgotten"), Revocation::Revoked);
    assert_eq!(world.server.with(|seen| seen.revoked.clone()), ["refresh-0"]);
    assert_eq!(world.vault.list("c1").await.expect("a list"), []);
    let result = session.token(Need::Current).await;
    assert!(
        matches!(result, Err(TokenError::SignInAgain { .. })),
        "not even the token in memory: {result:?}"
    );

    // Without the server the local copy goes all the same.
    let world = World::new().await;
    let mut config = world.config();
    config.provider.revoke = Some("http://127.0.0.1:1/revoke".parse().expect("an address"));
    drop(world.signed_in().await);
    let session = Session::open(config, &http(), &world.vault).expect("opened");
    assert_eq!(session.forget().await.expect("forgotten"), Revocation::NotRevoked);
    assert_eq!(world.vault.list("c1").await.expect("a list"), []);
}

#[tokio::test]
async fn damaged_contents_ask_for_a_new_sign_in() {
    let world = World::new().await;
    drop(world.signed_in().await);
    let key: Key = world.vault.list("c1").await.expect("a list").remove(0);
    assert_eq!(key.purpose(), Purpose::Session);
    world.vault.set(&key, &Secret::new("{\"v\":9}")).await.expect("kept");
    let result = world.reopened().token(Need::Current).await;
    let unreadable =
        matches!(&result, Err(TokenError::SignInAgain { reason: SignInAgainReason::Unreadable, .. }));
    assert!(unreadable, "{result:?}");
}

#[tokio::test]
async fn client_credentials_are_shared_renewed_and_refused() {
    let world = World::new().await;
    let origin: usher_auth::Origin = "https://api.example.org".parse().expect("an origin");
    let provider =
        Provider { scopes: vec!["https://api.example.org/.default".into()], ..world.server.provider() };
    let source = ClientCredentials::new(origin, &http(), provider, world.server.client(), &world.clock());
    world.server.with(|seen| seen.slow = Duration::from_millis(30));
    let all = futures::future::join_all((0..8).map(|_| token(&source, Need::Current))).await;
    assert_eq!(all, vec!["access-1"; 8]);
    assert_eq!(world.server.with(|seen| seen.tokens[0]["scope"].clone()), "https://api.example.org/.default");
    world.advance(56);
    assert_eq!(token(&source, Need::Current).await, "access-2");
    world.server.with(|seen| seen.script.push_back(answer(401, json!({"error": "invalid_client"}))));
    let result = source.token(Need::Fresh).await;
    assert!(matches!(result, Err(TokenError::ClientRefused { .. })), "{result:?}");
}
