//! The whole job in the real window: from an empty home to provisioned people, a second cycle, and off again.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_home_to_provisioned_people_and_off_again() -> Result<()> {
    let mut world = World::open().await?;
    let before = world.goto_users().await?.len();
    wizard::up_to_connect(&mut world).await?;
    let stored = world.session.stored("service", "Usher")?;
    assert!(stored.contains("attribute.service = Usher"), "nothing is in the keyring after Authorize");
    wizard::mappings_and_scope(&mut world).await?;
    let creates = wizard::preview(&mut world).await?;
    assert_eq!(world.goto_writes().await?, 0, "a preview writes nothing");
    let first = wizard::try_one(&mut world).await?;
    assert_eq!(world.goto_users().await?.len(), before + 1, "one person, and nobody else");
    assert!(user_names(&world).await?.contains(&first));
    wizard::turn_on(&mut world).await?;
    every_member_is_there(&world).await?;
    assert!(creates > 0);

    second_cycle_writes_nothing(&world).await?;
    switch_off(&world).await?;
    forget(&world).await?;
    world.close().await
}

async fn user_names(world: &World) -> Result<Vec<String>> {
    let users = world.goto_users().await?;
    let name = |user: &serde_json::Value| user["attributes"]["userName"].as_str().map(str::to_owned);
    users.iter().map(|user| name(user).context("a user name")).collect()
}

/// Every enabled member of the group has an account, and those whom nobody assigned have none.
async fn every_member_is_there(world: &World) -> Result<()> {
    let names = user_names(world).await?;
    let members = wizard::members(world).await?;
    for person in members.iter().filter(|person| person["accountEnabled"] == true) {
        let name = person["userPrincipalName"].as_str().context("a user name")?;
        assert!(
            names.contains(&name.to_lowercase()) || names.iter().any(|n| n == name),
            "{name} is missing: {names:?}"
        );
    }
    Ok(())
}

async fn second_cycle_writes_nothing(world: &World) -> Result<()> {
    let writes = world.goto_writes().await?;
    world.sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 40 }))).await?;
    world.window.shows("2 cycles").await?;
    assert_eq!(world.goto_writes().await?, writes, "nothing had changed");
    Ok(())
}

async fn switch_off(world: &World) -> Result<()> {
    world.window.click("overview-switch").await?;
    world.window.fill("off-reason", "End of the practice").await?;
    world.window.click("off-dialog-confirm").await?;
    world.window.by_test_id("off-stays").await?;
    Ok(())
}

/// Forget leaves nothing in the keyring.
async fn forget(world: &World) -> Result<()> {
    world.window.click("nav-settings").await?;
    world.window.click("settings-forget-all").await?;
    world.window.click("forget-dialog-confirm").await?;
    usher_tests::wait::until("an empty keyring", || async {
        let stored = world.session.stored("service", "Usher")?;
        Ok((!stored.contains("attribute.")).then_some(()))
    })
    .await
}
