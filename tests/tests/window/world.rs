//! One window on one practice world, and the person who sits in front of both.

use crate::look::Looks;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use usher_tests::a11y;
use usher_tests::browser::Browser;
use usher_tests::bus::{Keyring, Session};
use usher_tests::sandbox::Sandbox;
use usher_tests::window::Window;

/// A group of the practice world with everything that real directories have: a guest, somebody without a surname,
/// somebody whom GoTo knows already.
pub const PRODUCT: &str = "GoTo – Product";

/// What a test works with. The fields end in this order: the window before the session whose keyring it uses.
pub struct World {
    /// The window.
    pub window: Window,
    /// The person's browser.
    pub browser: Browser,
    /// The practice world.
    pub sandbox: Sandbox,
    /// The private session.
    pub session: Session,
    /// What is looked at on each screen.
    pub looks: Looks,
    /// The group whose people get GoTo.
    pub group: &'static str,
    /// How the first cycle ends.
    pub outcome: &'static str,
    opened: usize,
}

impl World {
    /// A fresh world of 40 people with an open keyring.
    pub async fn open() -> Result<Self> {
        Self::with(Keyring::Unlocked).await
    }

    /// A fresh world of 40 people with this keyring.
    pub async fn with(keyring: Keyring) -> Result<Self> {
        let session = Session::start(keyring)?;
        let sandbox = Sandbox::start(&["--users", "40", "--groups", "6", "--seed", "1"])?;
        let control = sandbox.text("/control");
        let data = session.home().join("usher");
        let data = data.to_str().context("a path in plain text")?;
        let window =
            Window::open(&session, &["--practice", "--sandbox", &control, "--data-dir", data]).await?;
        let browser = Browser::start().await?;
        let looks = Looks::default();
        Ok(Self { window, browser, sandbox, session, looks, group: PRODUCT, outcome: "in-part", opened: 0 })
    }

    /// Closes the window as a person does, and ends everything else. Whatever was looked at had nothing amiss.
    pub async fn close(self) -> Result<()> {
        assert!(self.looks.violations.is_empty(), "{:#?}", self.looks.violations);
        self.browser.close().await?;
        self.window.close().await
    }

    /// The next address that the window opened in the browser.
    pub async fn next_address(&mut self) -> Result<String> {
        let address = self.window.opened(self.opened).await?;
        self.opened += 1;
        Ok(address)
    }

    /// The next sign-in uses the last address again.
    pub fn opened_again(&mut self) {
        self.opened -= 1;
    }

    /// Signs in to the practice Entra in the browser, at the next address, up to the consent page.
    pub async fn entra_up_to_consent(&mut self) -> Result<()> {
        let address = self.next_address().await?;
        let (name, password) = (self.sandbox.text("/entra/user_name"), self.sandbox.text("/entra/password"));
        self.browser.client.goto(&address).await?;
        self.browser.fill("#user_name", &name).await?;
        self.browser.click("#next").await?;
        self.browser.fill("#password", &password).await?;
        self.browser.click("#sign-in").await
    }

    /// Signs in to the practice Entra in the browser.
    pub async fn person_signs_in_to_entra(&mut self) -> Result<()> {
        self.entra_up_to_consent().await?;
        self.browser.click("#accept").await?;
        self.browser.came_back().await
    }

    /// Signs in to the practice GoTo in the browser, at the next address, up to the consent page.
    pub async fn goto_up_to_consent(&mut self) -> Result<()> {
        let address = self.next_address().await?;
        let (name, password) = (self.sandbox.text("/goto/user_name"), self.sandbox.text("/goto/password"));
        self.browser.client.goto(&address).await?;
        self.browser.fill("#username", &name).await?;
        self.browser.click("#next").await?;
        self.browser.fill("#password", &password).await?;
        self.browser.click("#submit").await
    }

    /// Signs in to the practice GoTo in the browser and allows access.
    pub async fn person_signs_in_to_goto(&mut self) -> Result<()> {
        self.goto_up_to_consent().await?;
        self.browser.click("#allow").await?;
        self.browser.came_back().await
    }

    /// Looks at a screen, as far as this test looks at screens.
    pub async fn look(&mut self, name: &str) -> Result<()> {
        self.looks.at(&self.window, name).await?;
        if self.looks.pictures && self.session.is_accessible() {
            for text in a11y::unheard(&self.session, &self.window).await? {
                self.looks.violations.push(format!("{name}: no screen reader is told {text:?}"));
            }
        }
        Ok(())
    }

    /// Keeps pictures of this one screen.
    pub async fn picture(&mut self, name: &str) -> Result<()> {
        self.window.settled().await?;
        self.looks.pictures = true;
        let looked = self.looks.at(&self.window, name).await;
        self.looks.pictures = false;
        looked
    }

    /// Every account in the practice GoTo.
    pub async fn goto_users(&self) -> Result<Vec<Value>> {
        let users = self.sandbox.control("GET", "goto/users", None).await?;
        users.as_array().cloned().context("a list of users")
    }

    /// How many writes the practice GoTo has received.
    pub async fn goto_writes(&self) -> Result<usize> {
        Ok(self.sandbox.writes("goto_api").await?.len())
    }

    /// Makes a group of twelve people about whom there is nothing to remark, and gives GoTo to it in this test.
    pub async fn with_a_plain_group(&mut self) -> Result<()> {
        let plain = |person: &&Value| {
            person["userType"] == "Member"
                && person["accountEnabled"] == true
                && person["surname"].as_str().is_some_and(|name| name.chars().count() < 40)
                && person["mail"] == person["userPrincipalName"]
                && person["assignedLicenses"].is_null()
        };
        let people = self.sandbox.list("people").await?;
        let members: Vec<&Value> = people.iter().filter(plain).take(12).map(|person| &person["id"]).collect();
        anyhow::ensure!(members.len() == 12, "the practice world has twelve such people");
        let name = "GoTo – Pilot";
        let group = json!({ "displayName": name, "securityEnabled": true, "members": members });
        self.sandbox.control("POST", "groups", Some(group)).await?;
        self.group = name;
        self.outcome = "succeeded";
        Ok(())
    }

    /// Sets a fault for every request to these services.
    pub async fn cut_off(&self, services: &[&str]) -> Result<()> {
        for service in services {
            let fault = json!({ "service": service, "effect": "drop" });
            self.sandbox.control("POST", "faults", Some(fault)).await?;
        }
        Ok(())
    }
}
