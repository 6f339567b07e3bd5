//! Each screen also runs in Chromium, over the test host.

use anyhow::Result;
use fantoccini::Locator;
use usher_commands::dto::{NewConnection, TargetProfile};
use usher_commands::{App, Options, connections};
use usher_tests::browser::Browser;
use usher_tests::{wait, web_host};

/// Routes of one connection, as ux names them.
const PAGES: &[&str] = &[
    "setup/sign-in",
    "setup/plan",
    "setup/prepare-goto",
    "setup/application",
    "setup/people",
    "setup/connect",
    "setup/user-attributes",
    "setup/group-attributes",
    "setup/scoping-filters",
    "setup/preview",
    "setup/turn-on",
    "overview",
    "logs",
    "settings",
];

#[tokio::test]
async fn every_screen_runs_in_chromium_over_the_test_host() -> Result<()> {
    let world = usher_sandbox::start(usher_sandbox::Options::default()).await?;
    let data = tempfile::tempdir()?;
    let options = Options {
        data: Some(data.path().to_owned()),
        sandbox: Some(world.endpoints.control.parse()?),
        memory_vault: true,
        ..Options::default()
    };
    let app = App::open(options).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let new = NewConnection { name: "Practice".to_owned(), profile: TargetProfile::Goto };
    let made = connections::connection_new(&app, new).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let address = web_host::serve(app).await?;
    let browser = Browser::start().await?;
    for page in PAGES {
        browser.client.goto("about:blank").await?;
        browser.client.goto(&format!("{address}/#/c/{}/{page}", made.summary.id)).await?;
        // A page that breaks shows no heading of its own; one that lacks a command shows its error instead.
        wait::until(&format!("a heading on {page}"), || async {
            let heading = browser.client.find(Locator::Css("main h1")).await?.text().await?;
            Ok((!heading.is_empty()).then_some(()))
        })
        .await?;
    }
    browser.close().await?;
    world.stop().await;
    Ok(())
}
