//! Several assignments at once, without a mouse: all are selected, taken away, and given back with the role they had.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use usher_tests::window::Window;

/// The keys as WebDriver names them.
const CONTROL: char = '\u{e009}';
const DELETE: char = '\u{e017}';

#[tokio::test(flavor = "multi_thread")]
async fn all_assignments_are_selected_taken_away_and_given_back() -> Result<()> {
    let mut world = World::open().await?;
    world.with_a_plain_group().await?;
    wizard::up_to_people(&mut world).await?;
    let people = wizard::members(&world).await?;

    world.window.click("nav-people").await?;
    let group = world.window.find("[data-testid^='person-select-']").await?;
    let group = group.attr("data-testid").await?.context("a test id")?;
    world.window.without_a_mouse().await?;
    announced(&world.window, &group).await?;
    world.window.go_to(&group).await?;
    world.window.press(&[CONTROL], 'a').await?;
    world.window.says("people-selected", "The only row is selected").await?;
    world.window.press(&[], DELETE).await?;
    world.window.says("unassign-dialog", &format!("{} people fall out of scope", people.len())).await?;
    world.window.click("unassign-dialog-confirm").await?;
    world.window.by_test_id("people-choose-first").await?;
    world.window.click("toast-action").await?;
    world.window.by_test_id(&group).await?;
    world.window.says("people-in-scope", &people.len().to_string()).await?;
    let noticed = world.window.keyboard.take().context("a keyboard")?;
    assert!(noticed.complaints().is_empty(), "{:#?}", noticed.complaints());
    world.close().await
}

/// What a screen reader is told of the row's checkbox and of the one for all rows.
async fn announced(window: &Window, group: &str) -> Result<()> {
    let expected = [
        ("people-select-all", "checkbox", "Select all shown rows"),
        (group, "checkbox", "Select GoTo – Pilot"),
    ];
    for (id, role, name) in expected {
        assert_eq!(window.announced(id).await?, (role.to_owned(), name.to_owned()), "{id}");
    }
    Ok(())
}
