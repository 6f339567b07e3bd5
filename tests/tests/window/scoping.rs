//! Scoping filters without a mouse: two of them are built, the count follows, somebody's way is told, and the next preview
//! obeys.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::Value;
use usher_tests::window::Window;

/// The keys as WebDriver names them.
const ALT: char = '\u{e00a}';
const SHIFT: char = '\u{e008}';
const ENTER: char = '\u{e007}';
const DELETE: char = '\u{e017}';

/// The department of a person.
fn department(person: &Value) -> &str {
    person["department"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_filters_by_keyboard_are_counted_explained_and_obeyed() -> Result<()> {
    let mut world = World::open().await?;
    world.with_a_plain_group().await?;
    wizard::up_to_connect(&mut world).await?;
    let people = wizard::members(&world).await?;
    let mut departments: Vec<&str> = people.iter().map(department).filter(|name| !name.is_empty()).collect();
    departments.sort_unstable();
    departments.dedup();
    let [first, second, left_out, ..] = departments[..] else { anyhow::bail!("{departments:?}") };
    let of = |wanted: &[&str]| people.iter().filter(|one| wanted.contains(&department(one))).count();

    world.window.click("nav-scoping-filters").await?;
    world.window.without_a_mouse().await?;
    counted(&world.window, people.len()).await?;
    world.window.press(&[ALT, SHIFT], ENTER).await?;
    condition(&world.window, "0-0", "department", first).await?;
    counted(&world.window, of(&[first])).await?;
    world.window.press(&[ALT, SHIFT], ENTER).await?;
    world.window.fill("clause-attribute-1-0", "department").await?;
    world.window.click("clause-operator-1-0").await?;
    world.window.click("operator-1-0-regex-match").await?;
    world.window.fill("clause-value-1-0", &format!("^({second}|Nowhere)$")).await?;
    counted(&world.window, of(&[first, second])).await?;
    // An attribute that is true or false brings an operator that fits, and needs no value.
    world.window.press(&[ALT], ENTER).await?;
    world.window.fill("clause-attribute-1-1", "accountEnabled").await?;
    world.window.says("clause-operator-1-1", "IS TRUE").await?;
    counted(&world.window, of(&[first, second])).await?;
    mistake(&world.window).await?;
    counted(&world.window, of(&[first, second])).await?;
    announced(&world.window).await?;

    let out = people.iter().find(|one| department(one) == left_out).context("somebody else")?;
    let name = out["displayName"].as_str().context("a name")?;
    let id = out["id"].as_str().context("an id")?;
    world.window.fill("scope-why-pick", name).await?;
    world.window.click(&format!("scope-why-option-{id}")).await?;
    world.window.has("scope-why-story", "data-outcome", "out").await?;
    world.window.says("scope-why-story", &format!("Would be in if department were “{first}”.")).await?;
    world.window.saved().await?;
    let noticed = world.window.keyboard.take().context("a keyboard")?;
    assert!(noticed.complaints().is_empty(), "{:#?}", noticed.complaints());

    world.looks.pictures = true;
    world.looks.sizes = true;
    world.look("09-scoping-two-filters").await?;
    world.looks.pictures = false;

    world.window.click("nav-preview").await?;
    world.window.click("preview-start-first").await?;
    world.window.click("preview-count-skip").await?;
    world.window.fill("preview-search", name).await?;
    world.window.shows("Left out by the scoping filter").await?;
    world.close().await
}

/// Waits until so many are counted, by the filters as they are now.
async fn counted(window: &Window, people: usize) -> Result<()> {
    window.has("scope-count", "data-waiting", "false").await?;
    window.has("scope-count", "data-count", &people.to_string()).await
}

/// Writes a condition with the operator that is there.
async fn condition(window: &Window, place: &str, attribute: &str, value: &str) -> Result<()> {
    window.fill(&format!("clause-attribute-{place}"), attribute).await?;
    window.fill(&format!("clause-value-{place}"), value).await
}

/// A mistake is told at its field, and Delete on its button takes the clause away.
async fn mistake(window: &Window) -> Result<()> {
    window.press(&[ALT], ENTER).await?;
    condition(window, "1-2", "departement", "Sales").await?;
    window.by_test_id("scope-not-counted").await?;
    window.says("clause-1-2", "Entra has no attribute departement").await?;
    window.go_to("clause-remove-1-2").await?;
    window.press(&[], DELETE).await?;
    window.gone("clause-1-2").await
}

/// What a screen reader is told of a row and its parts: the roles and names of the accessibility tree.
async fn announced(window: &Window) -> Result<()> {
    let expected = [
        ("clause-1-1", "group", "Clause 2 of 2, and"),
        ("clause-attribute-1-0", "combobox", "Attribute"),
        ("clause-operator-1-0", "combobox", "Operator: REGEX MATCH"),
        ("clause-value-1-0", "textbox", "Value"),
        ("clause-remove-1-1", "button", "Remove clause 2 of Filter 2"),
    ];
    for (id, role, name) in expected {
        assert_eq!(window.announced(id).await?, (role.to_owned(), name.to_owned()), "{id}");
    }
    Ok(())
}
