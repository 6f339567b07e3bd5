//! Sign-in played over HTTP: code with PKCE, refresh, device code, refusals.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::world::{Practice, practice, small};

const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789";
const REDIRECT: &str = "http://localhost:53123";
const SCOPES: &str = "openid profile offline_access User.Read User.Read.All Synchronization.ReadWrite.All";

fn authorize_url(world: &Practice, change: &[(&str, &str)]) -> Url {
    let entra = &world.endpoints().entra;
    let mut url =
        Url::parse(&format!("{}/{}/oauth2/v2.0/authorize", world.endpoints().login, entra.tenant_id))
            .unwrap();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut query = vec![
        ("client_id", entra.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPES),
        ("state", "s-1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in change {
        query.retain(|(known, _)| known != name);
        if !value.is_empty() {
            query.push((name, value));
        }
    }
    url.query_pairs_mut().extend_pairs(query);
    url
}

fn hidden(page: &str, name: &str) -> String {
    let start = page.find(&format!("name=\"{name}\" value=\"")).expect("a hidden field");
    let rest = &page[start + name.len() + 15..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// An access token of a signed-in account with these scopes.
async fn token_of(world: &Practice, user: usize, scopes: &str) -> String {
    let url = authorize_url(world, &[("scope", scopes)]);
    let page = world.http.get(url).send().await.unwrap().text().await.unwrap();
    let flow = hidden(&page, "flow");
    let entra = &world.endpoints().entra;
    let post = async |path: &str, form: Value| {
        let url = format!("{}/{}/practice/{path}", world.endpoints().login, entra.tenant_id);
        world.http.post(url).form(&form).send().await.unwrap()
    };
    let user = &entra.users[user];
    let form = json!({ "flow": flow, "user_name": user.user_name, "password": user.password });
    let mut back = post("sign-in", form).await;
    // Nobody is asked twice for what they consented to.
    if !back.headers().contains_key("location") {
        back = post("consent", json!({ "flow": flow, "decision": "accept" })).await;
    }
    let callback = Url::parse(back.headers()["location"].to_str().unwrap()).unwrap();
    let code = callback.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let (_, tokens) = world
        .token_call(&[
            ("grant_type", "authorization_code"),
            ("client_id", &entra.client_id),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await;
    tokens["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_pages_tell_a_newcomer_which_accounts_there_are() {
    let world = practice(small()).await;
    let page = world.http.get(authorize_url(&world, &[])).send().await.unwrap().text().await.unwrap();
    let entra = &world.endpoints().entra;
    for user in &entra.users {
        assert!(
            page.contains(&format!("value=\"{}\"", user.user_name)),
            "{} is one click away",
            user.user_name
        );
        let form = json!({ "flow": hidden(&page, "flow"), "user_name": user.user_name });
        let url = format!("{}/{}/practice/sign-in", world.endpoints().login, entra.tenant_id);
        let page = world.http.post(url).form(&form).send().await.unwrap().text().await.unwrap();
        assert_eq!(hidden(&page, "password"), user.password);
    }
}

#[tokio::test]
async fn synchronization_needs_scope_and_role_and_says_401() {
    let world = practice(small()).await;
    let jobs = format!("{}/synchronization/jobs", world.sp());
    let create = Some(json!({ "templateId": "goto" }));
    // Account, scopes, status of a read, status of a write.
    for (user, scopes, read, write) in [
        (0, "User.Read Synchronization.ReadWrite.All", 200, 201),
        (1, "User.Read Synchronization.ReadWrite.All", 200, 201),
        // The reverse trap: with a strong role a read proves nothing about consent.
        (0, "User.Read", 200, 401),
        (3, "User.Read", 401, 401),
    ] {
        let token = token_of(&world, user, scopes).await;
        let (status, body) = world.graph_as(&token, Method::GET, &jobs, None).await;
        assert_eq!(status, read, "{user} {scopes}: {body}");
        let (status, body) = world.graph_as(&token, Method::POST, &jobs, create.clone()).await;
        assert_eq!(status, write, "{user} {scopes}: {body}");
        if status == 401 {
            assert_eq!(
                (&body["error"]["code"], &body["error"]["message"]),
                (&json!("UnknownError"), &json!(""))
            );
        }
    }
    let token = token_of(&world, 0, "User.Read Synchronization.ReadWrite.All").await;
    let name = &world.endpoints().entra.user_name;
    world.control(Method::PATCH, "/entra", Some(json!({ "roles": { name: [] } }))).await;
    assert_eq!(world.graph_as(&token, Method::GET, &jobs, None).await.0, 401);
}

#[tokio::test]
async fn a_real_looking_account_is_told_that_this_is_practice() {
    let world = practice(small()).await;
    let page = world.http.get(authorize_url(&world, &[])).send().await.unwrap().text().await.unwrap();
    let tenant = &world.endpoints().entra.tenant_id;
    let url = format!("{}/{tenant}/practice/sign-in", world.endpoints().login);
    let form = json!({ "flow": hidden(&page, "flow"), "user_name": "it@contoso.com", "password": "secret" });
    let answer = world.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let page = answer.text().await.unwrap();
    assert!(page.contains("This is no practice account") && !page.contains("secret"), "{page}");
}

/// Signs in, decides, and returns the parameters of the callback.
async fn sign_in(world: &Practice, user: usize, decision: &str) -> Vec<(String, String)> {
    let entra = &world.endpoints().entra;
    let page = world.http.get(authorize_url(world, &[])).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Practice sign-in"), "{page}");
    let flow = hidden(&page, "flow");
    let post = |path: &str, form: Value| {
        let url = format!("{}/{}/practice/{path}", world.endpoints().login, entra.tenant_id);
        world.http.post(url).form(&form).send()
    };
    let user = &entra.users[user];
    let page = post("sign-in", json!({ "flow": flow, "user_name": user.user_name })).await.unwrap();
    assert!(page.text().await.unwrap().contains("Password"));
    let wrong = json!({ "flow": flow, "user_name": user.user_name, "password": "wrong" });
    assert_eq!(post("sign-in", wrong).await.unwrap().status(), 401);
    let right = json!({ "flow": flow, "user_name": user.user_name, "password": user.password });
    let page = post("sign-in", right).await.unwrap().text().await.unwrap();
    assert!(page.contains("Synchronization.ReadWrite.All"), "{page}");
    let back = post("consent", json!({ "flow": flow, "decision": decision })).await.unwrap();
    let location = back.headers()["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with("http://localhost:53123/?"), "{location}");
    Url::parse(&location).unwrap().query_pairs().into_owned().collect()
}

fn value<'a>(parameters: &'a [(String, String)], name: &str) -> &'a str {
    parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

#[tokio::test]
async fn code_with_pkce_is_redeemed_once() {
    let world = practice(small()).await;
    let callback = sign_in(&world, 0, "accept").await;
    assert_eq!(value(&callback, "state"), "s-1");
    let client = world.endpoints().entra.client_id.clone();
    let form = |verifier: &'static str, redirect: &'static str| {
        vec![
            ("grant_type", "authorization_code"),
            ("client_id", client.as_str()),
            ("code", value(&callback, "code")),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]
    };
    let other = "another-verifier-that-is-long-enough-for-rfc-7636-012345";
    let (status, body) = world.token_call(&form(other, REDIRECT)).await;
    assert_eq!((status, body["error_codes"][0].as_u64()), (400, Some(501_481)));
    let (status, body) = world.token_call(&form(VERIFIER, "http://localhost:53124")).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
    let (status, tokens) = world.token_call(&form(VERIFIER, REDIRECT)).await;
    assert_eq!(status, 200, "{tokens}");
    let (status, body) = world.token_call(&form(VERIFIER, REDIRECT)).await;
    assert_eq!((status, body["error_codes"][0].as_u64()), (400, Some(54_005)));

    let id_token = tokens["id_token"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let entra = &world.endpoints().entra;
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["aud"], entra.client_id.as_str());
    assert_eq!(claims["tid"], entra.tenant_id.as_str());
    assert_eq!(claims["iss"], format!("{}/{}/v2.0", world.endpoints().login, entra.tenant_id));
    assert_eq!(claims["preferred_username"], entra.user_name.as_str());
    let keys = format!("{}/{}/discovery/v2.0/keys", world.endpoints().login, entra.tenant_id);
    let keys: Value = world.http.get(keys).send().await.unwrap().json().await.unwrap();
    verify(id_token, &keys["keys"][0]);

    let token = tokens["access_token"].as_str().unwrap();
    let (status, me) = world.graph_as(token, Method::GET, "/me", None).await;
    assert_eq!((status, me["userPrincipalName"].as_str()), (200, Some(entra.user_name.as_str())));
    let (status, roles) = world.graph_as(token, Method::GET, "/me/transitiveMemberOf", None).await;
    assert_eq!((status, roles["value"][0]["displayName"].as_str()), (200, Some("Application Administrator")));
    // Not consented: groups.
    let (status, body) = world.graph_as(token, Method::GET, "/groups", None).await;
    assert_eq!((status, body["error"]["code"].as_str()), (403, Some("Authorization_RequestDenied")));
}

/// Checks the RS256 signature with the published key.
fn verify(token: &str, key: &Value) {
    let (text, signature) = token.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (n, e) = (decode(key["n"].as_str().unwrap()), decode(key["e"].as_str().unwrap()));
    let public = aws_lc_rs::signature::RsaPublicKeyComponents { n, e };
    let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
    public.verify(algorithm, text.as_bytes(), &decode(signature)).expect("the signature fits");
}

#[tokio::test]
async fn refresh_rotates_and_can_be_revoked() {
    let world = practice(small()).await;
    let callback = sign_in(&world, 0, "accept").await;
    let client = world.endpoints().entra.client_id.clone();
    let (_, first) = world
        .token_call(&[
            ("grant_type", "authorization_code"),
            ("client_id", &client),
            ("code", value(&callback, "code")),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await;
    let refresh = async |token: &Value| {
        let token = token["refresh_token"].as_str().unwrap();
        world
            .token_call(&[("grant_type", "refresh_token"), ("client_id", &client), ("refresh_token", token)])
            .await
    };
    let (status, second) = refresh(&first).await;
    assert_eq!(status, 200, "{second}");
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let access = first["access_token"].as_str().unwrap().to_owned();
    world.running.world.clock.advance(61);
    let (status, body) = world.graph_as(&access, Method::GET, "/me", None).await;
    assert_eq!((status, body["error"]["code"].as_str()), (401, Some("InvalidAuthenticationToken")));
    world.control(Method::POST, "/entra/revoke", Some(json!({ "refresh_tokens": true }))).await;
    let (status, body) = refresh(&second).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")));
    let secret = world.endpoints().entra.client_secret.clone();
    let form = [("grant_type", "refresh_token"), ("client_id", &client), ("client_secret", &secret)];
    let (status, body) = world.token_call(&form).await;
    assert_eq!((status, body["error_codes"][0].as_u64()), (401, Some(700_025)));
}

#[tokio::test]
async fn a_code_lives_for_ten_minutes() {
    let world = practice(small()).await;
    let callback = sign_in(&world, 0, "accept").await;
    world.running.world.clock.advance(10);
    let client = world.endpoints().entra.client_id.clone();
    let (status, body) = world
        .token_call(&[
            ("grant_type", "authorization_code"),
            ("client_id", &client),
            ("code", value(&callback, "code")),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await;
    assert_eq!((status, body["error_codes"][0].as_u64()), (400, Some(70_008)));
}

#[tokio::test]
async fn refused_consent_and_missing_approval_come_back_as_access_denied() {
    let world = practice(small()).await;
    for (user, decision) in [(0, "cancel"), (3, "accept")] {
        let callback = sign_in(&world, user, decision).await;
        assert_eq!(value(&callback, "error"), "access_denied");
        assert_eq!(value(&callback, "state"), "s-1");
        assert_eq!(value(&callback, "code"), "");
    }
}

#[tokio::test]
async fn what_the_authorize_page_refuses() {
    let world = practice(small()).await;
    // Shown on the page, never sent to the redirect URI.
    for change in [
        ("client_id", "other"),
        ("redirect_uri", "http://localhost:53123/other"),
        ("redirect_uri", "https://app.example/cb"),
        ("redirect_uri", ""),
        ("colour", "blue"),
    ] {
        let answer = world.http.get(authorize_url(&world, &[change])).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{change:?}");
    }
    // Sent back to the application.
    for (change, error) in [
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "Everything.All"), "invalid_scope"),
        (("prompt", "none"), "login_required"),
    ] {
        let answer = world.http.get(authorize_url(&world, &[change])).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.contains(&format!("error={error}")), "{change:?}: {location}");
    }
}

#[tokio::test]
async fn a_device_code_is_pending_then_accepted() {
    let world = practice(small()).await;
    let entra = world.endpoints().entra.clone();
    let url = format!("{}/organizations/oauth2/v2.0/devicecode", world.endpoints().login);
    let form = [("client_id", entra.client_id.as_str()), ("scope", "openid User.Read")];
    let started: Value = world.http.post(&url).form(&form).send().await.unwrap().json().await.unwrap();
    let code = started["device_code"].as_str().unwrap();
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let poll = [("grant_type", grant), ("client_id", &entra.client_id), ("device_code", code)];
    let (status, body) = world.token_call(&poll).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("authorization_pending")));
    let answer = json!({ "user_code": started["user_code"], "user_name": entra.user_name,
        "password": entra.password, "decision": "accept" });
    let page =
        world.http.post(started["verification_uri"].as_str().unwrap()).form(&answer).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let (status, body) = world.token_call(&poll).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(world.token_call(&poll).await.0, 400);
}
