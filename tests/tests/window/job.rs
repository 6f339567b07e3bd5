//! The whole job in the real window: from an empty home to provisioned people, a second cycle, and off again.

use crate::wizard;
use crate::world::World;
use anyhow::{Context as _, Result};
use fantoccini::Locator;
use serde_json::{Value, json};
use usher_tests::wait;

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_home_to_provisioned_people_and_off_again() -> Result<()> {
    let mut world = World::open().await?;
    world.with_a_plain_group().await?;
    let left = an_account_of_a_member(&world).await?;
    let before = user_names(&world).await?;
    wizard::up_to_connect(&mut world).await?;
    let stored = world.session.stored("service", "Usher")?;
    assert!(stored.contains("attribute.service = Usher"), "nothing is in the keyring after Authorize");
    wizard::mappings_and_scope(&mut world).await?;
    let creates = wizard::preview(&mut world).await?;
    leave(&world, &left).await?;
    assert_eq!(world.goto_writes().await?, 0, "a preview writes nothing");
    let first = wizard::try_one(&mut world).await?;
    let now = user_names(&world).await?;
    assert!(now.contains(&first) && now.len() == before.len() + 1, "one person and nobody else: {now:?}");
    wizard::turn_on(&mut world).await?;
    every_member_is_there(&world, &before).await?;
    let made = user_names(&world).await?.len() - before.len() + 1;
    assert_eq!(creates, u64::try_from(made)?, "the preview said what was done: people, and one group");

    second_cycle_writes_nothing(&world).await?;
    a_stopped_cycle_is_finished_by_the_next(&world).await?;
    let now = world.sandbox.control("GET", &format!("goto/users/{}", key(&left)?), None).await?;
    assert_eq!(now["attributes"], left["attributes"], "what somebody leaves is never written");
    why_is_told(&world).await?;
    switch_off(&world).await?;
    forget(&world).await?;
    world.close().await
}

/// An account of the group's last member that is at GoTo before Usher.
async fn an_account_of_a_member(world: &World) -> Result<Value> {
    let members = wizard::members(world).await?;
    let person = members.iter().rfind(|person| person["accountEnabled"] == true).context("a member")?;
    let name = json!({ "givenName": "Somebody", "familyName": "Else" });
    let account = json!({ "attributes": { "userName": person["userPrincipalName"], "name": name } });
    world.sandbox.control("POST", "goto/users", Some(account)).await
}

fn key(account: &Value) -> Result<String> {
    let key = &account["key"];
    key.as_str().map(str::to_owned).or_else(|| key.as_u64().map(|key| key.to_string())).context("a key")
}

/// On the preview: the account is found, left as it is, decided about otherwise, and the toast takes that back.
async fn leave(world: &World, account: &Value) -> Result<()> {
    let (window, key) = (&world.window, key(account)?);
    window.click("nav-preview").await?;
    window.click("accounts-open").await?;
    let row = format!("account-{key}");
    window.has(&row, "data-becomes", "adopt").await?;
    window.click(&format!("account-select-{key}")).await?;
    window.click("accounts-leave").await?;
    window.has(&row, "data-becomes", "leave").await?;
    window.click("accounts-later").await?;
    window.has(&row, "data-becomes", "later").await?;
    window.find("[data-testid='toast-action']").await?;
    window.click("accounts-leave").await?;
    window.has(&row, "data-becomes", "leave").await?;
    window.click("accounts-drawer-close").await?;
    window.gone("accounts-drawer").await?;
    window.by_test_id("preview-stale").await?;
    window.click("preview-start").await?;
    window.gone("preview-stale").await?;
    window.click("footer-next").await
}

async fn user_names(world: &World) -> Result<Vec<String>> {
    let users = world.goto_users().await?;
    let name = |user: &Value| user["attributes"]["userName"].as_str().map(str::to_owned);
    users.iter().map(|user| name(user).context("a user name")).collect()
}

/// Every member of the group has an active account, and nobody else got one.
async fn every_member_is_there(world: &World, before: &[String]) -> Result<()> {
    let mut expected = before.to_vec();
    for person in wizard::members(world).await? {
        let name = person["userPrincipalName"].as_str().context("a user name")?.to_owned();
        if !expected.contains(&name) {
            expected.push(name);
        }
    }
    expected.sort();
    let mut found = user_names(world).await?;
    found.sort();
    assert_eq!(found, expected);
    assert!(world.goto_users().await?.iter().all(|user| user["active"] == true));
    let groups = world.sandbox.list("goto/groups").await?;
    assert_eq!(groups.len(), 1, "the assigned group: {groups:?}");
    Ok(())
}

/// The virtual clock goes on to the next cycle.
async fn second_cycle_writes_nothing(world: &World) -> Result<()> {
    let writes = world.goto_writes().await?;
    let cycles = cycles(world).await?;
    world.sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 40 }))).await?;
    wait::until("another cycle", || async {
        let now = self::cycles(world).await?;
        anyhow::ensure!(now > cycles, "{now} cycles: {}", world.window.text().await?);
        Ok(Some(()))
    })
    .await?;
    world.window.has("cycle-outcome", "data-outcome", "succeeded").await?;
    assert_eq!(world.goto_writes().await?, writes, "nothing had changed");
    Ok(())
}

/// How many cycles the overview shows.
async fn cycles(world: &World) -> Result<usize> {
    let title = world.window.by_test_id("cycles").await?.find(Locator::Css("h2")).await?.text().await?;
    let number = title.split(' ').find_map(|word| word.parse().ok());
    number.or_else(|| title.contains("cycle").then_some(1)).context("the title of the cycles")
}

/// GoTo processes changes and answers none of them for now: the cycle is stopped there.
async fn a_stopped_cycle_is_finished_by_the_next(world: &World) -> Result<()> {
    for person in wizard::members(world).await? {
        let path = format!("people/{}", person["id"].as_str().context("an id")?);
        world.sandbox.control("PATCH", &path, Some(json!({ "surname": "Renamed" }))).await?;
    }
    let before = world.goto_writes().await?;
    let held = json!({ "service": "goto_api", "method": "PATCH", "skip": 2, "effect": "hold" });
    world.sandbox.control("POST", "faults", Some(held)).await?;
    world.window.click("overview-run").await?;
    world.window.says("progress", "Writing to GoTo").await?;
    world.window.by_test_id("progress-pace").await?;
    wait::until("a change that GoTo does not answer", || async {
        Ok((world.goto_writes().await? > before + 2).then_some(()))
    })
    .await?;
    world.window.click("cycle-cancel").await?;
    world.window.has("cycle-cancel", "aria-disabled", "true").await?;
    world.sandbox.control("DELETE", "faults", None).await?;
    world.window.has("cycle-outcome", "data-outcome", "cancelled").await?;
    let renamed = async || -> Result<usize> {
        let users = world.goto_users().await?;
        Ok(users.iter().filter(|user| user["attributes"]["name"]["familyName"] == "Renamed").count())
    };
    let done = renamed().await?;
    assert!((2..11).contains(&done), "stopped in the middle: {done} of 11, one account is left alone");
    world.window.says("cycle", &format!("{done} updated")).await?;
    world.window.click("overview-run").await?;
    world.window.has("cycle-outcome", "data-outcome", "succeeded").await?;
    assert_eq!(renamed().await?, 11, "the next cycle goes on from there");
    Ok(())
}

/// Somebody who is in GoTo, and somebody whom nobody assigned.
async fn why_is_told(world: &World) -> Result<()> {
    let inside = wizard::members(world).await?;
    let everybody = world.sandbox.list("people").await?;
    let enabled = |person: &&Value| person["accountEnabled"] == true && !inside.contains(*person);
    let outside = everybody.iter().find(enabled).context("somebody outside of the group")?;
    let writes = world.goto_writes().await?;
    for (person, state) in [(&inside[0], "in"), (outside, "out")] {
        let name = person["displayName"].as_str().context("a name")?;
        let id = person["id"].as_str().context("an id")?;
        world.window.pick("why-pick", name, &format!("why-option-{id}")).await?;
        world.window.has("why-told", "data-state", state).await?;
        world.window.click("why-drawer-close").await?;
        world.window.gone("why-drawer").await?;
    }
    assert_eq!(world.goto_writes().await?, writes, "to ask writes nothing");
    Ok(())
}

async fn switch_off(world: &World) -> Result<()> {
    world.window.click("overview-switch").await?;
    world.window.fill("off-reason", "End of the practice").await?;
    world.window.click("off-dialog-confirm").await?;
    // Twelve people, of whom one has an account that is left alone.
    world.window.says("off-stays", "11").await?;
    let writes = world.goto_writes().await?;
    let cycles = cycles(world).await?;
    world.sandbox.control("POST", "clock/advance", Some(json!({ "minutes": 80 }))).await?;
    // The scheduler reads the clock that the window shows; once it has, an owed cycle would have begun.
    world.window.by_test_id("status").await?;
    world.window.says("status", "Off").await?;
    assert_eq!(self::cycles(world).await?, cycles);
    assert_eq!(world.goto_writes().await?, writes);
    assert_eq!(
        world.goto_users().await?.iter().filter(|user| user["active"] == true).count(),
        world.goto_users().await?.len()
    );
    Ok(())
}

/// Forget leaves nothing in the keyring.
async fn forget(world: &World) -> Result<()> {
    world.window.click("nav-settings").await?;
    world.window.click("settings-forget-all").await?;
    world.window.click("forget-dialog-confirm").await?;
    wait::until("an empty keyring", || async {
        let stored = world.session.stored("service", "Usher")?;
        Ok((!stored.contains("attribute.")).then_some(()))
    })
    .await
}
