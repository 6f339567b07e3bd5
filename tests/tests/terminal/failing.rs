//! What goes wrong at a sign-in: the exit code, what happened and what to do next on standard error, nothing half-saved.

use crate::files::{File, arg, with_secrets};
use crate::stage::{ID, Stage, free_port, stuck};
use anyhow::{Result, ensure};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use usher_tests::bus::Keyring;
use usher_tests::person::{Consent, Person};
use usher_tests::sandbox::Sandbox;
use usher_tests::terminal::{run, usher};

#[tokio::test]
async fn the_keyring_is_locked() -> Result<()> {
    let stage = Stage::new(Keyring::Locked).await?;
    let before = stage.held()?;
    stage.usher(&["sign-in", ID])?.ended(4)?.told(&["The keyring is locked", "Unlock your keyring"])?;
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn there_is_no_keyring() -> Result<()> {
    let stage = Stage::new(Keyring::Absent).await?;
    let before = stage.held()?;
    stage
        .usher(&["sign-in", ID])?
        .ended(4)?
        .told(&["no keyring that Usher can use", "Start a keyring service"])?;
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn the_goto_admin_lacks_the_organisation_role() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let role = json!({ "role": "none", "account_roles": [] });
    stage.sandbox.control("PATCH", "goto/admin", Some(role)).await?;
    stage.sign_in("entra").await?;
    stage.sign_in("goto").await?;
    let said = stage.usher(&["test-connection", ID])?.ended(4)?;
    for text in ["role", "Read & Write", "Organization Center"] {
        ensure!(said.out.contains(text), "{text:?} was not said:\n{}", said.out);
    }
    let before = stage.held()?;
    stage.usher(&["preview", ID])?.ended(4)?.told(&["Read & Write", "Organization Center"])?;
    ensure!(stage.sandbox.writes("goto_api").await?.is_empty(), "nothing was written");
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn the_redirect_uri_is_not_registered() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let port = free_port()?;
    stage.import(port)?;
    let authorize = stage.authorize();
    let arguments: Vec<&str> = authorize.iter().map(String::as_str).collect();
    let (live, address) = stage.begin(&arguments).await?;
    let before = stage.held()?;
    // GoTo shows a page and never comes back, so the terminal is where the remedy has to stand.
    let page = stuck(stage.person("goto", Consent::Agree).visit(&address).await?)?;
    ensure!(page.contains("redirect"), "{page}");
    let uri = format!("http://localhost:{port}/goto/callback");
    live.interrupt().await?.ended(1)?.told(&["Cancelled. Nothing was stored.", &uri])?;
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn another_program_has_the_loopback_port() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    // The client secret is there from an earlier attempt.
    stage.sign_in("goto").await?;
    let before = stage.held()?;
    let _other = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, stage.port)))?;
    let port = stage.port.to_string();
    stage.usher(&["authorize", ID])?.ended(1)?.told(&[
        "Another program uses port",
        &port,
        "Close that program",
        "47113",
    ])?;
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn the_goto_client_has_a_secret_and_usher_has_none() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let (live, address) = stage.begin(&["authorize", ID]).await?;
    stage.person("goto", Consent::Agree).visit(&address).await?.back()?;
    let command = format!("`usher authorize {ID} --secret env:USHER_GOTO_SECRET`");
    let told = ["refused Usher's OAuth client", command.as_str()];
    live.end().await?.ended(4)?.told(&told)?;
    Ok(())
}

#[tokio::test]
async fn consent_is_denied() -> Result<()> {
    for cloud in ["entra", "goto"] {
        let stage = Stage::new(Keyring::Unlocked).await?;
        if cloud == "goto" {
            // The client's secret is stored before the browser opens, by the person's own choice.
            stage.sign_in("goto").await?;
            let revoked = json!({ "which": "all" });
            stage.sandbox.control("POST", "goto/tokens/revoke", Some(revoked)).await?;
        }
        let before = stage.held()?;
        let command = if cloud == "goto" { "authorize" } else { "sign-in" };
        let (live, address) = stage.begin(&[command, ID]).await?;
        let page = stage.person(cloud, Consent::Refuse).visit(&address).await?.back()?;
        ensure!(!page.contains("You are signed in"), "{page}");
        live.end().await?.ended(4)?.told(&["Access was denied", "Sign in again and accept"])?;
        stage.unchanged_since(&before)?;
    }
    Ok(())
}

#[tokio::test]
async fn the_browser_never_comes_back() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let before = stage.held()?;
    let (live, address) = stage.begin(&["sign-in", ID]).await?;
    live.interrupt().await?.ended(1)?.told(&["Cancelled. Nothing was stored."])?;
    stage.unchanged_since(&before)?;
    // Whoever finishes in the browser afterwards finds nobody listening.
    let late = stage.person("entra", Consent::Agree).visit(&address).await;
    ensure!(late.is_err(), "the listener is closed");
    stage.unchanged_since(&before)
}

#[tokio::test]
async fn a_forged_callback_is_ignored_and_the_sign_in_completes() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let authorize = stage.authorize();
    let arguments: Vec<&str> = authorize.iter().map(String::as_str).collect();
    let (mut live, address) = stage.begin(&arguments).await?;
    let before = stage.held()?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let callback = format!("http://localhost:{}/goto/callback", stage.port);
    let forged = [
        format!("{callback}?code=forged&state=forged"),
        format!("{callback}?error=access_denied&state=forged"),
        format!("{callback}?code=forged"),
        callback.replace("/goto/callback", "/entra/callback?code=forged&state=forged"),
    ];
    for url in forged {
        let reply = http.get(&url).send().await?;
        ensure!(reply.status().is_client_error(), "{url}: {}", reply.status());
    }
    ensure!(live.is_running()?, "a forged callback does not end the sign-in");
    stage.unchanged_since(&before)?;
    stage.person("goto", Consent::Agree).visit(&address).await?.back()?;
    let said = live.end().await?.ended(0)?;
    ensure!(said.out.contains("Signed in as"), "{}", said.out);
    ensure!(stage.held()? != before, "the sign-in was stored");
    Ok(())
}

#[tokio::test]
async fn there_is_no_network() -> Result<()> {
    let sandbox = Sandbox::start(&["--users", "20", "--rate", "0"])?;
    let folder = tempfile::tempdir()?;
    let scim = sandbox.text("/scim");
    let file = File {
        id: "offline",
        profile: "scim",
        base_url: &scim,
        dialect: "goto-v1",
        practice: false,
        rate: 0,
    };
    // Nobody listens where this port was.
    let nowhere = format!("http://127.0.0.1:{}", free_port()?);
    let data = folder.path().join("data");
    for service in ["/login", "/scim"] {
        let text = file.text(&sandbox).replace(&sandbox.text(service), &nowhere);
        let path = folder.path().join("offline.toml");
        std::fs::write(&path, text)?;
        let call = |arguments: &[&str]| {
            let mut command = usher(&data, None, arguments)?;
            run(with_secrets(&mut command, &sandbox, &sandbox.text("/scim_token")))
        };
        call(&["run", "--once", arg(&path)])?.ended(1)?.told(&["could not be reached", "network"])?;
        // Nothing is known of a run that could not read: no people, no groups.
        let status = call(&["--json", "status", "offline"])?.ended(0)?.json()?;
        ensure!(status["people"] == 0 && status["groups"] == 0, "{status:#}");
    }
    ensure!(sandbox.writes("goto_api").await?.is_empty(), "nothing was written");
    Ok(())
}

#[tokio::test]
async fn somebody_without_a_role_is_told_whom_to_ask() -> Result<()> {
    let stage = Stage::new(Keyring::Unlocked).await?;
    let users = stage.sandbox.endpoints["entra"]["users"].as_array().cloned().unwrap_or_default();
    let nobody = users.iter().find(|user| user["role"] == "None").cloned().unwrap_or_default();
    let text = |name: &str| nobody[name].as_str().unwrap_or_default().to_owned();
    let before = stage.held()?;
    let (live, address) = stage.begin(&["sign-in", ID]).await?;
    let person = Person { user_name: text("user_name"), password: text("password"), consent: Consent::Agree };
    // The page offers no way to agree: consent for the organisation needs an administrator.
    person.visit(&address).await?.back()?;
    live.end().await?.ended(4)?.told(&["Access was denied", "ask an administrator to approve Usher"])?;
    stage.unchanged_since(&before)
}
