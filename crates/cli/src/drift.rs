//! `usher drift` and `usher orphans`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::host::{Existing, find, free, open, write_file};
use crate::operate::watched;
use crate::options::OrphanOptions;
use crate::output::{json, line, lines};
use usher_commands::drift::{self, Account, Choice, Differing, Differs, Plan, Unmanaged};
use usher_commands::{preview as previews, words};

/// Shows what was changed there, and saves the plan that mends it if asked to.
pub async fn drift(
    connection: &str,
    out: Option<(&Path, Existing)>,
    arguments: &Arguments,
) -> Result<u8, Failure> {
    if let Some((path, existing)) = out {
        free([path], existing)?;
    }
    let app = open(arguments).await?;
    let id = find(&app, connection).await?;
    let found = drift::drift(&app, &id, out.is_some(), &watched()).await?;
    if arguments.json {
        json(&found)?;
    } else {
        found.differences.iter().for_each(|one| line(&difference(one)));
        let people: BTreeSet<_> = found.differences.iter().map(|one| (one.kind, &one.source)).collect();
        match found.differences.len() {
            0 => line("Nothing was changed there since Usher wrote last."),
            number => line(&format!("{number} differences in {} people and groups.", people.len())),
        }
        if found.waiting > 0 {
            line(&format!(
                "{} more are the next cycle's business: Entra changed since the last one, or writing failed before.",
                found.waiting
            ));
        }
    }
    save(found.plan.as_ref(), out, arguments)
}

fn difference(one: &Differing) -> String {
    let value =
        |value: &Option<String>| value.as_deref().map_or("empty".to_owned(), |text| format!("{text:?}"));
    let attribute = one.attribute.as_deref().unwrap_or_default();
    let (name, there, expected) = (&one.name, value(&one.there), value(&one.expected));
    match one.differs {
        Differs::Value => format!("{name}: {attribute} is {there}, should be {expected}"),
        Differs::Gone => format!("{name}: was removed there, and is made again or found anew"),
        Differs::MemberMissing => format!("{name}: the member {expected} is missing"),
        Differs::MemberTooMany => format!("{name}: {there} is a member, and should not be"),
        Differs::CannotClear => {
            format!("{name}: {attribute} is {there}, Entra has no value; provisioning cannot clear it")
        }
    }
}

/// Lists accounts and memberships without anybody in scope, and saves a plan if asked to.
pub async fn orphans(options: &OrphanOptions, arguments: &Arguments) -> Result<u8, Failure> {
    free(options.out.as_deref(), options.force.into())?;
    let app = open(arguments).await?;
    let id = find(&app, &options.connection).await?;
    let choice = Choice { only: options.only.clone(), memberships: options.memberships };
    let found = drift::orphans(&app, &id, options.out.as_ref().map(|_| &choice), &watched()).await?;
    if arguments.json {
        json(&found)?;
    } else {
        list("Orphans: Usher keeps these accounts, and nobody in scope has them.", &found.orphans);
        list(
            "Not in scope: Entra knows these people, Usher does not keep their accounts.",
            &found.out_of_scope,
        );
        list("Strangers: nobody in Entra has these accounts. They are never touched.", &found.strangers);
        if !found.memberships.is_empty() {
            line("Memberships that nobody gave, in groups that Usher keeps:");
            found.memberships.iter().for_each(|group| line(&members(group)));
        }
        line(&format!(
            "{} orphans, {} not in scope, {} strangers. {} who left are disabled already.",
            found.orphans.len(),
            found.out_of_scope.len(),
            found.strangers.len(),
            found.disabled
        ));
    }
    let out = options.out.as_deref().map(|path| (path, options.force.into()));
    save(found.plan.as_ref(), out, arguments)
}

fn list(title: &str, accounts: &[Account]) {
    if accounts.is_empty() {
        return;
    }
    line(title);
    for account in accounts {
        let state = if account.active { "" } else { " (inactive)" };
        let why = account.because.as_ref().map(|why| format!(": {}", words(&drift::because(why))));
        line(&format!("  {:<40} {}{state}{}", account.name, account.display, why.unwrap_or_default()));
    }
}

fn members(group: &Unmanaged) -> String {
    let names: Vec<&str> = group.members.iter().map(|member| &*member.display).collect();
    format!("  {}: {}", group.display, names.join(", "))
}

/// Writes the plan, and says what to do with it.
fn save(plan: Option<&Plan>, out: Option<(&Path, Existing)>, arguments: &Arguments) -> Result<u8, Failure> {
    let say = |text: &str| {
        if !arguments.json {
            line(text);
        }
    };
    match (plan, out) {
        (Some(plan), Some((path, existing))) if !plan.is_empty() => {
            write_file(path, &previews::to_json(plan)?, existing)?;
            if !arguments.json {
                lines(&previews::to_text(plan));
            }
            for guard in previews::guards(plan) {
                say(&words(&guard));
            }
            say(&format!("Saved. `usher apply {}` carries out exactly this plan.", path.display()));
        }
        (_, Some(_)) => say("There is nothing to mend, so no plan was saved. Nothing has been sent."),
        (_, None) => say("Nothing has been sent. --out PLAN saves a plan."),
    }
    Ok(0)
}
