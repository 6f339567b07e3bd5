//! `usher ring`.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{find, is_file, open};
use crate::output::{json, line};
use usher_commands::dto::{Message, Ring};
use usher_commands::ring::{Change, look};
use usher_commands::words;

/// Shows who goes first and how many wait; lets others in, or everybody.
pub async fn ring(connection: &str, change: &Change, arguments: &Arguments) -> Result<u8, Failure> {
    if is_file(connection) && (change.all || !change.people.is_empty() || !change.groups.is_empty()) {
        // `run FILE` carries out the file as it is: a ring beside it would be lost with the next cycle.
        return Err(Failure::Usage(
            "A connection file says itself who goes first: ring = [\"OBJECT-ID\"] under [scope]. Change it there, or give the \
             connection's id or name instead of the file."
                .to_owned(),
        ));
    }
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let looked = look(&app, &id, change).await?;
    if arguments.json {
        json(&looked)?;
        return Ok(0);
    }
    match &looked.ring {
        Some(ring) => show(ring),
        None => {
            line("Everybody who is assigned is let in: in Microsoft's service the assignment is the ring.")
        }
    }
    if !looked.live {
        line(
            "This is the draft, which is not live yet: `usher preview` shows what it does, `usher on` makes it live.",
        );
    }
    Ok(0)
}

fn show(ring: &Ring) {
    if ring.everybody {
        line("Everybody in scope gets an account.");
    } else {
        line("Only these people and groups get new accounts:");
        for member in &ring.members {
            let people = match member.kind.as_str() {
                "group" => format!("{} in scope", member.people),
                "user" if member.people == 0 => "not in scope".to_owned(),
                "user" => "in scope".to_owned(),
                _ => "not in Entra".to_owned(),
            };
            let detail = if member.detail.is_empty() { &member.id } else { &member.detail };
            line(&format!("{:<8} {:<32} {:<40} {people}", member.kind, member.name, detail));
        }
    }
    let about = if ring.about { "about " } else { "" };
    let Ring { in_scope, provisioned, next, waiting, waiting_groups, .. } = ring;
    line(&format!(
        "{about}{in_scope} people in scope: {provisioned} are provisioned, {next} come with the next cycle, {waiting} wait."
    ));
    if *waiting_groups > 0 {
        line(&format!("{waiting_groups} groups wait."));
    }
    if !ring.everybody {
        line(&words(&Message::new("ring-takes-nothing")));
    }
}
