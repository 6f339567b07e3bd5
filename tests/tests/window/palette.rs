//! The command palette without a mouse: it goes to a page, chooses a theme, says what has to wait, and gives the focus back.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use usher_tests::a11y;
use usher_tests::window::Window;

/// The keys as WebDriver names them.
const CONTROL: char = '\u{e009}';
const ESCAPE: char = '\u{e00c}';
const ENTER: char = '\u{e007}';
const DOWN: char = '\u{e015}';
const END: char = '\u{e010}';
const HOME: char = '\u{e011}';

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_goes_to_pages_and_chooses_themes_by_keyboard() -> Result<()> {
    let mut world = World::open().await?;
    wizard::new_connection(&mut world).await?;
    world.window.without_a_mouse().await?;
    to_a_page(&world.window).await?;
    gives_the_focus_back(&world.window).await?;
    for theme in ["dark", "high-contrast", "light"] {
        choose(&world.window, theme).await?;
        open(&world.window, 'k').await?;
        in_full(&mut world, &format!("palette-{theme}")).await?;
        if theme == "light" {
            told(&world)?;
        }
        world.window.write("zebra").await?;
        world.window.says("palette-empty", "Nothing found for “zebra”").await?;
        in_full(&mut world, &format!("palette-nothing-{theme}")).await?;
        world.window.press(&[], ESCAPE).await?;
        world.window.gone("palette").await?;
    }
    at_other_sizes(&mut world).await?;
    connections_only(&world.window).await?;
    let noticed = world.window.keyboard.take().context("a keyboard")?;
    assert!(noticed.complaints().is_empty(), "{:#?}", noticed.complaints());
    world.close().await
}

async fn open(window: &Window, key: char) -> Result<()> {
    window.press(&[CONTROL], key).await?;
    window.by_test_id("palette-field").await?;
    focused(window, "palette-field").await
}

/// Waits until this has the focus: whatever is written next goes there.
async fn focused(window: &Window, id: &str) -> Result<()> {
    window.find(&format!("[data-testid='{id}']:focus")).await?;
    Ok(())
}

/// A page by its name; what has to wait stays and says why.
async fn to_a_page(window: &Window) -> Result<()> {
    open(window, 'k').await?;
    window.has("palette-logs", "aria-disabled", "true").await?;
    window.says("palette-logs", "Opens when the set-up is done").await?;
    window.press(&[], END).await?;
    window.has("palette-setting-mail", "aria-selected", "true").await?;
    window.press(&[], DOWN).await?;
    window.press(&[], HOME).await?;
    window.has("palette-step-sign-in", "aria-selected", "true").await?;
    window.write("scoping").await?;
    window.has("palette-step-scoping-filters", "aria-selected", "true").await?;
    window.press(&[], ENTER).await?;
    window.gone("palette").await?;
    window.has("nav-scoping-filters", "aria-current", "step").await?;
    window.find("h1:focus").await?;
    Ok(())
}

async fn gives_the_focus_back(window: &Window) -> Result<()> {
    window.go_to("bar-help").await?;
    open(window, 'k').await?;
    window.press(&[], ESCAPE).await?;
    window.gone("palette").await?;
    focused(window, "bar-help").await
}

/// A theme by its command: the palette names the one that is chosen now.
async fn choose(window: &Window, theme: &str) -> Result<()> {
    let words = theme.replace('-', " ");
    open(window, 'k').await?;
    window.write(&format!(">{words}")).await?;
    window.has(&format!("palette-theme-{theme}"), "aria-selected", "true").await?;
    window.press(&[], ENTER).await?;
    window.gone("palette").await?;
    open(window, 'k').await?;
    window.says(&format!("palette-theme-{theme}"), "Chosen now").await?;
    window.press(&[], ESCAPE).await?;
    window.gone("palette").await
}

/// A picture, and what axe-core finds.
async fn in_full(world: &mut World, name: &str) -> Result<()> {
    world.looks.pictures = true;
    let looked = world.looks.at_cover(&world.window, name).await;
    world.looks.pictures = false;
    looked
}

/// What a screen reader is told of the field and the list.
fn told(world: &World) -> Result<()> {
    let tree = a11y::tree(&world.session)?;
    for (role, name) in [("", "Search or run a command"), ("list box", ""), ("list item", "Scoping filters")]
    {
        assert!(a11y::has(&tree, role, name), "no {role} {name:?} in:\n{tree}");
    }
    Ok(())
}

/// In the smallest window and at 200 % nothing of it is cut off.
async fn at_other_sizes(world: &mut World) -> Result<()> {
    world.window.resize(1024, 700).await?;
    open(&world.window, 'k').await?;
    in_full(world, "palette-1024x700").await?;
    fits(&world.window, "1024x700").await?;
    world.window.press(&[], ESCAPE).await?;
    world.window.resize(1280, 800).await?;
    world.window.zoom(5).await?;
    open(&world.window, 'k').await?;
    in_full(world, "palette-200-percent").await?;
    fits(&world.window, "200 %").await?;
    world.window.press(&[], ESCAPE).await?;
    world.window.zoom(0).await
}

async fn fits(window: &Window, name: &str) -> Result<()> {
    let misfits = window.misfits().await?;
    assert!(misfits.is_empty(), "{name}: {misfits:#?}");
    Ok(())
}

/// Ctrl+P lists connections and nothing else.
async fn connections_only(window: &Window) -> Result<()> {
    open(window, 'p').await?;
    window.says("palette-count", "One entry").await?;
    window.press(&[], ESCAPE).await?;
    window.gone("palette").await
}
