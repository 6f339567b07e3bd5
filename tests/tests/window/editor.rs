//! A mapping edited in the real window: a mistake underlined with its remedy, mended by completion, tried on two people,
//! saved, and found in the preview. The edit is done without a mouse.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use serde_json::Value;
use usher_tests::a11y;
use usher_tests::window::Window;

const TITLE: &str = "title";
/// The entry of the list that Tab would take.
const SUGGESTED: &str = ".cm-tooltip-autocomplete [role=option][aria-selected]";
const ESCAPE: char = '\u{e00c}';
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const CONTROL: char = '\u{e009}';

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_written_by_keyboard_and_found_in_the_preview() -> Result<()> {
    let mut world = World::open().await?;
    world.with_a_plain_group().await?;
    wizard::up_to_connect(&mut world).await?;
    world.window.by_test_id("mapping-table").await?;
    world.window.settled().await?;
    in_each_theme(&world.window).await?;

    let people = wizard::members(&world).await?;
    let [first, second] = [&people[0], &people[1]];
    world.window.without_a_mouse().await?;
    world.window.click("mapping-add").await?;
    world.window.fill("mapping-target", TITLE).await?;
    world.window.click("mapping-kind-expression").await?;
    world.window.go_to("expression-editor").await?;
    world.window.write("Joi(\" / \", [dep").await?;
    completed(&world).await?;
    mistaken(&world).await?;
    mended(&world).await?;

    // The same version on two people.
    for person in [first, second] {
        let name = text(person, "displayName");
        world.window.fill("result-person", name).await?;
        world.window.click(&format!("result-option-{}", text(person, "id"))).await?;
        world.window.says("result-will", &expected(person)).await?;
    }
    world.window.says("result-many", "Tried on all").await?;
    world.window.click("mapping-apply").await?;
    world.window.gone("mapping-drawer").await?;
    world.window.saved().await?;

    let noticed = world.window.keyboard.take().context("a keyboard")?;
    assert!(noticed.complaints().is_empty(), "{:#?}", noticed.complaints());
    in_the_preview(&mut world, first).await?;
    world.close().await
}

fn text<'v>(person: &'v Value, name: &str) -> &'v str {
    person[name].as_str().unwrap_or_default()
}

/// What the expression gives: empty sources leave no separator.
fn expected(person: &Value) -> String {
    let parts = [text(person, "department"), text(person, "givenName")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// The list of attributes is open, seen by whoever looks and by whoever listens; Tab takes what it points at.
async fn completed(world: &World) -> Result<()> {
    let window = &world.window;
    window.find(SUGGESTED).await?;
    let tree = a11y::tree(&world.session)?;
    for (role, name) in [("entry", "Expression"), ("list box", "Completions"), ("list item", "department")] {
        assert!(a11y::has(&tree, role, name), "no {role} {name:?} in:\n{tree}");
    }
    window.press(&[], TAB).await?;
    window.write(", [givenN").await?;
    window.find(SUGGESTED).await?;
    window.press(&[], ENTER).await?;
    shows(window, "Joi(\" / \", [department], [givenName])").await
}

/// What is wrong is underlined, said under the editor and beside it, with the remedy.
async fn mistaken(world: &World) -> Result<()> {
    let window = &world.window;
    window.says("expression-problems", "There is no function Joi").await?;
    window.says("expression-problems", "Did you mean Join?").await?;
    let marked = window.find(".usher-problem").await?;
    assert_eq!(marked.text().await?, "Joi");
    assert_eq!(marked.css_value("text-decoration-style").await?, "wavy");
    assert_eq!(marked.css_value("text-decoration-line").await?, "underline");
    window.has("expression-editor", "aria-invalid", "true").await?;
    let tree = a11y::tree(&world.session)?;
    assert!(a11y::has(&tree, "", "There is no function Joi"), "the error is not in:\n{tree}");
    assert!(a11y::has(&tree, "push button", "Change to Join"), "the remedy is not in:\n{tree}");
    Ok(())
}

/// The name is written anew with the help of the list; then Tab leaves after Esc.
async fn mended(world: &World) -> Result<()> {
    let window = &world.window;
    window.go_to("expression-editor").await?;
    window.press(&[CONTROL], '\u{e011}').await?;
    for _ in 0..3 {
        window.press(&[], '\u{e017}').await?;
    }
    window.write("Joi").await?;
    window.find(SUGGESTED).await?;
    window.press(&[], TAB).await?;
    shows(window, "Join(\" / \", [department], [givenName])").await?;
    window.says("expression-problems", "Nothing wrong found").await?;
    window.press(&[], ESCAPE).await?;
    window.press(&[], TAB).await?;
    let left =
        window.client.execute("return !document.activeElement.closest('.cm-editor')", Vec::new()).await?;
    assert_eq!(left, true, "Tab leaves the editor after Esc");
    window.by_test_id("mapping-drawer").await?;
    let tree = a11y::tree(&world.session)?;
    assert!(a11y::has(&tree, "", "Will be"), "the result is not in:\n{tree}");
    Ok(())
}

async fn shows(window: &Window, wanted: &str) -> Result<()> {
    window.says("expression-editor", wanted).await
}

/// A picture, and what axe-core finds.
async fn look(window: &Window, name: &str) -> Result<()> {
    window.picture(name).await?;
    let found = window.axe().await?;
    assert!(found.is_empty(), "{name}: {found:#?}");
    Ok(())
}

/// The table, the drawer, the editor with its list open and with an error, in every theme. A drawer lies over the bar, so
/// each theme is chosen before it opens.
async fn in_each_theme(window: &Window) -> Result<()> {
    for theme in ["dark", "high-contrast", "light"] {
        window.theme(theme).await?;
        look(window, &format!("07-mapping-table-{theme}")).await?;
        window.click("mapping-open-active").await?;
        window.says("result-many", "Tried on all").await?;
        look(window, &format!("07-mapping-drawer-{theme}")).await?;
        let editor = window.by_test_id("expression-editor").await?;
        editor.click().await?;
        editor.send_keys("\u{e009}a\u{e000}").await?;
        editor.send_keys("Joi(\" / \", [dep").await?;
        window.find(SUGGESTED).await?;
        look(window, &format!("07-editor-completion-{theme}")).await?;
        editor.send_keys("\u{e004}").await?;
        window.says("expression-problems", "Did you mean Join?").await?;
        window.find(".usher-problem").await?;
        look(window, &format!("07-editor-error-{theme}")).await?;
        window.click("mapping-cancel").await?;
        window.click("drawer-discard-confirm").await?;
        window.gone("mapping-drawer").await?;
    }
    Ok(())
}

/// The plan has the new value for this person.
async fn in_the_preview(world: &mut World, person: &Value) -> Result<()> {
    wizard::mappings_and_scope(world).await?;
    wizard::preview(world).await?;
    world.window.click("nav-preview").await?;
    world.window.by_test_id("preview-count-create").await?;
    world.window.fill("preview-search", text(person, "displayName")).await?;
    world.window.find("[data-index='0']").await?.click().await?;
    world.window.shows(&expected(person)).await
}
