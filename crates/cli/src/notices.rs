//! `usher notices`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{open, take};
use crate::output::{json, line};
use usher_commands::dto::{ConnectionRef, Notices};
use usher_commands::{notice, words};

/// Shows who is told of failures; stores a password and sends a test where asked to.
pub async fn notices(
    connection: &str,
    test: bool,
    password: Option<&str>,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    let app = open(arguments).await?;
    let id = take(&app, connection).await?;
    if let Some(reference) = password {
        notice::store_password_reference(&app, &id, reference).await?;
    }
    if test {
        let sent = notice::mail_test(&app, ConnectionRef { id }).await?;
        if arguments.json {
            json(&sent)?;
        } else {
            line(&format!("Sent to {}. The server answered: {}", sent.to.join(", "), sent.answer));
        }
        return Ok(0);
    }
    let found = notice::notices(&app, ConnectionRef { id }).await?;
    if arguments.json {
        json(&found)?;
    } else {
        show(&found);
    }
    Ok(0)
}

fn show(found: &Notices) {
    line(&match (found.to.is_empty(), found.on_failure) {
        (true, _) => "Told of failures: nobody. notice.email in the connection file says whom.".to_owned(),
        (false, true) => format!("Told of failures: {}", found.to.join(", ")),
        (false, false) => format!("Told of failures: nobody; switched off for {}", found.to.join(", ")),
    });
    match &found.server {
        Some(server) => {
            let password =
                if found.password_stored { "its password is stored" } else { "no password is stored" };
            line(&format!("Mail server: {server}; {password}"));
        }
        None => line("Mail server: none. Without one, nothing is sent by mail."),
    }
    if let Some(last) = &found.last {
        match (&last.problem, &last.answer) {
            (Some(problem), _) => line(&format!("Last mail: {} not sent: {}", last.at, words(problem))),
            (None, Some(answer)) => {
                line(&format!("Last mail: {} sent; the server answered: {answer}", last.at))
            }
            (None, None) => {}
        }
    }
    for told in &found.told {
        line(&format!("Told: {} {}", told.at, words(&told.message)));
    }
    for waiting in &found.waiting {
        line(&format!("Not sent yet: {}", words(waiting)));
    }
}
