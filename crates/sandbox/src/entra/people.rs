//! Realistic people, the same for the same seed: several scripts, long names, guests, disabled accounts, gaps.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::names::{CULTURES, Culture, DEPARTMENTS, LONG, Name, TITLES};
use super::{DOMAIN, Directory, SUBDOMAIN};
use crate::world::World;

/// One person as far as grouping and assigning care.
pub struct Person {
    /// Object id.
    pub id: String,
    /// Position, from 0.
    pub index: usize,
    /// A partner's account.
    pub guest: bool,
}

/// Adds the people and returns them in order. The position decides the special cases, so that every small world
/// has them at the same place whatever its seed.
pub fn generate(world: &World, directory: &mut Directory) -> Vec<Person> {
    let mut taken = BTreeSet::new();
    let mut people = Vec::with_capacity(world.options.users);
    for index in 0..world.options.users {
        let id = world.random.uuid(&format!("user/{index}"));
        let (given, surname, culture) = name(world, index);
        let local = local_part(given, surname, &mut taken);
        let guest = index % 20 == 7;
        directory.put_user(&id, attributes(world, index, given, surname, culture, &local));
        people.push(Person { id, index, guest });
    }
    for person in &people {
        directory.set_manager(&person.id, manager(&people, person.index));
    }
    people
}

/// Who leads the person at this position: in teams of eight the first one, and the first ones of teams by the first of all.
/// The first of all and partners have nobody; two lead each other, as happens where somebody made a slip.
fn manager(people: &[Person], index: usize) -> Option<&str> {
    let first = index - index % TEAM;
    let at = match index {
        0 => return None,
        _ if people[index].guest => return None,
        SLIP => SLIP + 1,
        _ if index == SLIP + 1 => SLIP,
        _ if index == first => 0,
        _ => first,
    };
    people.get(at).map(|person| person.id.as_str())
}

/// People in a team, with whoever leads it.
const TEAM: usize = 8;
/// The first of two who lead each other.
const SLIP: usize = 18;

fn name(world: &World, index: usize) -> (Name, Name, &'static Culture) {
    let pick =
        |what: &str, bound: usize| world.random.below(&format!("{what}/{index}"), bound as u64) as usize;
    let mut at = pick("culture", 24) as u64;
    let mut culture = &CULTURES[0];
    for candidate in CULTURES {
        culture = candidate;
        if at < candidate.weight {
            break;
        }
        at -= candidate.weight;
    }
    if index % 50 == 3 {
        return (LONG.0, LONG.1, culture);
    }
    let given = culture.given[pick("given", culture.given.len())];
    let surname = culture.surnames[pick("surname", culture.surnames.len())];
    (given, surname, culture)
}

/// `given.surname`, with a number for the second of the same name: user principal names are unique.
fn local_part(given: Name, surname: Name, taken: &mut BTreeSet<String>) -> String {
    let plain = format!("{}.{}", given.1, surname.1);
    let mut local = plain.clone();
    let mut number = 1;
    while !taken.insert(local.clone()) {
        number += 1;
        local = format!("{plain}{number}");
    }
    local
}

fn attributes(
    world: &World,
    index: usize,
    given: Name,
    surname: Name,
    culture: &Culture,
    local: &str,
) -> Value {
    let (department, division, cost_center) = DEPARTMENTS[index % DEPARTMENTS.len()];
    let title = TITLES[world.random.below(&format!("title/{index}"), TITLES.len() as u64) as usize];
    let domain = if index % 6 == 4 { SUBDOMAIN } else { DOMAIN };
    let display_name = match culture.language {
        "ja-JP" => format!("{}{}", surname.0, given.0),
        _ => format!("{} {}", given.0, surname.0),
    };
    let mut user = json!({
        "accountEnabled": index % 15 != 11,
        "displayName": display_name,
        "givenName": given.0,
        "surname": surname.0,
        "userPrincipalName": format!("{local}@{domain}"),
        "mail": format!("{local}@{domain}"),
        "mailNickname": local.chars().filter(char::is_ascii_alphanumeric).collect::<String>(),
        "userType": "Member",
        "jobTitle": format!("{title}, {department}"),
        "department": department,
        "companyName": "Northwind Practice",
        "employeeId": format!("{:06}", 100_000 + index),
        "employeeType": "Employee",
        "employeeOrgData": { "division": division, "costCenter": cost_center },
        "preferredLanguage": culture.language,
        "usageLocation": culture.country,
        "country": culture.country,
        "createdDateTime": format!("2021-{:02}-{:02}T08:30:00Z", 1 + index % 12, 1 + index % 28),
        "businessPhones": [format!("+49 30 5550{index:05}")],
        "proxyAddresses": [format!("SMTP:{local}@{domain}")],
    });
    if index % 20 == 7 {
        user["userType"] = "Guest".into();
        user["creationType"] = "Invitation".into();
        user["externalUserState"] = "Accepted".into();
        user["mail"] = format!("{local}@partner.example").into();
        user["otherMails"] = json!([format!("{local}@partner.example")]);
        user["userPrincipalName"] = format!("{local}_partner.example#EXT#@{DOMAIN}").into();
        user["employeeId"] = Value::Null;
        user["employeeOrgData"] = Value::Null;
    }
    if index % 18 == 9 {
        // A former name lives on as the mail address.
        user["mail"] = format!("{}.former{index}@{domain}", given.1).into();
    }
    if index % 12 == 5 {
        user["department"] = Value::Null;
        user["employeeOrgData"] = Value::Null;
    }
    if index % 25 == 13 {
        user["surname"] = Value::Null;
        user["displayName"] = given.0.into();
    }
    if index % 30 == 14 {
        user["mail"] = Value::Null;
        user["proxyAddresses"] = Value::Null;
    }
    user
}
