//! No secret of a whole sign-in appears in logs at the most verbose level, in `Debug` or in messages.

mod support;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use support::provider::{Server, answer, id_token};
use support::{browser, clock, http, query, waiting};
use tracing_subscriber::util::SubscriberInitExt;
use usher_auth::{
    Attempt, AttemptOptions, ClientCredentials, Key, Need, Origin, Provider, Purpose, Secret, Session,
    SessionConfig, TokenSource, Vault,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The forms in which a secret could slip through.
fn forms(secret: &str) -> BTreeMap<&'static str, String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let list = format!("{:?}", secret.as_bytes());
    BTreeMap::from([
        ("plain", secret.to_owned()),
        ("base64", STANDARD.encode(secret).trim_end_matches('=').to_owned()),
        ("base64url", URL_SAFE_NO_PAD.encode(secret)),
        ("hex", hex),
        ("form-encoded", escaped),
        ("byte list", list.trim_matches(['[', ']']).to_owned()),
    ])
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let log = Log::default();
    let writer = log.clone();
    // The only test of this file: the subscriber is the process's, and takes the `log` crate's lines too.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish()
        .init();
    let mut shown = String::new();

    let server = Server::start().await;
    server.with(|seen| {
        seen.refresh = "canary-refresh-token-0".to_owned();
        seen.prefix = "canary-token-";
    });
    let provider = Provider { scopes: vec!["openid".into(), "api".into()], ..server.provider() };
    let attempt = Attempt::start(&http(), &provider, &server.client(), &clock(), AttemptOptions::default())
        .await
        .expect("it starts");
    shown += &format!("{attempt:?}");
    let mut secrets = vec![
        server.client().secret.expect("a secret").expose().to_owned(),
        query(attempt.authorize_url(), "state"),
        query(attempt.authorize_url(), "nonce"),
        "canary-code-1".to_owned(),
        "canary-stray-code".to_owned(),
        "canary-access-token-1".to_owned(),
        "canary-description".to_owned(),
        "canary-pasted-token".to_owned(),
    ];
    let issuer = server.root.as_str().trim_end_matches('/');
    let claims =
        json!({"iss": issuer, "aud": "client-1", "exp": 4_000_000_000_u64, "sub": "s", "nonce": secrets[2]});
    let id_token = id_token(&claims);
    let reply = json!({"access_token": "canary-access-token-1", "refresh_token": "canary-refresh-token-0", "id_token": id_token});
    server.with(|seen| seen.script.push_back(answer(200, reply)));
    secrets.push(id_token);

    let (base, state) = (attempt.redirect_uri().to_owned(), secrets[1].clone());
    let result = waiting(attempt);
    let mut pages = String::new();
    for rest in
        ["?state=wrong&code=canary-stray-code".to_owned(), format!("?state={state}&code=canary-code-1")]
    {
        let reply = browser().get(format!("{base}/{rest}")).send().await.expect("an answer");
        pages += &reply.text().await.expect("a page");
    }
    let grant = result.await.expect("no panic").expect("signed in");
    shown += &format!("{grant:?}{pages}");
    secrets.push(server.with(|seen| seen.tokens[0]["code_verifier"].clone()));

    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::memory();
    let config = SessionConfig {
        connection: "c1".to_owned(),
        origin: "https://api.example.org".parse::<Origin>().expect("an origin"),
        provider: provider.clone(),
        client: server.client(),
        locks: folder.path().to_owned(),
        clock: clock(),
    };
    let session = Session::keep(config, grant, &http(), &vault).await.expect("kept");
    let fresh = session.token(Need::Fresh).await.expect("renewed");
    secrets.push(fresh.expose().to_owned());
    secrets.push("canary-refresh-token-0".to_owned());
    secrets.push(server.with(|seen| seen.refresh.clone()));
    shown += &format!("{session:?}{fresh:?}{vault:?}{:?}", session.status().await.expect("readable"));

    // Failures quote what they got: the server's words and a reply that cannot be parsed.
    let refusal = json!({"error": "invalid_grant", "error_description": "canary-description"});
    server.with(|seen| {
        seen.script
            .extend([answer(400, refusal), answer(200, json!({"access_token": ["canary-description"]}))])
    });
    for _ in 0..2 {
        let error = session.token(Need::Fresh).await.expect_err("refused");
        shown += &format!("{error:?}{error}");
    }
    let key = Key::new("c1", Purpose::BearerToken, session.origin()).expect("a key");
    vault.set(&key, &Secret::new("canary-pasted-token")).await.expect("kept");
    let machine =
        ClientCredentials::new(session.origin().clone(), &http(), provider, server.client(), &clock());
    let token = machine.token(Need::Current).await.expect("a token");
    secrets.push(token.expose().to_owned());
    shown += &format!("{machine:?}{:?}{:?}", vault.list("c1").await.expect("a list"), session.forget().await);

    let log = String::from_utf8_lossy(&log.0.lock().expect("no panic")).into_owned();
    assert!(log.contains("TRACE") && log.contains("waiting for the browser"), "the log was really taken");
    for secret in &secrets {
        assert!(secret.len() >= 8, "too short to be looked for");
        for (form, text) in forms(secret) {
            assert!(!log.contains(&text), "{form} of a secret in the log: {}", around(&log, &text));
            assert!(!shown.contains(&text), "{form} of a secret is shown: {}", around(&shown, &text));
        }
    }
    for file in std::fs::read_dir(folder.path()).expect("a folder") {
        assert_eq!(file.expect("a file").metadata().expect("readable").len(), 0, "lock files stay empty");
    }
}

fn around(text: &str, found: &str) -> String {
    let at = text.find(found).unwrap_or_default();
    text[..at].chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect()
}
