//! Seats before everybody comes. Provisioning gives nobody a product: a User Sync rule at GoTo does, by group, and takes a
//! seat for each (GoTo support, "Set up and run User Sync"). Rules cannot be read, so a person gets a list of what to make.

use std::sync::Arc;

use usher_goto::{AdminMe, Class, GotoError, Licence};
use usher_mapping::Profile;
use usher_plan::{Action, ObjectKind, Plan, Policy};
use usher_runner::config::Connection;

use crate::app::App;
use crate::dto::{
    AccountSeats, CheckResult, CommandError, ConnectionRef, ErrorCode, LicenceSeats, Message, Seats,
    SyncGroup,
};
use crate::loaded::{Loaded, load};
use crate::people::{self, Looked, Pushed};
use crate::preview::{self, Standing};
use crate::{access, sign_in};

/// The scope that the Admin API needs.
const SCOPE: &str = "identity:";

/// Counts seats and people, and lists the groups that need a rule. Reads only, and stops nobody.
pub async fn seats(app: &Arc<App>, request: ConnectionRef) -> Result<Seats, CommandError> {
    let loaded = load(app, &request.id).await?;
    let connection = &loaded.connection;
    let mut missing = Vec::new();
    let mut found = Seats {
        applies: connection.profile != Profile::Scim,
        summary: Message::new("seats-none"),
        result: CheckResult::Information,
        missing: Vec::new(),
        accounts: Vec::new(),
        groups: Vec::new(),
        notes: Vec::new(),
        read_at: app.now().to_string(),
    };
    if !found.applies {
        return Ok(found);
    }
    found.accounts = accounts(app, &loaded, &mut missing).await?;
    let looked = looked(app, connection, &mut missing).await;
    let expected = match preview::standing(&loaded).await? {
        Standing::Ready(plan) | Standing::Guarded(plan) => Some(new_people(&plan)),
        // Without a current preview everybody in scope could be new.
        Standing::Absent | Standing::Stale => looked.as_ref().map(|looked| looked.people.in_scope),
    };
    let free = free_seats(&found.accounts);
    (found.result, found.summary) = weigh(expected, free.as_deref());
    if pushes_groups(connection) {
        let groups = looked.map(|looked| looked.pushed).unwrap_or_default();
        found.groups = groups.into_iter().map(|group| rule(group, free.as_deref())).collect();
        found.notes.push(Message::new("seats-no-products"));
        if !connection.scope.assigned_only {
            found.notes.push(Message::new("seats-all-groups"));
        }
    } else {
        found.notes.push(Message::new("seats-no-groups"));
    }
    found.notes.push(Message::new("seats-where"));
    found.notes.push(Message::new("seats-mail"));
    found.missing = missing;
    Ok(found)
}

/// Whether groups come to GoTo: User Sync goes by nothing else.
fn pushes_groups(connection: &Connection) -> bool {
    Policy::local(connection.profile).groups && connection.mappings.groups.enabled
}

fn new_people(plan: &Plan) -> u32 {
    let new = |operation: &&usher_plan::Operation| {
        operation.kind == ObjectKind::User && operation.action == Action::Create
    };
    u32::try_from(plan.operations.iter().filter(new).count()).unwrap_or(u32::MAX)
}

/// People and groups in scope, where Entra can be read.
async fn looked(app: &App, connection: &Connection, missing: &mut Vec<Message>) -> Option<Looked> {
    let read = async {
        let graph = access::graph(app, connection).await?;
        people::look(&graph, connection).await
    };
    match read.await {
        Ok(looked) => Some(looked),
        // Earlier steps tell it where it belongs: nobody is signed in, or no application is chosen.
        Err(problem)
            if matches!(problem.code, ErrorCode::SignIn | ErrorCode::Keyring | ErrorCode::Invalid) =>
        {
            None
        }
        Err(problem) => {
            missing.push(Message::new("seats-people-unread").text("why", crate::words(&problem.message)));
            None
        }
    }
}

/// Every account of whoever is signed in: which one is meant, only a person knows.
async fn accounts(
    app: &App,
    loaded: &Loaded,
    missing: &mut Vec<Message>,
) -> Result<Vec<AccountSeats>, CommandError> {
    let connection = &loaded.connection;
    if connection.target.token.is_some() || connection.target.admin_url.is_none() {
        missing.push(Message::new("seats-other-token"));
        return Ok(Vec::new());
    }
    let Some(account) = sign_in::accounts(app, loaded).await?.goto else {
        missing.push(Message::new("seats-not-authorized"));
        return Ok(Vec::new());
    };
    if !account.scopes.iter().any(|held| held == SCOPE) {
        missing.push(Message::new("seats-scope").text("scope", SCOPE));
        return Ok(Vec::new());
    }
    let Some(admin) = access::admin(app, connection).await? else {
        missing.push(Message::new("seats-other-address"));
        return Ok(Vec::new());
    };
    let me = match admin.me().await {
        Ok(me) => me,
        Err(problem) => {
            missing.push(refused(problem)?);
            return Ok(Vec::new());
        }
    };
    missing.extend(who_may_sync(&me));
    let mut all = Vec::with_capacity(me.accounts.len());
    for account in me.accounts {
        let name = account.name.unwrap_or_else(|| account.key.clone());
        match admin.licences(&account.key).await {
            Ok(licences) => all.push(AccountSeats {
                licences: licences.into_items().into_iter().map(licence).collect(),
                key: account.key,
                name,
            }),
            Err(problem) if problem.class == Class::NeedsOrganisationRole => {
                missing.push(Message::new("seats-role").text("account", name));
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    if all.is_empty() && missing.is_empty() {
        missing.push(Message::new("seats-no-account"));
    }
    Ok(all)
}

/// A refusal is told and stops nobody; GoTo being away is an error that can be tried again.
fn refused(problem: GotoError) -> Result<Message, CommandError> {
    match problem.class {
        // GoTo refuses a token without the scope in the same words as one that is no longer good.
        Class::BadToken | Class::MissingScope | Class::Forbidden => {
            Ok(Message::new("seats-refused").text("scope", SCOPE))
        }
        Class::NeedsOrganisationRole => Ok(Message::new("seats-not-allowed")),
        _ => Err(problem.into()),
    }
}

/// Rules are made by somebody with both kinds of rights; who is signed in here may lack one of them.
fn who_may_sync(me: &AdminMe) -> Option<Message> {
    if me.org_admin == Some(false) {
        Some(Message::new("seats-not-organisation-admin"))
    } else if me.administers_products() {
        None
    } else {
        Some(Message::new("seats-not-product-admin"))
    }
}

fn licence(found: Licence) -> LicenceSeats {
    let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    LicenceSeats {
        free: found.free().filter(|_| found.devices_only != Some(true)),
        name: found.description.clone().unwrap_or_else(|| found.products.join(", ")),
        key: found.key,
        products: found.products,
        enabled: found.enabled != Some(false),
        seats: found.seats.map(count),
        used: found.user_count.map(count),
    }
}

/// Licences in force with the number of their free seats, most first; `None` where no licence was read.
fn free_seats(accounts: &[AccountSeats]) -> Option<Vec<(&str, u32)>> {
    if accounts.is_empty() {
        return None;
    }
    let licences = accounts.iter().flat_map(|account| &account.licences).filter(|licence| licence.enabled);
    let mut free: Vec<(&str, u32)> =
        licences.filter_map(|licence| Some((licence.name.as_str(), licence.free?))).collect();
    free.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    Some(free)
}

/// Whether all free seats together suffice. Which licence people need is a matter of rules that cannot be read.
fn weigh(expected: Option<u32>, free: Option<&[(&str, u32)]>) -> (CheckResult, Message) {
    let Some(free) = free else { return (CheckResult::Information, Message::new("seats-unknown")) };
    let free = free.iter().fold(0u32, |sum, (_, free)| sum.saturating_add(*free));
    match expected {
        None => (CheckResult::Information, Message::new("seats-free").number("free", free)),
        Some(expected) if expected > free => {
            let short = expected - free;
            let message = Message::new("seats-short")
                .number("free", free)
                .number("people", expected)
                .number("short", short);
            (CheckResult::Warning, message)
        }
        Some(expected) => {
            let enough = Message::new("seats-enough").number("free", free).number("people", expected);
            (CheckResult::Passed, enough)
        }
    }
}

/// The rule that a group needs, and which licences have a seat for each of its people.
fn rule(group: Pushed, free: Option<&[(&str, u32)]>) -> SyncGroup {
    let people = group.people;
    let (result, advice) = match free {
        None => (CheckResult::Information, Message::new("seats-choose")),
        Some(free) => match free.iter().filter(|(_, free)| *free >= people).collect::<Vec<_>>().as_slice() {
            [] => {
                let most = free.first().map_or(0, |(_, free)| *free);
                (CheckResult::Warning, Message::new("seats-none-fits").number("most", most))
            }
            fitting => {
                let names: Vec<String> =
                    fitting.iter().map(|(name, free)| format!("{name} ({free})")).collect();
                (CheckResult::Passed, Message::new("seats-fits").text("licences", names.join(", ")))
            }
        },
    };
    SyncGroup { name: group.name, people, result, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licence(name: &str, free: Option<u32>, enabled: bool) -> LicenceSeats {
        let name = name.to_owned();
        LicenceSeats {
            key: name.clone(),
            name,
            products: vec![],
            enabled,
            seats: Some(9),
            used: Some(9),
            free,
        }
    }

    fn account(licences: Vec<LicenceSeats>) -> Vec<AccountSeats> {
        vec![AccountSeats { key: "1".to_owned(), name: "One".to_owned(), licences }]
    }

    #[test]
    fn shared_seats_and_licences_that_are_over_count_for_nothing() {
        let all = account(vec![
            licence("Webinar", Some(2), true),
            licence("Shared", None, true),
            licence("Over", Some(50), false),
            licence("Meeting", Some(5), true),
        ]);
        let free = free_seats(&all).expect("licences were read");
        assert_eq!(free, [("Meeting", 5), ("Webinar", 2)]);
        assert_eq!(free_seats(&[]), None, "nothing was read, which is not nothing free");
    }

    #[test]
    fn too_few_seats_are_told_with_their_numbers() {
        let free = [("Meeting", 5), ("Webinar", 2)];
        for (expected, result, id) in [
            (Some(7), CheckResult::Passed, "seats-enough"),
            (Some(8), CheckResult::Warning, "seats-short"),
            (Some(0), CheckResult::Passed, "seats-enough"),
            (None, CheckResult::Information, "seats-free"),
        ] {
            let (found, summary) = weigh(expected, Some(&free));
            assert_eq!((found, summary.id.as_str()), (result, id), "{expected:?}");
        }
        let said = crate::words(&weigh(Some(9), Some(&free)).1);
        for text in ["9 new people", "only 7 seats", "2 people would get an account and no product"] {
            assert!(said.contains(text), "{text}: {said}");
        }
        assert_eq!(weigh(Some(8), None).1.id, "seats-unknown");
    }

    #[test]
    fn a_group_is_told_which_licences_have_a_seat_for_everybody() {
        let free = [("Meeting", 5), ("Webinar", 2)];
        let of = |people| rule(Pushed { name: "Sales".to_owned(), people }, Some(&free));
        assert_eq!(crate::words(&of(2).advice), "Choose the product, such as Meeting (5), Webinar (2)");
        assert!(crate::words(&of(3).advice).ends_with("Meeting (5)"));
        assert_eq!((of(6).result, of(6).advice.id.as_str()), (CheckResult::Warning, "seats-none-fits"));
        let unknown = rule(Pushed { name: "Sales".to_owned(), people: 2 }, None);
        assert_eq!(unknown.advice.id, "seats-choose");
    }
}
