//! Names in the vault: what keeps one world's and one folder's secrets from another's.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::{App, Options};
use crate::clock::Clock;

/// The least that a practice world says of itself.
async fn practice_world() -> url::Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = format!("http://{}", listener.local_addr().expect("an address"));
    let one = |name: &str| format!("\"{name}\":\"{at}/\",");
    let addresses: String = [
        "login",
        "graph",
        "goto_auth",
        "goto_api",
        "scim",
        "organization_center",
        "web",
        "portal",
        "control",
    ]
    .map(one)
    .concat();
    let endpoints = format!(
        r#"{{{addresses}"dns":"127.0.0.1:53","entra":{{"client_id":"c","tenant_id":"t"}},"goto":{{"client_id":"c","client_secret":"s"}}}}"#
    );
    let router = Router::new()
        .route("/endpoints", get(move || std::future::ready(endpoints.clone())))
        .route("/people", get(|| async { "[]" }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    at.parse().expect("an address")
}

async fn open(data: &std::path::Path, sandbox: Option<url::Url>) -> Arc<App> {
    let options = Options {
        data: Some(data.to_owned()),
        sandbox,
        clock: Some(Clock::system()),
        memory_vault: true,
        ..Options::default()
    };
    App::open(options).await.expect("it opens")
}

#[tokio::test]
async fn names_in_the_vault_tell_worlds_and_data_folders_apart() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let live = open(one.path(), None).await;
    let practice = open(one.path(), Some(practice_world().await)).await;
    let elsewhere = open(other.path(), None).await;
    let name = live.vault_name("goto");
    assert_eq!(open(one.path(), None).await.vault_name("goto"), name, "found again after a restart");
    assert_ne!(practice.vault_name("goto"), name, "closing practice mode removes nothing live");
    assert_ne!(elsewhere.vault_name("goto"), name, "one customer's folder beside another's");
    // No id holds a full stop, so that no name is made of two others.
    assert!(usher_store::ConnectionId::new("practice.goto").is_err());
    let origin = "https://api.getgo.com".parse().expect("an origin");
    let longest = practice.vault_name(&"a".repeat(64));
    usher_auth::Key::new(&longest, usher_auth::Purpose::Session, &origin).expect("a name that keyrings take");
}
