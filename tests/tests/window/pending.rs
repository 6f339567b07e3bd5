//! Somebody who would have been deleted is kept: from the overview to the list, Keep, Undo in the toast, Keep again. The
//! day comes, and the account is still there.

use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use usher_tests::terminal::{Said, run, usher};

/// A connection whose cycles the terminal runs while the window looks on.
fn file(world: &World) -> String {
    let [tenant, client, application] =
        ["/entra/tenant_id", "/entra/client_id", "/application/service_principal_id"]
            .map(|pointer| world.sandbox.text(pointer));
    format!(
        r#"id = "waits"
name = "Waits"
practice = true
[source]
tenant = "{tenant}"
client_id = "{client}"
client_secret = "env:USHER_ENTRA_SECRET"
[target]
dialect = "goto-v1"
token = "env:USHER_SCIM_TOKEN"
[scope]
application = "{application}"
[runner]
requests_per_second = 0
[guards]
users = {{ delete = true }}
[users]
actions = ["create", "update", "delete"]
"#
    )
}

/// One cycle, as the terminal runs it on the window's own data.
fn cycle(world: &World) -> Result<Said> {
    let (path, data) = (world.session.home().join("waits.toml"), world.session.home().join("usher"));
    let (path, control) = (path.to_str().context("a path in plain text")?, world.sandbox.text("/control"));
    let mut command = usher(&data, Some(&world.session), &["--sandbox", &control, "run", "--once", path])?;
    command.env("USHER_ENTRA_SECRET", world.sandbox.text("/entra/client_secret"));
    command.env("USHER_SCIM_TOKEN", world.sandbox.text("/scim_token"));
    run(&mut command)
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_would_have_been_deleted_is_kept() -> Result<()> {
    let mut world = World::open().await?;
    std::fs::write(world.session.home().join("waits.toml"), file(&world))?;
    cycle(&world)?;
    let people = world.sandbox.list("people").await?;
    let there = world.goto_users().await?;
    let known = |name: &str| {
        there.iter().any(|user| {
            user["active"] == true
                && user["attributes"]["userName"]
                    .as_str()
                    .is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
    };
    let mut names =
        people.iter().filter_map(|person| Some((&person["id"], person["userPrincipalName"].as_str()?)));
    let (id, name) = names.find(|(_, name)| known(name)).context("somebody with an account")?;
    let id = id.as_str().context("an id")?;
    world.sandbox.control("DELETE", &format!("people/{id}?purge=true"), None).await?;
    cycle(&world)?;

    let go = "window.location.hash = '#/c/waits/overview'";
    world.window.client.execute(go, Vec::new()).await?;
    world.window.says("overview-pending", "One delete waits").await?;
    world.window.click("overview-pending").await?;
    let one = format!("pending-one-{id}");
    world.window.by_test_id(&format!("pending-row-{id}")).await?;
    world.picture("14-pending").await?;
    world.window.click(&one).await?;
    world.window.by_test_id("pending-kept").await?;
    world.window.click("toast-action").await?;
    world.window.by_test_id("pending-waiting").await?;
    world.window.click(&one).await?;
    world.window.by_test_id("pending-kept").await?;

    let month = json!({ "minutes": 31 * 24 * 60 });
    world.sandbox.control("POST", "clock/advance", Some(month)).await?;
    cycle(&world)?;
    let there = world.goto_users().await?;
    let kept = there.iter().find(|user| {
        user["attributes"]["userName"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
    });
    ensure!(kept.is_some_and(|user| user["active"] == false), "{name} stays, disabled: {kept:?}");
    world.close().await
}
