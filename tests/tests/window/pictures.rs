//! A picture of every screen and of its main error states, in light and dark, each of them looked at by axe-core.

use crate::wizard::{self, DOMAIN};
use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_in_light_and_dark() -> Result<()> {
    let mut world = World::open().await?;
    world.looks.pictures = true;
    world.looks.sizes = true;
    wizard::up_to_connect(&mut world).await?;
    wizard::mappings_and_scope(&mut world).await?;
    wizard::preview(&mut world).await?;
    wizard::try_one(&mut world).await?;
    wizard::turn_on(&mut world).await?;
    in_operation(&mut world).await?;
    covers(&mut world).await?;
    world.close().await
}

async fn in_operation(world: &mut World) -> Result<()> {
    world.window.click("nav-logs").await?;
    world.window.by_test_id("logs-rows").await?;
    world.window.settled().await?;
    world.look("13-logs").await?;
    let pages = [
        "people",
        "connection",
        "attributes/users",
        "attributes/groups",
        "scoping",
        "preview",
        "pending",
        "settings",
    ];
    for page in pages {
        world.window.click(&format!("nav-{page}")).await?;
        world.window.settled().await?;
        world.look(&format!("14-{}", page.replace('/', "-"))).await?;
    }
    world.window.click("bar-home").await?;
    world.window.find("[data-testid^='home-open-']").await?;
    world.look("00-home").await?;
    world.window.find("[data-testid^='home-open-']").await?.click().await?;
    world.window.by_test_id("cycle").await?;
    Ok(())
}

/// Dialogs and drawers, in dark: the pages were seen in both.
async fn covers(world: &mut World) -> Result<()> {
    world.window.theme("dark").await?;
    world.window.click("overview-switch").await?;
    world.window.by_test_id("off-dialog").await?;
    world.looks.at_cover(&world.window, "12-overview-off-dialog").await?;
    world.window.click("off-dialog-cancel").await?;
    world.window.gone("off-dialog").await?;
    let person = wizard::members(world).await?.into_iter().next().context("a member of the group")?;
    let (name, id) =
        (person["displayName"].as_str().context("a name")?, person["id"].as_str().context("an id")?);
    world.window.pick("why-pick", name, &format!("why-option-{id}")).await?;
    world.window.by_test_id("why-told").await?;
    world.looks.at_cover(&world.window, "12-overview-why").await?;
    world.window.click("why-drawer-close").await?;
    world.window.gone("why-drawer").await?;
    world.window.click("nav-logs").await?;
    world.window.find("[data-testid='logs-rows'] [data-index='0']").await?.click().await?;
    world.window.by_test_id("logs-drawer").await?;
    world.looks.at_cover(&world.window, "13-logs-drawer").await?;
    world.window.click("logs-drawer-close").await?;
    world.window.gone("logs-drawer").await?;
    world.window.click("nav-attributes/users").await?;
    world.window.find("[data-testid='mapping-userName'] button").await?.click().await?;
    world.window.by_test_id("mapping-drawer").await?;
    world.looks.at_cover(&world.window, "07-user-attributes-drawer").await?;
    world.window.click("mapping-cancel").await?;
    world.window.gone("mapping-drawer").await?;
    world.window.click("nav-preview").await?;
    world.window.click("accounts-open").await?;
    world.window.by_test_id("accounts-rows").await?;
    world.window.click("accounts-tab-nobody").await?;
    world.window.shows("former.contractor").await?;
    world.looks.at_cover(&world.window, "10-preview-accounts").await?;
    world.window.click("accounts-drawer-close").await?;
    world.window.gone("accounts-drawer").await?;
    world.window.click("nav-settings").await?;
    world.window.click("settings-forget-all").await?;
    world.window.by_test_id("forget-dialog").await?;
    world.looks.at_cover(&world.window, "14-settings-forget-dialog").await?;
    world.window.click("forget-dialog-cancel").await?;
    world.window.gone("forget-dialog").await?;
    world.window.theme("light").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_error_states_in_light_and_dark() -> Result<()> {
    let mut world = World::open().await?;
    wizard::new_connection(&mut world).await?;
    wizard::sign_in(&mut world).await?;
    role_missing(&mut world).await?;
    wizard::plan(&mut world).await?;
    different_code(&mut world).await?;
    wizard::prepare_goto(&mut world).await?;
    wizard::application(&mut world).await?;
    wizard::people(&mut world).await?;
    organisation_role_missing(&mut world).await?;
    unreachable(&mut world).await?;
    wizard::mappings_and_scope(&mut world).await?;
    wizard::preview(&mut world).await?;
    wizard::try_one(&mut world).await?;
    wizard::turn_on(&mut world).await?;
    guard(&mut world).await?;
    world.close().await
}

async fn role_missing(world: &mut World) -> Result<()> {
    let who = world.sandbox.text("/entra/user_name");
    let none = json!({ "roles": { (who.as_str()): [] } });
    world.sandbox.control("PATCH", "entra", Some(none)).await?;
    world.window.click("nav-sign-in").await?;
    world.window.click("sign-in-check-again").await?;
    world.window.shows("Your role can't set up provisioning").await?;
    world.picture("01-sign-in-role-missing").await?;
    let role = json!({ "roles": { (who.as_str()): ["Application Administrator"] } });
    world.sandbox.control("PATCH", "entra", Some(role)).await?;
    world.window.click("sign-in-check-again").await?;
    world.window.shows("Your role can set up provisioning").await?;
    world.window.click("footer-next").await
}

async fn different_code(world: &mut World) -> Result<()> {
    let code = "goto-verification-code=00000000-0000-4000-8000-000000000000";
    world
        .sandbox
        .control("PUT", "goto/dns/txt/northwind.example", Some(json!(["v=spf1 -all", code])))
        .await?;
    let domains = world.sandbox.control("GET", "goto/domains", None).await?;
    let own = domains[DOMAIN]["value"].as_str().context("the domain has a code")?.to_owned();
    world.window.fill("prepare-domain", DOMAIN).await?;
    world.window.fill("prepare-code", &own).await?;
    world.window.click("prepare-check-now").await?;
    world.window.says("prepare-verdict", "A different code is there").await?;
    world.picture("03-prepare-goto-different-code").await?;
    world.sandbox.control("PUT", "goto/dns/txt/northwind.example", Some(json!(["v=spf1 -all", own]))).await?;
    Ok(())
}

async fn organisation_role_missing(world: &mut World) -> Result<()> {
    wizard::practice_client(world).await?;
    world.sandbox.control("PATCH", "goto/admin", Some(json!({ "role": "none" }))).await?;
    world.window.click("connect-authorize").await?;
    world.person_signs_in_to_goto().await?;
    world.window.by_test_id("connect-authorized").await?;
    world.window.click("connect-test").await?;
    world.window.has("connect-result", "data-passed", "false").await?;
    world.picture("06-connect-role-missing").await?;
    world.sandbox.control("PATCH", "goto/admin", Some(json!({ "role": "write" }))).await?;
    Ok(())
}

async fn unreachable(world: &mut World) -> Result<()> {
    world.cut_off(&["login", "graph", "goto_auth", "goto_api"]).await?;
    world.window.click("connect-test").await?;
    world.window.says("connect-diagnosis", "network").await?;
    world.picture("06-connect-no-network").await?;
    world.window.click("nav-people").await?;
    world.window.by_test_id("people-in-scope").await?;
    world.sandbox.control("DELETE", "faults", None).await?;
    world.window.click("nav-connect").await?;
    wizard::test_connection(world).await?;
    world.window.click("footer-next").await
}

/// Half of the people lose their assignment: the guard stops the run, in the preview and in the cycle.
async fn guard(world: &mut World) -> Result<()> {
    let members = wizard::members(world).await?;
    let leaving: Vec<_> = members.iter().take(6).map(|person| person["id"].clone()).collect();
    let group = wizard::group(world).await?;
    let path = format!("groups/{}/members", group["id"].as_str().context("an id")?);
    world.sandbox.control("POST", &path, Some(json!({ "add": [], "remove": leaving }))).await?;
    world.window.click("nav-preview").await?;
    world.window.click("preview-start").await?;
    world.window.by_test_id("guard-bar").await?;
    world.picture("10-preview-guard").await?;
    world.window.click("guard-allow").await?;
    world.window.by_test_id("allow-dialog").await?;
    world.looks.pictures = true;
    world.looks.at_cover(&world.window, "10-preview-allow-dialog").await?;
    world.looks.pictures = false;
    world.window.click("allow-dialog-cancel").await?;
    world.window.gone("allow-dialog").await?;
    world.window.click("nav-overview").await?;
    world.window.click("overview-run").await?;
    world.window.has("cycle-outcome", "data-outcome", "stopped-by-guard").await?;
    world.picture("12-overview-guard").await
}
