//! The whole job without a mouse: every stop of the focus is seen, none is hidden, none is a trap.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_home_to_provisioned_people_by_keyboard() -> Result<()> {
    let mut world = World::open().await?;
    world.with_a_plain_group().await?;
    world.window.without_a_mouse().await?;
    wizard::up_to_connect(&mut world).await?;
    wizard::mappings_and_scope(&mut world).await?;
    wizard::preview(&mut world).await?;
    let first = wizard::try_one(&mut world).await?;
    wizard::turn_on(&mut world).await?;
    let people = world.goto_users().await?;
    assert!(people.iter().any(|user| user["attributes"]["userName"] == *first), "{first} is in GoTo");
    in_operation(&world).await?;

    let noticed = world.window.keyboard.take().context("a keyboard")?;
    assert!(noticed.stops() > 80, "{} different things had the focus", noticed.stops());
    assert!(noticed.complaints().is_empty(), "{:#?}", noticed.complaints());
    world.close().await
}

/// Every page of operation, a drawer, a dialog, and off.
async fn in_operation(world: &World) -> Result<()> {
    let window = &world.window;
    let pages =
        ["logs", "people", "connection", "attributes/users", "attributes/groups", "scoping", "preview"];
    for page in pages {
        window.click(&format!("nav-{page}")).await?;
        window.settled().await?;
    }
    window.click("nav-settings").await?;
    window.click("settings-forget-all").await?;
    window.by_test_id("forget-dialog").await?;
    window.click("forget-dialog-cancel").await?;
    window.gone("forget-dialog").await?;
    window.click("nav-overview").await?;
    window.click("overview-switch").await?;
    window.click("off-dialog-confirm").await?;
    window.says("status", "Off").await
}
