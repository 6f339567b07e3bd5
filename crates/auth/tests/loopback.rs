//! Sign-ins that go wrong: forged, replayed and misdirected callbacks, taken ports, refusals, silence.

mod support;

use std::time::Duration;

use serde_json::json;
use support::provider::{Server, answer, id_token};
use support::{browser, clock, http, query, waiting};
use usher_auth::{
    Attempt, AttemptOptions, Callback, IssParameter, Provider, ReplyProblem, SignInError, Unreachable,
};

async fn start(server: &Server) -> Attempt {
    start_with(server, &server.provider()).await
}

async fn start_with(server: &Server, provider: &Provider) -> Attempt {
    Attempt::start(&http(), provider, &server.client(), &clock(), AttemptOptions::default())
        .await
        .expect("it starts")
}

/// The address that the browser is sent back to.
fn callback(attempt: &Attempt, rest: &str) -> String {
    format!("{}/?state={}{rest}", attempt.redirect_uri(), query(attempt.authorize_url(), "state"))
}

async fn visit(address: &str) -> (u16, String) {
    let reply = browser().get(address).send().await.expect("an answer");
    (reply.status().as_u16(), reply.text().await.expect("a page"))
}

#[tokio::test]
async fn the_right_callback_signs_in_and_the_page_says_so() {
    let server = Server::start().await;
    let attempt = start(&server).await;
    assert_eq!(query(attempt.authorize_url(), "code_challenge_method"), "S256");
    let (address, challenge) =
        (callback(&attempt, "&code=code-1"), query(attempt.authorize_url(), "code_challenge"));
    let result = waiting(attempt);
    let reply = browser().get(&address).send().await.expect("an answer");
    let headers = reply.headers().clone();
    let page = reply.text().await.expect("a page");
    let grant = result.await.expect("no panic").expect("signed in");

    assert_eq!(grant.access_token.expose(), "access-1");
    assert_eq!(grant.identity.user_name.as_deref(), Some("ada@example.org"));
    assert!(page.contains("You can close this tab and go back to Usher"), "{page}");
    assert!(
        headers["content-security-policy"]
            .to_str()
            .expect("text")
            .starts_with("default-src 'none'; style-src 'sha256-")
    );
    assert_eq!(
        (&headers["cache-control"], &headers["referrer-policy"]),
        (&"no-store".parse().expect("a value"), &"no-referrer".parse().expect("a value"))
    );
    assert!(!page.contains("http"), "nothing from elsewhere: {page}");
    let form = server.with(|seen| seen.tokens[0].clone());
    use base64::Engine;
    use sha2::Digest;
    let hashed =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&form["code_verifier"]));
    assert_eq!(hashed, challenge, "the verifier belongs to the challenge");
    assert_eq!(format!("{}/", form["redirect_uri"]), address[..address.find('?').expect("a query")]);
    assert!(browser().get(&address).send().await.is_err(), "the listener is closed afterwards");
}

#[tokio::test]
async fn strangers_are_turned_away_and_the_attempt_goes_on() {
    let server = Server::start().await;
    let attempt = start(&server).await;
    let base = attempt.redirect_uri().to_owned();
    let good = callback(&attempt, "&code=code-1");
    let state = query(attempt.authorize_url(), "state");
    let port = base.rsplit(':').next().expect("a port").to_owned();
    let result = waiting(attempt);

    assert_eq!(visit(&format!("{base}/?state=guessed&code=forged")).await.0, 400, "another state");
    assert_eq!(visit(&format!("{base}/?code=forged")).await.0, 400, "no state");
    assert_eq!(visit(&format!("{base}/?state={state}")).await.0, 400, "neither code nor error");
    assert_eq!(visit(&format!("{good}&error=x")).await.0, 400, "code and error");
    assert_eq!(visit(&format!("{good}&code=second")).await.0, 400, "two codes");
    assert_eq!(
        visit(&format!("{base}/goto/callback?state={state}&code=forged")).await.0,
        404,
        "the other cloud's path"
    );
    assert_eq!(visit(&format!("{base}/favicon.ico")).await.0, 404);
    let posted = browser().post(&good).send().await.expect("an answer");
    assert_eq!(posted.status(), 405);
    for host in [format!("evil.example.org:{port}"), format!("127.0.0.1:{port}"), "localhost".to_owned()] {
        let reply = browser().get(&good).header("host", &host).send().await.expect("an answer");
        assert_eq!(reply.status(), 421, "{host}");
    }
    let (status, page) = visit(&format!("{base}/?state=<script>alert(1)</script>&code=x")).await;
    assert_eq!(status, 400);
    assert!(!page.contains("<script>"), "{page}");
    assert!(!result.is_finished(), "none of them counted");
    assert_eq!(visit(&good).await.0, 200);
    result.await.expect("no panic").expect("signed in after all");
    assert_eq!(server.with(|seen| seen.tokens.len()), 1, "only one code was ever exchanged");
}

#[tokio::test]
async fn a_second_callback_is_refused() {
    let server = Server::start().await;
    server.with(|seen| seen.slow = Duration::from_millis(300));
    let attempt = start(&server).await;
    let good = callback(&attempt, "&code=code-1");
    let result = waiting(attempt);
    let first = tokio::spawn({
        let good = good.clone();
        async move { visit(&good).await }
    });
    // The first one is being exchanged once the server has seen its code.
    while server.with(|seen| seen.tokens.is_empty()) {
        tokio::task::yield_now().await;
    }
    assert_eq!(visit(&good).await.0, 410);
    assert_eq!(first.await.expect("no panic").0, 200);
    result.await.expect("no panic").expect("signed in");
    assert_eq!(server.with(|seen| seen.tokens.len()), 1);
}

/// The result of one callback, and the page the person saw.
async fn outcome(provider: impl Fn(Provider) -> Provider, rest: &str) -> (SignInError, String) {
    let server = Server::start().await;
    let attempt = start_with(&server, &provider(server.provider())).await;
    let address = callback(&attempt, rest);
    let result = waiting(attempt);
    let (_, page) = visit(&address).await;
    let error = result.await.expect("no panic").expect_err("refused");
    assert_eq!(server.with(|seen| seen.tokens.len()), 0, "no code was sent anywhere");
    (error, page)
}

#[tokio::test]
async fn refusals_in_the_browser_are_told_apart() {
    let (error, page) =
        outcome(|p| p, "&error=access_denied&error_description=AADSTS65004:+declined+%3Cb%3E").await;
    let SignInError::Denied { refusal } = &error else { panic!("{error:?}") };
    assert_eq!(refusal.aadsts, [65004]);
    assert!(page.contains("access was denied") && !page.contains("<b>"), "{page}");
    let (error, page) = outcome(|p| p, "&error=%3Cscript%3E").await;
    assert!(matches!(error, SignInError::Refused { .. }), "{error:?}");
    assert!(!page.contains("<script>") && page.contains("go back to Usher"), "{page}");
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let (error, _) = outcome(|p| p, "&code=c&iss=https://evil.example.org").await;
    assert!(matches!(error, SignInError::WrongIssuer { .. }), "{error:?}");
    let promised = |p| Provider { iss_parameter: IssParameter::Required, ..p };
    let (error, _) = outcome(promised, "&code=c").await;
    assert!(matches!(error, SignInError::WrongIssuer { .. }), "its absence: {error:?}");
}

/// The result of an exchange that the token endpoint answers in its own way.
async fn exchanged(scripted: support::provider::Answer) -> SignInError {
    let server = Server::start().await;
    server.with(|seen| seen.script.push_back(scripted));
    let provider = Provider { scopes: vec!["openid".into()], ..server.provider() };
    let attempt = start_with(&server, &provider).await;
    let address = callback(&attempt, "&code=c");
    let result = waiting(attempt);
    visit(&address).await;
    result.await.expect("no panic").expect_err("refused")
}

#[tokio::test]
async fn unusable_token_replies_are_refused() {
    let problem = |error: SignInError| match error {
        SignInError::BadReply { problem, .. } => problem,
        other => panic!("{other:?}"),
    };
    let issuer = "https://evil.example.org";
    let foreign = id_token(&json!({"iss": issuer, "aud": "client-1", "exp": 4_000_000_000_u64, "sub": "s"}));
    let reply = json!({"access_token": "a", "id_token": foreign});
    assert_eq!(problem(exchanged(answer(200, reply)).await), ReplyProblem::IdToken { claim: "iss" });
    let reply = json!({"access_token": "a"});
    assert_eq!(problem(exchanged(answer(200, reply)).await), ReplyProblem::IdToken { claim: "absence" });
    let reply = json!({"access_token": "a", "token_type": "mac"});
    assert_eq!(problem(exchanged(answer(200, reply)).await), ReplyProblem::NotBearer);
    assert_eq!(problem(exchanged(answer(200, json!("hello"))).await), ReplyProblem::NotOAuth { status: 200 });
    assert_eq!(problem(exchanged(answer(404, json!("hello"))).await), ReplyProblem::NotOAuth { status: 404 });
    let mut moved = answer(307, json!({}));
    moved.headers.push(("location", "https://evil.example.org/token".to_owned()));
    assert_eq!(problem(exchanged(moved).await), ReplyProblem::Redirect);
    let wrong = exchanged(answer(401, json!({"error": "invalid_client"}))).await;
    assert!(matches!(wrong, SignInError::ClientRefused { .. }), "{wrong:?}");
    let broken = exchanged(answer(500, json!({}))).await;
    let status = Unreachable::Status { status: 500 };
    assert!(matches!(&broken, SignInError::Unreachable { cause, .. } if *cause == status), "{broken:?}");
}

#[tokio::test]
async fn a_nonce_of_another_attempt_is_refused() {
    let server = Server::start().await;
    let provider = Provider { scopes: vec!["openid".into()], ..server.provider() };
    for (nonce_is_ours, expected) in [(true, None), (false, Some(ReplyProblem::IdToken { claim: "nonce" }))] {
        let attempt = start_with(&server, &provider).await;
        let ours = query(attempt.authorize_url(), "nonce");
        let nonce = if nonce_is_ours { ours } else { "of another attempt".to_owned() };
        let issuer = server.root.as_str().trim_end_matches('/');
        let claims =
            json!({"iss": issuer, "aud": "client-1", "exp": 4_000_000_000_u64, "sub": "s", "nonce": nonce});
        let reply = json!({"access_token": "a", "id_token": id_token(&claims)});
        server.with(|seen| seen.script.push_back(answer(200, reply)));
        let address = callback(&attempt, "&code=c");
        let result = waiting(attempt);
        visit(&address).await;
        let problem = result.await.expect("no panic").err().map(|error| match error {
            SignInError::BadReply { problem, .. } => problem,
            other => panic!("{other:?}"),
        });
        assert_eq!(problem, expected);
    }
}

#[tokio::test]
async fn silence_and_cancelling_end_the_wait_and_close_the_port() {
    let server = Server::start().await;
    let attempt = start(&server).await;
    let address = callback(&attempt, "&code=late");
    let waited = Duration::from_millis(20);
    let error = attempt.wait(futures::future::pending(), waited).await.expect_err("nobody came");
    assert_eq!(error, SignInError::TimedOut { waited });
    assert!(browser().get(&address).send().await.is_err(), "a late browser finds nothing");

    let attempt = start(&server).await;
    let error = attempt.wait(futures::future::ready(()), support::PATIENCE).await.expect_err("cancelled");
    assert_eq!(error, SignInError::Cancelled);
    assert_eq!(server.with(|seen| seen.tokens.len()), 0);
}

#[tokio::test]
async fn a_taken_port_names_the_spares() {
    let server = Server::start().await;
    for family in ["127.0.0.1:0", "[::1]:0"] {
        let holder = tokio::net::TcpListener::bind(family).await.expect("a port");
        let port = holder.local_addr().expect("an address").port();
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let spare =
            format!("http://localhost:{}/goto/callback", free.local_addr().expect("an address").port());
        drop(free);
        let uris = vec![format!("http://localhost:{port}/goto/callback"), spare.clone()];
        let provider = Provider { callback: Callback::Registered(uris), ..server.provider() };
        let started = |redirect| {
            let (http, provider, client) = (http(), provider.clone(), server.client());
            async move {
                let options = AttemptOptions { redirect, ..AttemptOptions::default() };
                Attempt::start(&http, &provider, &client, &clock(), options).await
            }
        };
        let error = started(0).await.expect_err("taken");
        assert_eq!(error, SignInError::PortTaken { port, spares: vec![spare.clone()] }, "{family}");
        assert!(error.to_string().contains(&spare), "{error}");
        let attempt = started(1).await.expect("the spare works by choice");
        assert_eq!(attempt.redirect_uri(), spare, "byte for byte as registered");
        assert_eq!(query(attempt.authorize_url(), "redirect_uri"), spare);
    }
}

#[tokio::test]
async fn no_network_is_said_with_the_host_only() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    let server = Server::start().await;
    let token = format!("http://{address}/token?hidden=canary").parse().expect("an address");
    let provider = Provider { token, ..server.provider() };
    let attempt = start_with(&server, &provider).await;
    let good = callback(&attempt, "&code=c");
    let result = waiting(attempt);
    let (_, page) = visit(&good).await;
    let error = result.await.expect("no panic").expect_err("unreachable");
    assert!(matches!(error, SignInError::Unreachable { cause: Unreachable::NoConnection, .. }), "{error:?}");
    assert!(!format!("{error:?} {error} {page}").contains("canary"));
}
