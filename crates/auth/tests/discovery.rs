//! Authorization server metadata with one changed fact: what could move a secret elsewhere is refused.

mod support;

use serde_json::{Value, json};
use support::http;
use usher_auth::{IssParameter, IssuerHosts, Provider, ReplyProblem, SignInError, discover};

/// Serves a good document with one change (`null` removes a field) and reads it.
async fn read(change: Value) -> Result<Provider, SignInError> {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", socket.local_addr().expect("an address"));
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "code_challenge_methods_supported": ["S256"],
    });
    for (name, value) in change.as_object().expect("an object") {
        match value {
            Value::Null => drop(document.as_object_mut().expect("an object").remove(name)),
            value => document[name] = value.clone(),
        }
    }
    let app = axum::Router::new().route(
        "/.well-known/oauth-authorization-server",
        axum::routing::get(move || async { axum::Json(document) }),
    );
    tokio::spawn(async move { axum::serve(socket, app).await });
    let issuer = issuer.parse().expect("an address");
    discover(&http(), &issuer, &IssuerHosts::Loopback, &Provider::goto(&["identity:scim.org"])).await
}

#[tokio::test]
async fn a_good_document_gives_the_addresses_and_keeps_the_profile() {
    let provider =
        read(json!({"authorization_response_iss_parameter_supported": true})).await.expect("accepted");
    assert_eq!(provider.token.path(), "/oauth/token");
    assert_eq!(provider.revoke.expect("an address").path(), "/oauth/revoke");
    assert_eq!(
        (provider.iss_parameter, provider.scopes),
        (IssParameter::Required, vec!["identity:scim.org".to_owned()])
    );
    assert_eq!(provider.callback, Provider::goto(&[]).callback);
}

#[tokio::test]
async fn each_foreign_address_is_refused_by_name() {
    async fn check(change: Value, expected: &'static str) {
        let result = read(change).await;
        let Err(SignInError::BadReply { problem: ReplyProblem::Metadata { field }, .. }) = &result else {
            panic!("{result:?}")
        };
        assert_eq!(*field, expected);
    }
    check(json!({"issuer": "https://evil.example.org"}), "issuer").await;
    check(json!({"issuer": "http://127.0.0.1:1"}), "issuer").await;
    check(json!({"token_endpoint": "https://evil.example.org/token"}), "token_endpoint").await;
    check(json!({"authorization_endpoint": "http://localhost.evil.example.org/"}), "authorization_endpoint")
        .await;
    check(json!({"revocation_endpoint": "ftp://127.0.0.1/"}), "revocation_endpoint").await;
    check(json!({"code_challenge_methods_supported": ["plain"]}), "code_challenge_methods_supported").await;
    check(json!({"code_challenge_methods_supported": null}), "code_challenge_methods_supported").await;
}

#[tokio::test]
async fn live_discovery_asks_listed_hosts_over_https_only() {
    let profile = Provider::goto(&[]);
    for issuer in [
        "https://evil.example.org",
        "http://identity.goto.com",
        "https://identity.goto.com:8443",
        "http://127.0.0.1:1",
    ] {
        let result =
            discover(&http(), &issuer.parse().expect("an address"), &IssuerHosts::goto(), &profile).await;
        let refused = matches!(
            &result,
            Err(SignInError::BadReply { problem: ReplyProblem::Metadata { field: "issuer" }, .. })
        );
        assert!(refused, "{issuer}: {result:?}");
    }
}
