//! `usher sandbox`, and the practice world's clock for the application.

use crate::failure::Failure;
use crate::options::{DialectName, SandboxOptions};
use crate::output;
use crate::signals::Signals;
use anyhow::Context as _;
use futures::FutureExt as _;
use std::sync::Arc;
use usher_commands::Clock;
use usher_sandbox::{ClockMode, Dialect, Options, Running, start};

/// Options of a practice world.
pub fn options(options: &SandboxOptions) -> Options {
    Options {
        seed: options.seed,
        users: options.users,
        groups: options.groups,
        dialect: match options.dialect {
            DialectName::GotoV1 => Dialect::GotoV1,
            DialectName::Scim2 => Dialect::Scim2,
        },
        clock: options.pin.map_or(ClockMode::Ticking, ClockMode::Pinned),
        goto_rate: Some(options.rate).filter(|rate| *rate > 0),
        ..Options::default()
    }
}

/// Runs a practice world until interrupted.
pub async fn sandbox(choice: &SandboxOptions, json: bool) -> Result<u8, Failure> {
    let running = start(options(choice)).await.context("the practice world could not be started")?;
    let endpoints = &running.endpoints;
    if json {
        // One line: a script reads it and goes on while the world runs.
        output::json_text(&serde_json::to_string(endpoints)?);
    } else {
        show(&running);
    }
    interrupted().await;
    output::progress("The practice world ends.");
    running.stop().await;
    Ok(0)
}

fn show(running: &Running) {
    let endpoints = &running.endpoints;
    output::line("The practice world runs on this computer; nothing leaves it. Ctrl+C ends it.");
    let rows = [
        ("Entra sign-in", &endpoints.login),
        ("Microsoft Graph", &endpoints.graph),
        ("Entra portal", &endpoints.portal),
        ("GoTo sign-in", &endpoints.goto_auth),
        ("GoTo SCIM", &endpoints.scim),
        ("Organization Center", &endpoints.organization_center),
        ("Web server", &endpoints.web),
        ("DNS server", &endpoints.dns),
        ("Control", &endpoints.control),
    ];
    for (name, address) in rows {
        output::line(&format!("  {name:<20} {address}"));
    }
    output::line(&format!(
        "  Administrator        {} / {}",
        endpoints.entra.user_name, endpoints.entra.password
    ));
    output::line(&format!(
        "  GoTo administrator   {} / {}",
        endpoints.goto.user_name, endpoints.goto.password
    ));
    output::line("docs/sandbox.md explains what you can change and break.");
}

/// The practice world's clock.
pub fn clock(running: &Running) -> Clock {
    let (now, waits) = (Arc::clone(&running.world), Arc::clone(&running.world));
    Clock::new(
        move || now.clock.now(),
        move |at| {
            let world = Arc::clone(&waits);
            async move { world.clock.wait_until(at).await }.boxed()
        },
    )
}

/// Resolves at Ctrl+C and, where there is one, at SIGTERM.
pub async fn interrupted() {
    match Signals::listen() {
        Ok(mut signals) => signals.next().await,
        // Whoever cannot listen is ended by the signal itself.
        Err(_) => std::future::pending().await,
    }
}
