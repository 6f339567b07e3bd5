//! The GoTo sign-in service as a browser and an OAuth client meet it, over real connections.

use crate::help::{World, hidden, json_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const REDIRECT: &str = "http://localhost:47113/goto/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0";

fn authorize_pairs(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".into()),
        ("client_id", world.endpoints().goto.client_id.clone()),
        ("redirect_uri", REDIRECT.into()),
        ("state", "s t&a".into()),
        ("code_challenge", URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))),
        ("code_challenge_method", "S256".into()),
    ]
}

/// Goes through the pages and returns where the browser is sent at the end.
async fn sign_in(world: &World, decision: &str) -> url::Url {
    let auth = &world.endpoints().goto_auth;
    let goto = &world.endpoints().goto;
    let start = format!("{auth}/oauth/authorize");
    let page =
        world.http.get(start).query(&authorize_pairs(world)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Practice world"), "the page says that it is practice");
    let attempt = hidden(&page, "attempt");
    let post = |path: &str, name: &'static str, value: String| {
        let form = vec![("attempt", attempt.clone()), (name, value)];
        world.http.post(format!("{auth}{path}")).form(&form).send()
    };
    let page = post("/login", "username", "someone@gmail.com".into()).await.unwrap().text().await.unwrap();
    assert!(page.contains("This is no practice account."), "a real address is refused");
    assert_eq!(hidden(&page, "username"), goto.user_name, "nobody could know the administrator");
    let page = post("/login", "username", goto.user_name.clone()).await.unwrap().text().await.unwrap();
    assert_eq!(hidden(&page, "password"), goto.password, "nor the password");
    let page = post("/login/password", "password", "wrong".into()).await.unwrap().text().await.unwrap();
    assert!(page.contains("The password is not right."));
    let answer = post("/login/password", "password", goto.password.clone()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let consent = answer.headers()["location"].to_str().unwrap().to_owned();
    let page = world.http.get(format!("{auth}{consent}")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("identity:scim.org"), "the consent page names the scopes");
    let answer = post("/oauth/approve", "decision", decision.into()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let again = post("/oauth/approve", "decision", decision.into()).await.unwrap();
    assert_eq!(again.status(), StatusCode::BAD_REQUEST, "an attempt is answered once");
    answer.headers()["location"].to_str().unwrap().parse().unwrap()
}

fn pair(url: &url::Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn token(world: &World, form: &[(&str, &str)]) -> (StatusCode, Value) {
    let goto = &world.endpoints().goto;
    let request = world
        .http
        .post(format!("{}/oauth/token", world.endpoints().goto_auth))
        .basic_auth(&goto.client_id, Some(&goto.client_secret))
        .form(form);
    json_of(request).await
}

async fn code_exchange(world: &World, code: &str) -> (StatusCode, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    token(world, &form).await
}

async fn tokens(world: &World) -> (String, String) {
    let code = pair(&sign_in(world, "allow").await, "code").unwrap();
    let (status, body) = code_exchange(world, &code).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn me(world: &World, access: &str) -> StatusCode {
    let url = format!("{}/identity/v1/Users/me", world.endpoints().goto_api);
    world.http.get(url).bearer_auth(access).send().await.unwrap().status()
}

#[tokio::test]
async fn metadata_names_this_issuer_and_s256() {
    let world = World::start().await;
    let auth = world.endpoints().goto_auth.clone();
    let (status, body) =
        json_of(world.http.get(format!("{auth}/.well-known/oauth-authorization-server"))).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["issuer"], json!(auth));
    assert_eq!(body["token_endpoint"], json!(format!("{auth}/oauth/token")));
    assert_eq!(body["code_challenge_methods_supported"], json!(["S256"]));
    let oidc = world.http.get(format!("{auth}/.well-known/openid-configuration")).send().await.unwrap();
    assert_eq!(oidc.status(), StatusCode::NOT_FOUND, "GoTo has no OpenID Connect");
}

#[tokio::test]
async fn allow_gives_a_code_that_works_once() {
    let world = World::start().await;
    let back = sign_in(&world, "allow").await;
    assert_eq!(back.as_str().split('?').next(), Some(REDIRECT));
    assert_eq!(pair(&back, "state").as_deref(), Some("s t&a"), "state comes back as it was");
    assert_eq!(pair(&back, "iss"), Some(world.endpoints().goto_auth.clone()), "RFC 9207");
    let code = pair(&back, "code").unwrap();
    let (status, body) = code_exchange(&world, &code).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "identity: identity:scim.me identity:scim.org");
    assert_eq!(body["principal"], json!(world.endpoints().goto.user_name));
    let access = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&world, &access).await, StatusCode::OK);
    let (status, body) = code_exchange(&world, &code).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(me(&world, &access).await, StatusCode::FORBIDDEN, "a second exchange takes the tokens back");
    let issued: Vec<String> = world.running.world.issued.all().into_iter().map(|one| one.value).collect();
    let goto = &world.endpoints().goto;
    for secret in [&code, &access, &goto.client_secret, &goto.password, &world.endpoints().scim_token] {
        assert!(issued.contains(secret), "every secret that was given out is listed");
    }
}

#[tokio::test]
async fn deny_returns_an_error_and_no_code() {
    let world = World::start().await;
    let back = sign_in(&world, "deny").await;
    assert_eq!(pair(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(pair(&back, "state").as_deref(), Some("s t&a"));
    assert_eq!(pair(&back, "code"), None);
}

#[tokio::test]
async fn a_wrong_redirect_or_client_never_redirects() {
    let world = World::start().await;
    for (name, value) in [
        ("redirect_uri", "http://127.0.0.1:47113/goto/callback"),
        ("redirect_uri", "http://localhost:47113/goto/callback/"),
        ("redirect_uri", "http://localhost:47116/goto/callback"),
        ("redirect_uri", "http://localhost:47113/goto/callback?x=1"),
        ("redirect_uri", ""),
        ("client_id", "nobody"),
    ] {
        let mut pairs = authorize_pairs(&world);
        pairs.iter_mut().filter(|pair| pair.0 == name).for_each(|pair| pair.1 = value.into());
        let url = format!("{}/oauth/authorize", world.endpoints().goto_auth);
        let answer = world.http.get(url).query(&pairs).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{name}={value}");
        assert!(!answer.headers().contains_key("location"), "{name}={value}");
    }
}

#[tokio::test]
async fn other_faults_of_the_request_go_back_to_the_application() {
    let world = World::start().await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("state", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "identity:scim.org collab:", "invalid_scope"),
        ("prompt", "login", "invalid_request"),
    ] {
        let mut pairs = authorize_pairs(&world);
        pairs.retain(|pair| pair.0 != name);
        pairs.push((name, value.into()));
        let url = format!("{}/oauth/authorize", world.endpoints().goto_auth);
        let answer = world.http.get(url).query(&pairs).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}={value}");
        let back: url::Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        assert_eq!(pair(&back, "error").as_deref(), Some(error), "{name}={value}");
    }
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_redirect_and_its_client() {
    let world = World::start().await;
    let code = pair(&sign_in(&world, "allow").await, "code").unwrap();
    for (name, value) in [
        ("code_verifier", VERIFIER.replace('a', "b")),
        ("redirect_uri", "http://localhost:47114/goto/callback".into()),
    ] {
        let mut form = [
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.clone()),
            ("redirect_uri", REDIRECT.into()),
            ("code_verifier", VERIFIER.into()),
        ];
        form.iter_mut().filter(|pair| pair.0 == name).for_each(|pair| pair.1 = value.clone());
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = token(&world, &form).await;
        assert_eq!(
            (status, body["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some("invalid_grant")),
            "{name}"
        );
    }
    world.running.world.clock.advance(10);
    let (status, _) = code_exchange(&world, &code).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "a code lives ten minutes");
}

#[tokio::test]
async fn an_access_token_lives_an_hour_and_a_refresh_token_thirty_days() {
    let world = World::start().await;
    let (access, refresh) = tokens(&world).await;
    world.running.world.clock.advance(59);
    assert_eq!(me(&world, &access).await, StatusCode::OK);
    world.running.world.clock.advance(1);
    assert_eq!(me(&world, &access).await, StatusCode::FORBIDDEN);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let (status, body) = token(&world, &form).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["refresh_token"], Value::Null, "no rotation by default");
    assert_eq!(me(&world, body["access_token"].as_str().unwrap()).await, StatusCode::OK);
    world.running.world.clock.advance(30 * 24 * 60);
    let (status, body) = token(&world, &form).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
}

#[tokio::test]
async fn rotation_revokes_the_old_refresh_token() {
    let world = World::start().await;
    world.control("PATCH", "/switches", json!({"rotate_refresh_tokens": true})).await;
    let (_, refresh) = tokens(&world).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let (_, body) = token(&world, &form).await;
    let fresh = body["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(fresh, refresh);
    let (status, body) = token(&world, &form).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error_description"], "refresh.token.revoked");
    let (status, _) = token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &fresh)]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn grants_that_goto_does_not_give() {
    let world = World::start().await;
    let (status, body) = token(&world, &[("grant_type", "client_credentials")]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["error_description"], "Unauthorized grant type");
    let (status, body) =
        token(&world, &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("extra", "1")]).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    let url = format!("{}/oauth/token", world.endpoints().goto_auth);
    let request = world.http.post(url).basic_auth(&world.endpoints().goto.client_id, Some("wrong"));
    let (status, body) =
        json_of(request.form(&[("grant_type", "refresh_token"), ("refresh_token", "x")])).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("invalid_client")));
}

#[tokio::test]
async fn a_personal_access_token_is_exchanged_until_the_client_forbids_it() {
    let world = World::start().await;
    let pat = world.control("POST", "/tokens/personal", json!({})).await["pat"].as_str().unwrap().to_owned();
    let form = [("grant_type", "personal_access_token"), ("pat", pat.as_str())];
    let (status, body) = token(&world, &form).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["refresh_token"], Value::Null);
    assert_eq!(me(&world, body["access_token"].as_str().unwrap()).await, StatusCode::OK);
    world.control("PATCH", "/switches", json!({"personal_access_tokens": false})).await;
    let (status, body) = token(&world, &form).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::BAD_REQUEST, Some("unauthorized_client")));
}

#[tokio::test]
async fn revoking_the_refresh_token_ends_its_access_tokens() {
    let world = World::start().await;
    let (access, refresh) = tokens(&world).await;
    let goto = &world.endpoints().goto;
    let url = format!("{}/oauth/revoke", world.endpoints().goto_auth);
    let form =
        [("token", refresh.as_str()), ("client_id", &goto.client_id), ("client_secret", &goto.client_secret)];
    let answer = world.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(me(&world, &access).await, StatusCode::FORBIDDEN);
    let (_, body) = token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(body["error_description"], "refresh.token.revoked");
}
