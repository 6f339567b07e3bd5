//! Whether a page fits its window: nothing is cut off, nothing lies over something else, nothing scrolls sideways.

use crate::wait;
use crate::window::Window;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

impl Window {
    /// Gives the window another size and waits until the page has it.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_size(width, height).await?;
        self.inner_width(width).await
    }

    /// Zooms in by this many steps of 20 %, as a person does with Ctrl and plus, and waits until the page has it.
    pub async fn zoom(&self, steps: u32) -> Result<()> {
        self.press(&['\u{e009}'], '0').await?;
        let before = 1280;
        self.inner_width(before).await?;
        for step in 1..=steps {
            self.press(&['\u{e009}'], '=').await?;
            // One step after the other, as a person does: they are asked for one by one and may overtake each other.
            self.inner_width(before * 100 / (100 + 20 * step)).await?;
        }
        Ok(())
    }

    /// Waits until the page is this many CSS pixels wide, give or take what rounding does.
    async fn inner_width(&self, width: u32) -> Result<()> {
        wait::until(&format!("a page that is {width} pixels wide"), || async {
            let now = self.client.execute("return window.innerWidth", Vec::new()).await?;
            let now = now.as_u64().context("a width")?;
            anyhow::ensure!(now.abs_diff(u64::from(width)) <= 2, "it is {now} wide");
            Ok(Some(()))
        })
        .await
    }

    /// Sets the distances of WCAG 2.2, 1.4.12 "Text Spacing", or takes them away again.
    pub async fn text_spacing(&self, on: bool) -> Result<()> {
        let script = "document.getElementById('spacing')?.remove(); if (!arguments[0]) return; \
            const style = document.createElement('style'); style.id = 'spacing'; \
            style.textContent = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
                word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'; \
            document.head.append(style);";
        self.client.execute(script, vec![json!(on)]).await?;
        Ok(())
    }

    /// What does not fit, in words.
    pub async fn misfits(&self) -> Result<Vec<String>> {
        let found = self.client.execute(MISFITS, Vec::new()).await?;
        let found: Vec<Value> = found.as_array().cloned().context("a list")?;
        Ok(found.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

/// Text that may be cut says so with an ellipsis or scrolls; a table may scroll sideways by itself, the page may not.
const MISFITS: &str = r#"
const found = [];
const name = el => (el.getAttribute('data-testid') || el.getAttribute('aria-label') || el.innerText || el.className || el.tagName).toString().slice(0, 50);
const hidden = el => { const box = el.getBoundingClientRect(); return box.width < 2 || box.height < 2 || getComputedStyle(el).visibility === 'hidden' || !!el.closest('[aria-hidden=true], [inert]'); };
const scrolls = el => { for (let at = el.parentElement; at; at = at.parentElement) { if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.tagName !== 'MAIN') return true; } return false; };
for (const el of document.querySelectorAll('html, body, main, [data-region]')) {
  if (el.scrollWidth > el.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(el).overflowX)) found.push(`${name(el)} scrolls sideways: ${el.scrollWidth} in ${el.clientWidth}`);
}
const uses = [...document.querySelectorAll('button, a[href], input, [role=switch], [role=tab], [role=combobox], h1, h2')].filter(el => !hidden(el));
for (const el of uses) {
  const box = el.getBoundingClientRect();
  if (!scrolls(el) && (box.left < -1 || box.right > innerWidth + 1)) found.push(`${name(el)} sticks out of the window: ${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth}`);
}
for (const el of document.querySelectorAll('#root *')) {
  if (![...el.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '') || hidden(el)) continue;
  const style = getComputedStyle(el);
  const cut = style.overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 1 || style.overflowY === 'hidden' && el.scrollHeight > el.clientHeight + 4;
  if (cut && style.textOverflow !== 'ellipsis' && !/auto|scroll/.test(style.overflowX + style.overflowY) && style.clipPath === 'none') found.push(`the text of ${name(el)} is cut`);
}
for (const [at, one] of uses.entries()) {
  if (one.tagName === 'INPUT') continue;
  const a = one.getBoundingClientRect();
  for (const two of uses.slice(at + 1)) {
    if (two.tagName === 'INPUT' || one.contains(two) || two.contains(one) || one.closest('[data-region]') !== two.closest('[data-region]')) continue;
    const b = two.getBoundingClientRect();
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 3 && high > 3) found.push(`${name(one)} lies over ${name(two)}`);
  }
}
return found;
"#;
