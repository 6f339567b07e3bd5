//! Our OAuth client against an authorization server that we did not write: npm `oidc-provider`.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use support::{PATIENCE, browser, clock, http, query, waiting};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;
use usher_auth::{
    Attempt, AttemptOptions, Callback, Client, ClientAuthentication, ClientCredentials, DeviceAttempt, Grant,
    IssParameter, IssuerHosts, IssuerRule, Need, Prompt, Provider, Revocation, Secret, Session,
    SessionConfig, SignInAgainReason, SignInError, TokenError, TokenSource, Vault, discover,
};

struct Peer {
    issuer: Url,
    /// Closing its standard input ends it.
    _process: Child,
    /// Its standard output stays open: it ends when a message cannot be written.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    async fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/oidc-provider");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the authorization server of the tests is not installed: run `cargo xtask test`"
        );
        let mut process = Command::new("node")
            .arg("server.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs: `cargo xtask test` says what is missing");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let first = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("it starts in time");
        let first: serde_json::Value =
            serde_json::from_str(&first.expect("readable").expect("a line")).expect("JSON");
        Self {
            issuer: first["issuer"].as_str().expect("an issuer").parse().expect("an address"),
            _process: process,
            _output: lines,
        }
    }

    async fn provider(&self) -> Provider {
        let profile = Provider {
            scopes: ["openid", "offline_access", "api"].map(str::to_owned).to_vec(),
            callback: Callback::AnyPort,
            client_authentication: ClientAuthentication::Basic,
            ..Provider::goto(&[])
        };
        discover(&http(), &self.issuer, &IssuerHosts::Loopback, &profile).await.expect("metadata")
    }
}

fn native() -> Client {
    Client { id: "usher-native".to_owned(), secret: None }
}

/// Cookies by path as this server sets them; a jar for one person.
#[derive(Default)]
struct Person {
    cookies: BTreeMap<String, String>,
}

impl Person {
    async fn send(&mut self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let reply = request.header("cookie", jar.join("; ")).send().await.expect("an answer");
        for cookie in reply.headers().get_all("set-cookie") {
            let pair = cookie.to_str().expect("text").split(';').next().unwrap_or_default().to_owned();
            if let Some((name, value)) = pair.split_once('=') {
                match value {
                    "" => self.cookies.remove(name),
                    value => self.cookies.insert(name.to_owned(), value.to_owned()),
                };
            }
        }
        reply
    }

    /// Signs in and accepts, up to the redirect that leaves this server.
    async fn until_callback(&mut self, start: &Url) -> Url {
        let browser = browser();
        let mut address = start.clone();
        for _ in 0..20 {
            let mut reply = self.send(browser.get(address.clone())).await;
            if reply.status().is_success() {
                let page = reply.text().await.expect("a page");
                let action =
                    page.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
                let form = address.join(action).expect("an address");
                let fields: &[(&str, &str)] = match page.contains("name=\"login\"") {
                    true => &[("prompt", "login"), ("login", "ada"), ("password", "x")],
                    false => &[("prompt", "consent")],
                };
                reply = self.send(browser.post(form).form(fields)).await;
            }
            assert!(reply.status().is_redirection(), "{} at {}", reply.status(), address.path());
            let location = reply.headers()["location"].to_str().expect("text");
            address = address.join(location).expect("an address");
            if address.port() != start.port() {
                return address;
            }
        }
        panic!("the sign-in pages go in circles");
    }
}

async fn start(provider: &Provider) -> Attempt {
    let options = AttemptOptions { prompt: Some(Prompt::Consent), ..AttemptOptions::default() };
    Attempt::start(&http(), provider, &native(), &clock(), options).await.expect("it starts")
}

async fn signed_in(provider: &Provider) -> Grant {
    let attempt = start(provider).await;
    let address = attempt.authorize_url().clone();
    let result = waiting(attempt);
    let callback = Person::default().until_callback(&address).await;
    assert!(!query(&callback, "iss").is_empty(), "this server names itself (RFC 9207)");
    let page = browser().get(callback).send().await.expect("an answer").text().await.expect("a page");
    assert!(page.contains("You are signed in"), "{page}");
    result.await.expect("no panic").expect("signed in")
}

#[tokio::test]
async fn a_person_signs_in_with_code_and_pkce() {
    let peer = Peer::start().await;
    let provider = peer.provider().await;
    assert_eq!(provider.iss_parameter, IssParameter::Required);
    assert_eq!(provider.issuer, IssuerRule::Exactly(peer.issuer.as_str().trim_end_matches('/').to_owned()));
    let grant = signed_in(&provider).await;
    assert_eq!(grant.identity.subject.as_deref(), Some("ada"));
    assert!(grant.refresh_token.is_some());
    assert_eq!(grant.missing(&provider.scopes), [] as [&str; 0]);
    let userinfo = browser()
        .get(peer.issuer.join("me").expect("an address"))
        .bearer_auth(grant.access_token.expose())
        .send()
        .await
        .expect("an answer");
    assert_eq!(userinfo.status(), 200, "the server knows the token");
}

#[tokio::test]
async fn a_code_of_another_attempt_fails_on_the_verifier() {
    let peer = Peer::start().await;
    let provider = peer.provider().await;
    let (mine, theirs) = (start(&provider).await, start(&provider).await);
    let callback = Person::default().until_callback(theirs.authorize_url()).await;
    // The stolen code in a callback that carries the right state: only the verifier can tell.
    let mut forged: Url = mine.redirect_uri().parse().expect("an address");
    forged
        .query_pairs_mut()
        .append_pair("state", &query(mine.authorize_url(), "state"))
        .append_pair("iss", &query(&callback, "iss"))
        .append_pair("code", &query(&callback, "code"));
    let result = waiting(mine);
    browser().get(forged).send().await.expect("an answer");
    let error = result.await.expect("no panic").expect_err("refused");
    let SignInError::Refused { refusal, .. } = &error else { panic!("{error:?}") };
    assert_eq!(refusal.error, "invalid_grant");
}

#[tokio::test]
async fn a_person_who_declines_is_heard() {
    let peer = Peer::start().await;
    let provider = peer.provider().await;
    let attempt = start(&provider).await;
    let browser = browser();
    let mut person = Person::default();
    let first = person.send(browser.get(attempt.authorize_url().clone())).await;
    let interaction =
        peer.issuer.join(first.headers()["location"].to_str().expect("text")).expect("an address");
    let abort = peer.issuer.join(&format!("{}/abort", interaction.path())).expect("an address");
    let result = waiting(attempt);
    let mut reply = person.send(browser.get(abort)).await;
    while reply.status().is_redirection() {
        let next = reply.headers()["location"].to_str().expect("text").to_owned();
        let next = peer.issuer.join(&next).expect("an address");
        reply = person.send(browser.get(next)).await;
    }
    let page = reply.text().await.expect("a page");
    let error = result.await.expect("no panic").expect_err("declined");
    assert!(matches!(error, SignInError::Denied { .. }), "{error:?}");
    assert!(page.contains("access was denied"), "{page}");
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_reused_one_ends_the_sign_in() {
    let peer = Peer::start().await;
    let provider = peer.provider().await;
    let grant = signed_in(&provider).await;
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::memory();
    let config = SessionConfig {
        connection: "c1".to_owned(),
        origin: usher_auth::Origin::of(&peer.issuer).expect("an origin"),
        provider,
        client: native(),
        locks: folder.path().to_owned(),
        clock: clock(),
    };
    let first = grant.access_token.clone();
    let stolen = grant.clone();
    let session = Session::keep(config.clone(), grant, &http(), &vault).await.expect("kept");
    assert_eq!(session.token(Need::Current).await.expect("a token").expose(), first.expose());
    let second = session.token(Need::Fresh).await.expect("a token");
    assert_ne!(second.expose(), first.expose());
    // A second process finds the rotated one in the vault.
    let other = Session::open(config.clone(), &http(), &vault).expect("opened");
    other.token(Need::Current).await.expect("a token");
    // Somebody uses the first refresh token again: the server ends the whole family.
    let thief = Session::keep(config, stolen, &http(), &Vault::memory()).await.expect("kept");
    assert!(thief.token(Need::Fresh).await.is_err());
    let result = session.token(Need::Fresh).await;
    let ended = matches!(&result, Err(TokenError::SignInAgain { reason: SignInAgainReason::Refused(_), .. }));
    assert!(ended, "{result:?}");
    assert_eq!(session.forget().await.expect("forgotten"), Revocation::Revoked);
}

#[tokio::test]
async fn a_headless_client_gets_tokens_with_its_secret() {
    let peer = Peer::start().await;
    let provider = Provider { scopes: vec!["api".to_owned()], ..peer.provider().await };
    let source = |secret: &str| {
        let client = Client { id: "usher-headless".to_owned(), secret: Some(Secret::new(secret)) };
        let origin = usher_auth::Origin::of(&peer.issuer).expect("an origin");
        ClientCredentials::new(origin, &http(), provider.clone(), client, &clock())
    };
    source("headless secret with spaces & signs: 100 %").token(Need::Current).await.expect("a token");
    let result = source("wrong").token(Need::Current).await;
    assert!(matches!(result, Err(TokenError::ClientRefused { .. })), "{result:?}");
}

#[tokio::test]
async fn a_terminal_signs_in_with_a_device_code() {
    let peer = Peer::start().await;
    let provider = peer.provider().await;
    let attempt = DeviceAttempt::start(&http(), &provider, &native(), &clock()).await.expect("a code");
    let (page, code) = (attempt.verification_uri().clone(), attempt.user_code().to_owned());
    let result = tokio::spawn(attempt.wait(futures::future::pending()));
    let browser = browser();
    let mut person = Person::default();
    let form = person.send(browser.get(page.clone())).await.text().await.expect("a page");
    let xsrf =
        form.split("name=\"xsrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let fields = [("xsrf", xsrf), ("user_code", code.as_str()), ("confirm", "yes")];
    let mut reply = person.send(browser.post(page.clone()).form(&fields)).await;
    // Sign-in and consent on the way, then the page that says "enjoy".
    for _ in 0..20 {
        if reply.status().is_redirection() {
            let next = page.join(reply.headers()["location"].to_str().expect("text")).expect("an address");
            reply = person.send(browser.get(next)).await;
            continue;
        }
        let text = reply.text().await.expect("a page");
        let Some(action) = text.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()) else {
            break;
        };
        let target = page.join(action).expect("an address");
        let fields: &[(&str, &str)] = match text.contains("name=\"login\"") {
            true => &[("prompt", "login"), ("login", "ada"), ("password", "x")],
            false => &[("prompt", "consent")],
        };
        reply = person.send(browser.post(target).form(fields)).await;
    }
    let grant =
        tokio::time::timeout(PATIENCE, result).await.expect("in time").expect("no panic").expect("signed in");
    assert_eq!(grant.identity.subject.as_deref(), Some("ada"));

    let attempt = DeviceAttempt::start(&http(), &provider, &native(), &clock()).await.expect("a code");
    let error = attempt.wait(futures::future::ready(())).await.expect_err("cancelled");
    assert_eq!(error, SignInError::Cancelled);
}
