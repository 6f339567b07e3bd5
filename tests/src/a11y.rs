//! What assistive technology is told: the AT-SPI tree of the session, read by the desktop's own library.

use crate::bus::Session;
use crate::window::Window;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::Command;

/// Role, name and description of everything that is in the windows of a session, one a line, parted by tabs.
///
/// The system's Python reads it: the library's introspection data are part of the system (packages `python3-gi` and
/// `gir1.2-atspi-2.0`), which the tests' own Python does not see.
pub fn tree(session: &Session) -> Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/atspi/tree.py");
    let read = Command::new("/usr/bin/python3").arg(script).envs(session.environment()).output();
    let read = read.context("the system's python3")?;
    let complaint = String::from_utf8_lossy(&read.stderr);
    anyhow::ensure!(read.status.success(), "the accessibility tree could not be read: {complaint}");
    Ok(String::from_utf8_lossy(&read.stdout).into_owned())
}

/// Whether something has this role (any when empty), and this in its name or description.
pub fn has(tree: &str, role: &str, words: &str) -> bool {
    tree.lines().any(|line| {
        let mut parts = line.splitn(2, '\t');
        let of_role = parts.next().is_some_and(|found| role.is_empty() || found == role);
        of_role && parts.next().is_some_and(|rest| rest.contains(words))
    })
}

/// What the window shows and a screen reader is not told: WebKit leaves out, for one, the text of a `span` that is laid out
/// as a block.
pub async fn unheard(session: &Session, window: &Window) -> Result<Vec<String>> {
    let before = shown(window).await?;
    let told = tree(session)?;
    let unheard: Vec<String> = before.into_iter().filter(|text| !told.contains(text)).collect();
    if unheard.is_empty() {
        return Ok(unheard);
    }
    // What went away while the tree was read, such as the progress of a cycle that ended, was not there to be told.
    let after = shown(window).await?;
    Ok(unheard.into_iter().filter(|text| after.contains(text)).collect())
}

async fn shown(window: &Window) -> Result<Vec<String>> {
    let shown = window.client.execute(SHOWN, Vec::new()).await?;
    serde_json::from_value(shown).context("a list of texts")
}

/// The texts that are drawn, apart from those that have another name for assistive technology or are hidden from it: what is
/// chosen in a list has to be told all the same.
const SHOWN: &str = r#"
const apart = '[aria-hidden=true], [aria-label]:not([role=combobox]), [aria-labelledby]:not([role=dialog], [role=alertdialog], section, article, table), [inert], script, style, noscript';
const texts = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const cover = document.querySelector('[aria-modal=true]');
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const text = node.data.replace(/\s+/g, ' ').trim(), parent = node.parentElement;
  if (text === '' || parent.closest(apart) || !parent.checkVisibility({ visibilityProperty: true })) continue;
  if (cover && !cover.contains(parent)) continue;
  texts.add(text);
}
return [...texts];
"#;
