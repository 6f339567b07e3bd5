//! The steps of the set-up, as a person takes them.

use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// The domain of the practice organisation.
pub const DOMAIN: &str = "northwind.example";

/// Makes a connection and stands on step 1.
pub async fn new_connection(world: &mut World) -> Result<()> {
    world.window.by_test_id("home-empty-new").await?;
    world.look("00-home-empty").await?;
    world.window.click("home-empty-new").await?;
    world.window.by_test_id("new-name").await?;
    world.look("00-new").await?;
    world.window.fill("new-name", "GoTo for Northwind").await?;
    world.window.click("new-create").await?;
    world.window.by_test_id("registration").await?;
    Ok(())
}

/// Step 1: the practice registration, and the sign-in in the browser.
pub async fn sign_in(world: &mut World) -> Result<()> {
    world.window.click("sign-in-practice-fill").await?;
    world.window.saved().await?;
    world.look("01-sign-in-signed-out").await?;
    world.window.click("sign-in-begin").await?;
    world.window.by_test_id("wait-entra").await?;
    world.look("01-sign-in-waiting").await?;
    // Looking changes nothing, but leaving the page would give the attempt up: it is still the one that waits.
    world.person_signs_in_to_entra().await?;
    world.window.by_test_id("sign-in-switch").await?;
    world.window.settled().await?;
    world.look("01-sign-in").await?;
    world.window.click("footer-next").await
}

/// Step 2: assigned people only, this computer.
pub async fn plan(world: &mut World) -> Result<()> {
    world.window.click("plan-runner-local").await?;
    world.window.settled().await?;
    world.look("02-plan").await?;
    world.window.click("footer-next").await
}

/// Step 3: the code from the Organization Center, found in DNS.
pub async fn prepare_goto(world: &mut World) -> Result<()> {
    world.window.by_test_id("prepare-domain").await?;
    world.look("03-prepare-goto-empty").await?;
    let domains = world.sandbox.control("GET", "goto/domains", None).await?;
    let code = domains[DOMAIN]["value"].as_str().context("the domain has a code")?;
    world.window.fill("prepare-domain", DOMAIN).await?;
    world.window.fill("prepare-code", code).await?;
    world.window.click("prepare-check-now").await?;
    world.window.has("prepare-verdict", "data-found", "true").await?;
    world.window.click("prepare-confirmed").await?;
    world.window.saved().await?;
    world.look("03-prepare-goto").await?;
    world.window.click("footer-next").await
}

/// Step 4: an application of its own from the gallery.
pub async fn application(world: &mut World) -> Result<()> {
    world.window.by_test_id("application-instances").await?;
    world.window.settled().await?;
    world.look("04-application").await?;
    let name = world.window.find("[data-testid^='application-name-']").await?;
    let name = name.attr("data-testid").await?.context("a test id")?;
    world.window.fill(&name, "GoTo – test").await?;
    world.window.click(&name.replace("application-name-", "application-add-")).await?;
    world.window.by_test_id("application-selected").await?;
    world.window.settled().await?;
    world.look("04-application-added").await?;
    world.window.click("footer-next").await
}

/// Step 5: one group and one person, with the role that provisions.
pub async fn people(world: &mut World) -> Result<()> {
    world.window.by_test_id("people-choose-first").await?;
    world.look("05-people-empty").await?;
    let group = group(world).await?;
    let id = group["id"].as_str().context("an id")?;
    world.window.click("people-add").await?;
    world.window.choose("people-drawer-groups").await?;
    world.window.fill("people-drawer-search", world.group).await?;
    world.window.by_test_id(&format!("assign-{id}")).await?;
    world.looks.at_cover(&world.window, "05-people-drawer").await?;
    world.window.click(&format!("assign-{id}")).await?;
    world.window.by_test_id(&format!("person-{id}")).await?;
    world.window.click("people-drawer-done").await?;
    let members = group["members"].as_array().map_or(0, Vec::len);
    world.window.says("people-in-scope", &members.to_string()).await?;
    world.window.settled().await?;
    world.look("05-people").await?;
    world.window.click("footer-next").await
}

/// Step 6 up to the consent page in the browser.
pub async fn practice_client(world: &mut World) -> Result<()> {
    world.window.by_test_id("goto-client").await?;
    world.window.click("connect-practice-fill").await?;
    world.window.saved().await
}

/// Step 6: authorise, and test.
pub async fn connect(world: &mut World) -> Result<()> {
    practice_client(world).await?;
    world.window.settled().await?;
    world.look("06-connect-not-authorized").await?;
    world.window.click("connect-authorize").await?;
    world.person_signs_in_to_goto().await?;
    world.window.by_test_id("connect-authorized").await?;
    test_connection(world).await?;
    world.look("06-connect").await?;
    world.window.click("footer-next").await
}

/// Tests the connection; it passes.
pub async fn test_connection(world: &World) -> Result<()> {
    world.window.click("connect-test").await?;
    world.window.has("connect-result", "data-passed", "true").await?;
    world.window.settled().await
}

/// Steps 7, 8 and 9: what is written, and for whom.
pub async fn mappings_and_scope(world: &mut World) -> Result<()> {
    world.window.by_test_id("mapping-table").await?;
    world.window.settled().await?;
    world.look("07-user-attributes").await?;
    world.window.click("footer-next").await?;
    world.window.by_test_id("groups-enabled").await?;
    world.window.settled().await?;
    world.look("08-group-attributes").await?;
    world.window.click("footer-next").await?;
    world.window.by_test_id("scope-now").await?;
    world.look("09-scoping-filters").await?;
    world.window.click("footer-next").await
}

/// Step 10: what would happen. Returns how many people and groups would be created.
pub async fn preview(world: &mut World) -> Result<u64> {
    world.window.by_test_id("preview-start-first").await?;
    world.look("10-preview-empty").await?;
    world.window.click("preview-start-first").await?;
    let creates = world.window.by_test_id("preview-count-create").await?.attr("data-count").await?;
    world.window.settled().await?;
    world.look("10-preview").await?;
    world.window.click("footer-next").await?;
    creates.context("a count")?.parse().context("a number")
}

/// Step 11: one person first. Returns whom.
pub async fn try_one(world: &mut World) -> Result<String> {
    world.window.by_test_id("trial-person").await?;
    world.window.settled().await?;
    world.look("11-turn-on-before").await?;
    let person = someone(world).await?;
    let name = person["displayName"].as_str().context("a name")?;
    let id = person["id"].as_str().context("an id")?;
    world.window.pick("trial-person", name, &format!("trial-option-{id}")).await?;
    world.window.click("trial-run").await?;
    world.window.has("trial-result", "data-result", "success").await?;
    world.window.click("writers-none").await?;
    world.window.settled().await?;
    world.look("11-turn-on").await?;
    person["userPrincipalName"].as_str().map(str::to_owned).context("a user name")
}

/// An enabled member of the group.
async fn someone(world: &World) -> Result<Value> {
    let members = members(world).await?;
    let found = members.into_iter().find(|person| person["accountEnabled"] == true);
    found.context("an enabled member of the group")
}

/// The group whose people get GoTo.
pub async fn group(world: &World) -> Result<Value> {
    let groups = world.sandbox.list("groups").await?;
    groups.into_iter().find(|group| group["displayName"] == *world.group).context("the group")
}

/// The people of the group, as the practice Entra has them.
pub async fn members(world: &World) -> Result<Vec<Value>> {
    let group = group(world).await?;
    let ids = group["members"].as_array().context("members")?;
    let people = world.sandbox.list("people").await?;
    Ok(people.iter().filter(|person| ids.contains(&person["id"])).cloned().collect())
}

/// Step 11: saves and turns on; ends on the overview with the first cycle done.
pub async fn turn_on(world: &mut World) -> Result<()> {
    world.window.click("footer-next").await?;
    world.window.by_test_id("turn-on-done").await?;
    world.look("11-turned-on").await?;
    world.window.click("turn-on-overview").await?;
    let outcome = world.outcome;
    world.window.has("cycle-outcome", "data-outcome", outcome).await?;
    world.window.settled().await?;
    world.look("12-overview").await
}

/// Steps 1 to 6: signed in, people assigned, GoTo authorised and tested.
pub async fn up_to_connect(world: &mut World) -> Result<()> {
    up_to_people(world).await?;
    connect(world).await
}

/// Steps 1 to 5.
pub async fn up_to_people(world: &mut World) -> Result<()> {
    new_connection(world).await?;
    sign_in(world).await?;
    plan(world).await?;
    prepare_goto(world).await?;
    application(world).await?;
    people(world).await
}
