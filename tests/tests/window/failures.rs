//! What stands in the way of a sign-in: the window says what happened and what to do next, and keeps nothing by halves.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::json;
use std::net::TcpListener;
use url::Url;
use usher_tests::bus::Keyring;

/// Nobody is signed in, as the keyring and the sandbox have it.
async fn nothing_is_kept(world: &World) -> Result<()> {
    let stored = world.session.stored("service", "Usher")?;
    assert!(!stored.contains("session http"), "the keyring holds a sign-in: {stored}");
    let issued = world.sandbox.list("issued").await?;
    let tokens = issued.iter().filter(|one| one["kind"] == "refresh_token").count();
    assert_eq!(tokens, 0, "a token was issued and nobody has it");
    Ok(())
}

/// A connection that stands on step 6 with the practice client filled in.
async fn on_connect(world: &mut World) -> Result<()> {
    wizard::new_connection(world).await?;
    world.window.click("nav-connect").await?;
    wizard::practice_client(world).await
}

/// Signs in to GoTo from step 6, and sees it.
async fn authorize_works(world: &mut World) -> Result<()> {
    world.person_signs_in_to_goto().await?;
    world.window.by_test_id("connect-authorized").await?;
    let stored = world.session.stored("service", "Usher")?;
    assert!(stored.contains("session http"), "the keyring holds the sign-in: {stored}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_before_the_person_signs_in() -> Result<()> {
    let mut world = World::with(Keyring::Locked).await?;
    wizard::new_connection(&mut world).await?;
    world.window.click("sign-in-practice-fill").await?;
    world.window.saved().await?;
    world.window.click("sign-in-begin").await?;
    world.window.says("error", "The keyring is locked").await?;
    world.window.says("error", "Unlock your keyring, then try again.").await?;
    world.picture("01-sign-in-keyring-locked").await?;
    assert_eq!(world.window.opened_count(), 0, "the browser was opened for a sign-in that cannot be kept");
    nothing_is_kept(&world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_credentials_last_until_close_by_choice_only() -> Result<()> {
    let mut world = World::with(Keyring::Absent).await?;
    wizard::new_connection(&mut world).await?;
    world.window.click("sign-in-practice-fill").await?;
    world.window.saved().await?;
    world.window.says("keyring-notice", "no keyring that Usher can use").await?;
    world.window.click("sign-in-begin").await?;
    world.window.says("error", "no keyring that Usher can use").await?;
    assert_eq!(world.window.opened_count(), 0);
    nothing_is_kept(&world).await?;
    world.picture("01-sign-in-no-keyring").await?;
    world.window.click("keyring-memory").await?;
    world.window.says("keyring-notice", "Credentials last until you close Usher.").await?;
    world.window.click("error-retry").await?;
    world.person_signs_in_to_entra().await?;
    world.window.by_test_id("sign-in-switch").await?;
    world.window.reopen(&world.session).await?;
    world.window.find("[data-testid^='home-continue-']").await?.click().await?;
    // The credentials are gone, the draft is not.
    world.window.click("nav-sign-in").await?;
    world.window.by_test_id("sign-in-begin").await?;
    world.window.says("keyring-notice", "no keyring that Usher can use").await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goto_admin_without_the_organisation_role_gets_a_diagnosis() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    world.sandbox.control("PATCH", "goto/admin", Some(json!({ "role": "none" }))).await?;
    world.window.click("connect-authorize").await?;
    authorize_works(&mut world).await?;
    world.window.click("connect-test").await?;
    world.window.has("connect-result", "data-passed", "false").await?;
    world.window.says("connect-diagnosis", "Read & Write").await?;
    world.sandbox.control("PATCH", "goto/admin", Some(json!({ "role": "write" }))).await?;
    wizard::test_connection(&world).await?;
    assert_eq!(world.goto_writes().await?, 0, "a test writes nothing");
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_redirect_uri_leaves_nothing_behind() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    world.window.fill("connect-port", "47200\t").await?;
    world.window.saved().await?;
    world.window.click("connect-authorize").await?;
    let address = world.next_address().await?;
    world.browser.client.goto(&address).await?;
    world.browser.shows("The sign-in cannot start").await?;
    // GoTo never sends such a browser back, so the window cannot know: it says what to look at while it waits.
    world.window.says("wait-goto", "redirect").await?;
    world.picture("06-connect-waiting").await?;
    world.window.click("wait-cancel").await?;
    world.window.gone("wait-goto").await?;
    nothing_is_kept(&world).await?;
    world.window.fill("connect-port", "47113\t").await?;
    world.window.saved().await?;
    world.window.click("connect-authorize").await?;
    authorize_works(&mut world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_occupied_port_is_named_and_the_spare_one_works() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    let _taken = TcpListener::bind("127.0.0.1:47113").context("port 47113 is free before this test")?;
    world.window.click("connect-authorize").await?;
    world.window.says("error", "Another program uses port 47113").await?;
    world.window.says("error", "http://localhost:47114/goto/callback").await?;
    world.picture("06-connect-port-taken").await?;
    assert_eq!(world.window.opened_count(), 0);
    nothing_is_kept(&world).await?;
    world.window.fill("connect-port", "47114\t").await?;
    world.window.saved().await?;
    world.window.click("connect-authorize").await?;
    authorize_works(&mut world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_consent_is_said_and_can_be_mended() -> Result<()> {
    let mut world = World::open().await?;
    wizard::new_connection(&mut world).await?;
    world.window.click("sign-in-practice-fill").await?;
    world.window.saved().await?;
    world.window.click("sign-in-begin").await?;
    world.entra_up_to_consent().await?;
    world.browser.click("#cancel").await?;
    world.browser.shows("The sign-in did not work").await?;
    world.window.says("error", "Access was denied in the browser").await?;
    world.window.says("error", "Sign in again and accept").await?;
    world.picture("01-sign-in-denied").await?;

    world.window.click("nav-connect").await?;
    wizard::practice_client(&mut world).await?;
    world.window.click("connect-authorize").await?;
    world.goto_up_to_consent().await?;
    world.browser.click("#deny").await?;
    world.browser.shows("The sign-in did not work").await?;
    world.window.says("error", "Access was denied in the browser").await?;
    world.picture("06-connect-denied").await?;
    nothing_is_kept(&world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_never_returns_is_given_up() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    world.window.click("connect-authorize").await?;
    world.goto_up_to_consent().await?;
    world.window.says("wait-goto", "Finish in your browser").await?;
    world.window.click("wait-cancel").await?;
    world.window.gone("wait-goto").await?;
    nothing_is_kept(&world).await?;
    // Nobody listens any more: another attempt gets the port, and the old page leads nowhere.
    TcpListener::bind("127.0.0.1:47113").context("the listener is closed")?;
    world.window.click("connect-authorize").await?;
    let _new = world.next_address().await?;
    world.browser.click("#allow").await?;
    world.browser.came_back().await?;
    world.browser.shows("does not belong to the sign-in").await?;
    world.window.by_test_id("wait-goto").await?;
    nothing_is_kept(&world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_callback_changes_nothing() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    world.window.click("connect-authorize").await?;
    let address: Url = world.next_address().await?.parse()?;
    let redirect =
        address.query_pairs().find(|(name, _)| name == "redirect_uri").context("a redirect URI")?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    for forged in ["code=stolen&state=guessed", "code=stolen", "error=access_denied&state=guessed"] {
        let reply = http.get(format!("{}?{forged}", redirect.1)).send().await?;
        assert!(reply.status().is_client_error(), "{forged} was answered {}", reply.status());
    }
    world.window.by_test_id("wait-goto").await?;
    nothing_is_kept(&world).await?;
    // The real browser still gets through.
    world.opened_again();
    authorize_works(&mut world).await?;
    world.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_window_says_so_and_goes_on_later() -> Result<()> {
    let mut world = World::open().await?;
    on_connect(&mut world).await?;
    world.cut_off(&["login", "graph", "goto_auth", "goto_api"]).await?;
    world.window.click("connect-authorize").await?;
    world.window.says("error", "could not be reached").await?;
    world.window.says("error", "network").await?;
    world.picture("06-connect-authorize-no-network").await?;
    assert_eq!(world.window.opened_count(), 0);
    nothing_is_kept(&world).await?;
    world.sandbox.control("DELETE", "faults", None).await?;
    world.window.click("error-retry").await?;
    authorize_works(&mut world).await?;
    world.cut_off(&["login", "graph", "goto_auth", "goto_api"]).await?;
    world.window.click("connect-test").await?;
    world.window.has("connect-result", "data-passed", "false").await?;
    world.window.says("connect-diagnosis", "network").await?;
    world.close().await
}
