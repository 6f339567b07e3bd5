//! Hands on the keyboard only: reaches things with Tab and the arrow keys, and notes what a person would miss on the way.

use crate::wait;
use crate::window::Window;
use anyhow::{Context as _, Result, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Mutex;

/// The keys as WebDriver names them (W3C WebDriver, 17.4.2 "Keyboard actions").
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const CONTROL: char = '\u{e009}';
const RIGHT: char = '\u{e014}';
const DOWN: char = '\u{e015}';

/// A page with more stops than this is a trap, or as good as one.
const STOPS: usize = 150;

/// What was noticed at the stops of the focus.
#[derive(Default)]
pub struct Noticed(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    stops: BTreeSet<String>,
    complaints: BTreeSet<String>,
}

impl Noticed {
    /// How many different things had the focus.
    pub fn stops(&self) -> usize {
        self.0.lock().map_or(0, |noted| noted.stops.len())
    }

    /// Where the focus could not be seen.
    pub fn complaints(&self) -> Vec<String> {
        self.0.lock().map_or_else(|_| Vec::new(), |noted| noted.complaints.iter().cloned().collect())
    }

    fn note(&self, at: &Focus) {
        let Ok(mut noted) = self.0.lock() else { return };
        if at.name.is_empty() || !noted.stops.insert(at.name.clone()) {
            return;
        }
        if let Some(over) = &at.covered_by {
            noted.complaints.insert(format!("{} is under {over}", at.name));
        }
        if !at.marked {
            noted.complaints.insert(format!("nothing shows that {} has the focus", at.name));
        }
    }
}

/// Where the focus is, seen from something that is wanted.
#[derive(Deserialize)]
struct Focus {
    /// The wanted thing is on the page and can be used.
    ready: bool,
    /// It has the focus, or is the one that an arrow-key list points at.
    here: bool,
    /// The focus is in the same list, menu or group: arrow keys lead there.
    #[serde(default)]
    arrows: String,
    /// What has the focus.
    name: String,
    /// What lies over the middle of it.
    covered_by: Option<String>,
    /// Something is drawn that tells where the focus is.
    marked: bool,
    /// What the wanted thing is.
    role: String,
}

impl Window {
    /// Puts the mouse away: from here on the keyboard does everything. There is no window manager on the tests' screen
    /// that would give the window the focus, and without it a web view draws none.
    pub async fn without_a_mouse(&mut self) -> Result<()> {
        wait::until("the focus of the screen", || async {
            let found = Command::new("xdotool")
                .args(["search", "--onlyvisible", "--name", "Usher", "windowfocus", "--sync"])
                .output()
                .context("xdotool")?;
            Ok(found.status.success().then_some(()))
        })
        .await?;
        self.keyboard = Some(Noticed::default());
        Ok(())
    }

    /// Presses keys one after the other, holding the first ones down.
    pub async fn press(&self, held: &[char], key: char) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for &held in held {
            keys = keys.then(KeyAction::Down { value: held });
        }
        keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for &held in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value: held });
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Writes text where the focus is.
    pub async fn write(&self, text: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(text).await?)
    }

    /// Brings the focus to an element, for a key that only works there.
    pub async fn go_to(&self, id: &str) -> Result<()> {
        let noticed = self.keyboard.as_ref().context("this window is worked with a mouse")?;
        self.reach(id, noticed).await.map(drop)
    }

    /// Brings the focus to an element.
    async fn reach(&self, id: &str, noticed: &Noticed) -> Result<Focus> {
        for _ in 0..STOPS {
            let at = wait::until(&format!("{id} can be used"), || async {
                let at = self.focus(id).await?;
                Ok(at.ready.then_some(at))
            })
            .await?;
            // What still slides in, or changes its looks, is not yet as it will be.
            let at = if at.covered_by.is_some() || !at.marked {
                self.still().await?;
                self.focus(id).await?
            } else {
                at
            };
            noticed.note(&at);
            if at.here {
                return Ok(at);
            }
            match at.arrows.as_str() {
                "" => self.press(&[], TAB).await?,
                "across" => self.press(&[], RIGHT).await?,
                _ => self.press(&[], DOWN).await?,
            }
        }
        bail!("{id} was not reached with {STOPS} keys")
    }

    async fn focus(&self, id: &str) -> Result<Focus> {
        let found = self.client.execute(FOCUS, vec![json!(format!("[data-testid='{id}']"))]).await?;
        serde_json::from_value(found).context("where the focus is")
    }

    /// Uses an element as its role wants it.
    pub(crate) async fn use_by_keyboard(&self, id: &str, noticed: &Noticed) -> Result<()> {
        let at = self.reach(id, noticed).await?;
        match at.role.as_str() {
            "radio" | "checkbox" | "switch" | "tab" => self.press(&[], ' ').await,
            _ => self.press(&[], ENTER).await,
        }
    }

    /// Replaces what is in a field.
    pub(crate) async fn fill_by_keyboard(&self, id: &str, text: &str, noticed: &Noticed) -> Result<()> {
        self.reach(id, noticed).await?;
        self.press(&[CONTROL], 'a').await?;
        self.write(text).await
    }
}

/// A stop is marked by an outline or a drawn border of itself, its pseudo-elements or the box around it.
const FOCUS: &str = r#"
const target = document.querySelector(arguments[0]);
const active = document.activeElement;
const name = el => el && (el.getAttribute('data-testid') || el.getAttribute('aria-label') || el.innerText || el.id || el.tagName).slice(0, 60);
const none = !active || active === document.body || active.matches('main, [tabindex="-1"]:is(h1, h2), [data-tabster-dummy]');
const drawn = (el, pseudo) => {
  const style = getComputedStyle(el, pseudo);
  if (pseudo && (style.content === 'none' || style.content === 'normal')) return false;
  const line = side => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) >= 2;
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || line('Top') || line('Bottom') || style.boxShadow !== 'none' || style.textDecorationStyle === 'double';
};
let marked = true, over = null;
if (!none) {
  marked = [active, active.parentElement, active.parentElement?.parentElement, active.nextElementSibling]
    .some(el => el && (drawn(el) || drawn(el, '::before') || drawn(el, '::after')));
  const box = active.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const label = active.labels?.[0];
  if (top && !active.contains(top) && !top.contains(active) && !(label && label.contains(top)) && !active.parentElement.contains(top)) over = name(top);
  if (!top) over = 'the edge of the window';
}
const result = { ready: false, here: false, arrows: '', name: none ? '' : name(active) || '', covered_by: over, marked, role: '' };
if (!target) return result;
const waits = target.disabled || target.getAttribute('aria-disabled') === 'true';
result.ready = !waits;
result.role = target.getAttribute('role') || target.type || target.tagName.toLowerCase();
const pointed = active && document.getElementById(active.getAttribute('aria-activedescendant') || ' ');
result.here = !!active && active !== document.body && (active === target || target.contains(active) || (!!pointed && (pointed === target || target.contains(pointed))));
const group = target.closest('[role=radiogroup], [role=tablist], [role=menu], [role=listbox]');
if (group && active) {
  const owned = (active.getAttribute('aria-controls') || '') + ' ' + (active.getAttribute('aria-owns') || '');
  if (group.contains(active) || (group.id && owned.split(' ').includes(group.id)))
    result.arrows = group.getAttribute('role') === 'tablist' ? 'across' : 'down';
}
return result;
"#;
