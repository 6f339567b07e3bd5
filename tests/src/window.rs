//! The real window, driven through WebKitWebDriver.

use crate::bus::Session;
use crate::keyboard::Noticed;
use crate::process::{Group, program};
use crate::wait;
use anyhow::{Context as _, Result};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use serde_json::{Value, json};
use std::future::Future;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A window on the product.
pub struct Window {
    /// The WebDriver client.
    pub client: Client,
    opened: PathBuf,
    arguments: Vec<String>,
    driver: Group,
    /// The driver's address, for what the client has no method for.
    address: String,
    /// What is noticed when the window is worked without a mouse; absent where a mouse is used.
    pub keyboard: Option<Noticed>,
}

impl Window {
    /// Opens the desktop application with the given arguments in a session.
    pub async fn open(session: &Session, arguments: &[&str]) -> Result<Self> {
        let opened = session.home().join("opened-in-browser");
        let browser = session.home().join("browser");
        std::fs::write(&browser, format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", opened.display()))?;
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755))?;
        let (driver, port) = start_driver(session, &browser).await?;
        let binary = program("usher-desktop")?;
        let options = json!({ "binary": binary, "args": arguments });
        let capabilities = json!({ "webkitgtk:browserOptions": options });
        let capabilities: Capabilities =
            capabilities.as_object().cloned().context("capabilities are an object")?;
        let url = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let connecting = builder.capabilities(capabilities).connect(&url);
        let client =
            tokio::time::timeout(wait::PATIENCE, connecting).await.context("the window did not open")??;
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Ok(Self { client, opened, arguments, driver, address: url, keyboard: None })
    }

    /// Closes the window and opens it anew, as somebody does who comes back the next day.
    pub async fn reopen(&mut self, session: &Session) -> Result<()> {
        let arguments = self.arguments.clone();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.client.clone().close().await?;
        *self = Self::open(session, &arguments).await?;
        Ok(())
    }

    /// The driver's, the window's and its web view's processes.
    pub fn processes(&self) -> Vec<u32> {
        crate::process::descendants(self.driver.id())
    }

    /// Polls until the condition gives a value. When it never does, the error holds what the window shows, and
    /// `artifacts/failed.png` is its picture.
    async fn until<T, F, Fut>(&self, what: &str, condition: F) -> Result<T>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Option<T>>>,
    {
        self.told(wait::until(what, condition).await).await
    }

    async fn told<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => {
                if let Ok(picture) = self.client.screenshot().await {
                    std::fs::write(artifacts()?.join("failed.png"), picture)?;
                }
                Err(error.context(format!("the window shows: {}", self.text().await.unwrap_or_default())))
            }
        }
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.until(&format!("the element {css}"), || async {
            Ok(self.client.find(Locator::Css(css)).await.ok())
        })
        .await
    }

    /// Waits for an element with this accessible role and name, as a person with a screen reader finds it.
    pub async fn by_test_id(&self, id: &str) -> Result<Element> {
        self.find(&format!("[data-testid='{id}']")).await
    }

    /// Waits until an element can be clicked, and clicks it; without a mouse, goes there and uses it.
    pub async fn click(&self, id: &str) -> Result<()> {
        if let Some(noticed) = &self.keyboard {
            return self.told(self.use_by_keyboard(id, noticed).await).await;
        }
        self.until(&format!("{id} can be clicked"), || async {
            let element = self.client.find(Locator::Css(&format!("[data-testid='{id}']"))).await?;
            // Fluent keeps a button that waits for something focusable, and says so to assistive technology alone.
            let waits = element.attr("aria-disabled").await?.as_deref() == Some("true");
            if waits || !element.is_enabled().await? {
                return Ok(None);
            }
            // The driver does not scroll to what is partly in view, and then misses it.
            let target = serde_json::to_value(&element)?;
            let middle = "arguments[0].scrollIntoView({ block: 'center', inline: 'nearest' })";
            self.client.execute(middle, vec![target]).await?;
            // What still moves would be missed.
            let place = element.rectangle().await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            if element.rectangle().await? != place {
                return Ok(None);
            }
            self.client.execute(ARRIVING, vec![json!(id)]).await?;
            element.click().await?;
            // The page may have moved between the look and the click, as it does under a person's hand: who sees that
            // nothing was hit tries again.
            Ok((self.client.execute("return window.arrived", Vec::new()).await? != false).then_some(()))
        })
        .await
    }

    /// Waits until an element carries this attribute with this value.
    pub async fn has(&self, id: &str, attribute: &str, value: &str) -> Result<()> {
        self.until(&format!("{id} with {attribute}={value}"), || async {
            let element = self.client.find(Locator::Css(&format!("[data-testid='{id}']"))).await?;
            let now = element.attr(attribute).await?;
            anyhow::ensure!(now.as_deref() == Some(value), "{id} has {attribute}={now:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Waits until an element's text contains this.
    pub async fn says(&self, id: &str, text: &str) -> Result<()> {
        self.until(&format!("{id} says {text:?}"), || async {
            let element = self.client.find(Locator::Css(&format!("[data-testid='{id}']"))).await?;
            let now = element.text().await?;
            anyhow::ensure!(now.contains(text), "{id} says {now:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, id: &str) -> Result<()> {
        self.until(&format!("{id} is gone"), || async {
            let left = self.client.find_all(Locator::Css(&format!("[data-testid='{id}']"))).await?;
            Ok(left.is_empty().then_some(()))
        })
        .await
    }

    /// Waits until the draft is saved.
    pub async fn saved(&self) -> Result<()> {
        self.has("draft-state", "data-save", "saved").await
    }

    /// Waits until nothing loads and nothing is in progress on the page.
    pub async fn settled(&self) -> Result<()> {
        self.until("a page on which nothing is in progress", || async {
            // Waiting for a person in the browser is a state of rest.
            let busy = "main [role=progressbar]:not([data-testid^=wait-] *), [data-testid=loading], \
                [data-save=waiting], [data-save=saving]";
            let busy = self.client.find_all(Locator::Css(busy)).await?;
            Ok(busy.is_empty().then_some(()))
        })
        .await
    }

    /// Chooses a theme in the bar and waits until the page has it.
    pub async fn theme(&self, name: &str) -> Result<()> {
        let item = format!("theme-{name}");
        if self.keyboard.is_some() {
            self.click("bar-theme").await?;
            self.click(&item).await?;
        }
        let background = match name {
            "dark" => "#292929",
            "high-contrast" => "#000000",
            _ => "#ffffff",
        };
        let script = "const provider = document.querySelector('.fui-FluentProvider'); \
            return getComputedStyle(provider).getPropertyValue('--colorNeutralBackground1').trim() \
                + (document.querySelector('[role=menu]') ? ' under a menu' : '');";
        self.until(&format!("the {name} theme"), || async {
            let now = self.client.execute(script, Vec::new()).await?;
            if now == background {
                return Ok(Some(()));
            }
            // A page that waits for something may draw itself anew just then, and its menu is gone: it is opened again.
            if self.keyboard.is_none() && now != format!("{background} under a menu") {
                let by = |id: &str| format!("[data-testid='{id}']");
                if self.client.find(Locator::Css(&by(&item))).await.is_err() {
                    self.client.find(Locator::Css(&by("bar-theme"))).await?.click().await?;
                }
                self.client.find(Locator::Css(&by(&item))).await?.click().await?;
            }
            Ok(None)
        })
        .await
    }

    /// Everything that the page holds: its source with the values of its fields, and its storage.
    pub async fn everything_in_the_page(&self) -> Result<String> {
        let script = "const fields = [...document.querySelectorAll('input, textarea')].map(field => field.value); \
            return [document.documentElement.outerHTML, location.href, document.title, ...fields, \
                JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join('\\n');";
        let found = self.client.execute(script, Vec::new()).await?;
        found.as_str().map(str::to_owned).context("the page's source is text")
    }

    /// Chooses a tab and waits until it is chosen: a drawer may still be on its way in.
    pub async fn choose(&self, id: &str) -> Result<()> {
        self.until(&format!("the tab {id} is chosen"), || async {
            self.click(id).await?;
            let tab = self.client.find(Locator::Css(&format!("[data-testid='{id}']"))).await?;
            Ok((tab.attr("aria-selected").await?.as_deref() == Some("true")).then_some(()))
        })
        .await
    }

    /// Replaces what is in a field.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        if let Some(noticed) = &self.keyboard {
            return self.told(self.fill_by_keyboard(id, text, noticed).await).await;
        }
        let element = self.by_test_id(id).await?;
        element.click().await?;
        element.send_keys("\u{e009}a\u{e000}").await?;
        element.send_keys(text).await?;
        Ok(())
    }

    /// Writes into a combobox and chooses from its list. A list that was closed again is opened again, as a person would.
    pub async fn pick(&self, id: &str, text: &str, option: &str) -> Result<()> {
        self.fill(id, text).await?;
        if self.keyboard.is_some() {
            return self.click(option).await;
        }
        let css = format!("[data-testid='{option}']");
        self.until(&format!("{option} can be chosen"), || async {
            let open = self.by_test_id(id).await?.attr("aria-expanded").await?;
            if open.as_deref() != Some("true") {
                self.fill(id, text).await?;
                return Ok(None);
            }
            let element = self.client.find(Locator::Css(&css)).await?;
            let place = element.rectangle().await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            if element.rectangle().await? != place {
                return Ok(None);
            }
            self.client.execute(ARRIVING, vec![json!(option)]).await?;
            // The option goes with the click, which the driver may take for a failure: what the page noted says more.
            drop(element.click().await);
            let arrived = self.client.execute("return window.arrived", Vec::new()).await?;
            Ok((arrived == true).then_some(()))
        })
        .await
    }

    /// What the page shows.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Waits until the page shows this text somewhere.
    pub async fn shows(&self, text: &str) -> Result<()> {
        self.until(&format!("the window shows {text:?}"), || async {
            let body = self.client.find(Locator::Css("body")).await?.text().await?;
            Ok(body.contains(text).then_some(()))
        })
        .await
    }

    /// Waits for the next address that the window opened in the browser, the first `skip` apart.
    pub async fn opened(&self, skip: usize) -> Result<String> {
        self.until("an address opened in the browser", || async {
            let text = std::fs::read_to_string(&self.opened).unwrap_or_default();
            Ok(text.lines().nth(skip).map(str::to_owned))
        })
        .await
    }

    /// How many addresses were opened in the browser so far.
    pub fn opened_count(&self) -> usize {
        std::fs::read_to_string(&self.opened).unwrap_or_default().lines().count()
    }

    /// Scrolls the page to its beginning or its end. Says whether it is longer than the window.
    pub async fn scroll(&self, end: bool) -> Result<bool> {
        let script = "const page = document.querySelector('main'); if (!page) return false; \
            page.scrollTop = arguments[0] ? page.scrollHeight : 0; \
            return page.scrollHeight > page.clientHeight + 40;";
        Ok(self.client.execute(script, vec![json!(end)]).await? == true)
    }

    /// Keeps a picture in `artifacts/`. Animations are stopped first; then nothing may move any more.
    pub async fn picture(&self, name: &str) -> Result<()> {
        self.client.execute(STILL, Vec::new()).await?;
        let still = self
            .until("a picture in which nothing moves", || async {
                let first = self.client.screenshot().await?;
                tokio::time::sleep(Duration::from_millis(150)).await;
                let second = self.client.screenshot().await?;
                Ok((first == second).then_some(second))
            })
            .await?;
        std::fs::write(artifacts()?.join(format!("{name}.png")), still)?;
        Ok(())
    }

    /// Waits until nothing moves on the page.
    pub async fn still(&self) -> Result<()> {
        let moving = "return document.getAnimations().filter(one => one.playState === 'running' \
            && one.effect.getComputedTiming().endTime !== Infinity).length;";
        self.until("nothing to move", || async {
            let now = self.client.execute(moving, Vec::new()).await?;
            Ok((now == 0).then_some(()))
        })
        .await
    }

    /// Runs axe-core on the page and returns what it finds.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let source =
            std::fs::read_to_string(&path).context("axe-core is not installed: run `cargo xtask setup`")?;
        self.client.execute(&source, Vec::new()).await?;
        // What fades in has less contrast while it does.
        self.still().await?;
        // Tabster's hidden focus guards are focusable on purpose; they exist once Tab has been pressed.
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run({ exclude: [['[data-tabster-dummy]']] }, {}).then(r => done(r.violations), e => done([String(e)]));";
        let found = self.client.execute_async(script, Vec::new()).await?;
        let violations = found.as_array().cloned().unwrap_or_default();
        Ok(violations.iter().map(describe).collect())
    }

    /// Role and name of an element as assistive technology is told them (W3C WebDriver, 12.4.9 "Get Computed Role" and
    /// 12.4.10 "Get Computed Label").
    pub async fn announced(&self, id: &str) -> Result<(String, String)> {
        let element = self.by_test_id(id).await?.element_id();
        let session = self.client.session_id().await?.context("a session")?;
        let asked = format!("{}/session/{session}/element/{}", self.address, &*element);
        let ask = async |what: &str| -> Result<String> {
            let answer: Value = reqwest::get(format!("{asked}/{what}")).await?.json().await?;
            answer["value"].as_str().map(str::to_owned).with_context(|| format!("{what}: {answer}"))
        };
        Ok((ask("computedrole").await?, ask("computedlabel").await?))
    }

    /// Ends the session; the processes end on drop.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await?;
        Ok(())
    }
}

/// Notes in `window.arrived` whether the next click is on this element. A page that was left by the click has no note.
const ARRIVING: &str = "window.arrived = false; const id = arguments[0]; \
    addEventListener('click', event => { \
        window.arrived = !!event.target.closest(`[data-testid='${id}']`); \
        if (!window.arrived) console.warn('missed', id, event.target); }, { capture: true, once: true });";

/// Ends animations and transitions, once (but a toast's, which is the time that it stays), and hides what comes and goes by itself: the caret, and scroll bars, which fade for
/// seconds after each scrolling.
const STILL: &str = "if (!document.getElementById('still')) { \
    const style = document.createElement('style'); style.id = 'still'; \
    style.textContent = '*:not([data-timer-status]), *::before, *::after { animation-duration: 0s !important; \
        animation-iteration-count: 1 !important; transition: none !important; caret-color: transparent !important; } \
        ::-webkit-scrollbar { display: none; }'; \
    document.head.append(style); }";

/// The ignored folder that the pictures go to.
fn artifacts() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn describe(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let target = |node: &Value| {
        let why = node["failureSummary"].as_str().unwrap_or_default().replace('\n', " ");
        format!("{} {} ({why})", node["target"], node["html"])
    };
    let targets: Vec<String> = nodes.iter().map(target).collect();
    format!("{}: {} at {}", violation["id"], violation["help"], targets.join(", "))
}

/// WebKitWebDriver takes a port but does not report one, so a port that was just free is tried until one works.
async fn start_driver(session: &Session, browser: &Path) -> Result<(Group, u16)> {
    wait::until("WebKitWebDriver", || async {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}")).arg("--host=127.0.0.1").envs(session.environment());
        command
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TAURI_AUTOMATION", "true")
            .env("BROWSER", browser);
        let log = session.home().join("desktop.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        command.env("USHER_LOG", "trace").stdout(Stdio::null()).stderr(log);
        let mut driver = Group::start(&mut command)?;
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(Some((driver, port)));
            }
            if driver.child().try_wait()?.is_some() {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(None)
    })
    .await
}
