//! Groups: security groups, a Microsoft 365 group, a nested one, an empty one, and further teams.

use serde_json::{Value, json};

use super::Directory;
use super::people::Person;
use crate::world::World;

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A security group whose people get the application.
    Assigned,
    /// A security group that holds other groups, and a few people directly; assigned too.
    Nested,
    /// A Microsoft 365 group: not security enabled.
    Unified,
    /// A security group without members.
    Empty,
    /// A security group that has nothing to do with the application.
    Other,
}

/// The first six; more groups are further teams.
const FIRST: [(&str, Role); 6] = [
    ("GoTo – Commercial", Role::Assigned),
    ("GoTo – Product", Role::Assigned),
    ("GoTo – Support & Operations", Role::Assigned),
    ("Marketing Café ☕", Role::Unified),
    ("GoTo – Everyone (nested)", Role::Nested),
    ("New starters", Role::Empty),
];

/// A group that was made.
pub struct Made {
    /// Object id.
    pub id: String,
    /// What it is for.
    pub role: Role,
}

/// How somebody gets the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through one of the assigned groups.
    Group,
    /// Directly, with the role `User`.
    Direct,
    /// Directly, with Default Access.
    DefaultAccess,
    /// Not at all.
    None,
}

/// How the person at this position gets the application.
pub fn way(index: usize, groups: &[Made]) -> Way {
    match index % 20 {
        16 => Way::None,
        _ if index == 8 => Way::DefaultAccess,
        2 | 12 => Way::Direct,
        _ if groups.iter().any(|group| group.role == Role::Assigned) => Way::Group,
        _ => Way::Direct,
    }
}

/// Adds the groups and returns them in order.
pub fn generate(world: &World, directory: &mut Directory, people: &[Person]) -> Vec<Made> {
    let made: Vec<(Made, String)> = (0..world.options.groups)
        .map(|index| {
            let id = world.random.uuid(&format!("group/{index}"));
            match FIRST.get(index) {
                Some((name, role)) => (Made { id, role: *role }, (*name).to_owned()),
                None => (Made { id, role: Role::Other }, format!("Team {:03}", index + 1)),
            }
        })
        .collect();
    let (groups, names): (Vec<Made>, Vec<String>) = made.into_iter().unzip();
    let mut teams = teams(world, &groups, people);
    for (index, (group, name)) in groups.iter().zip(&names).enumerate() {
        let members = match group.role {
            Role::Other => std::mem::take(&mut teams[index - FIRST.len()]),
            _ => members(index, &groups, people),
        };
        directory.put_group(&group.id, attributes(index, group.role, name), members);
    }
    groups
}

/// The members of each further team: everybody is in one or two of them.
fn teams(world: &World, groups: &[Made], people: &[Person]) -> Vec<Vec<String>> {
    let mut teams = vec![Vec::new(); groups.iter().filter(|group| group.role == Role::Other).count()];
    let count = teams.len() as u64;
    for person in people.iter().filter(|_| count > 0) {
        let draw = |n: u8| world.random.below(&format!("team{n}/{}", person.index), count) as usize;
        let (one, two) = (draw(1), draw(2));
        teams[one].push(person.id.clone());
        if two != one {
            teams[two].push(person.id.clone());
        }
    }
    teams
}

fn members(index: usize, groups: &[Made], people: &[Person]) -> Vec<String> {
    let of_role = |role: Role| groups.iter().filter(move |group| group.role == role).count();
    let picked = |keep: &dyn Fn(&Person) -> bool| -> Vec<String> {
        people.iter().filter(|person| keep(person)).map(|person| person.id.clone()).collect()
    };
    match groups[index].role {
        Role::Assigned => {
            let assigned = of_role(Role::Assigned);
            picked(&|person| way(person.index, groups) == Way::Group && person.index % assigned == index)
        }
        Role::Nested => {
            let nested = groups.iter().take(2).map(|group| group.id.clone());
            let direct = picked(&|person| way(person.index, groups) == Way::Group && person.index % 17 == 1);
            nested.chain(direct).collect()
        }
        Role::Unified => picked(&|person| person.index % 7 == 1),
        Role::Empty | Role::Other => Vec::new(),
    }
}

fn attributes(index: usize, role: Role, name: &str) -> Value {
    let unified = role == Role::Unified;
    let nickname = format!("group{index:04}");
    let mut group = json!({
        "displayName": name,
        "description": match role {
            Role::Nested => "Holds other groups; provisioning looks at direct members only.",
            Role::Unified => "A Microsoft 365 group; it cannot be used for provisioning.",
            _ => "A security group of the practice tenant.",
        },
        "securityEnabled": !unified,
        "mailEnabled": unified,
        "mailNickname": nickname,
        "groupTypes": if unified { json!(["Unified"]) } else { json!([]) },
        "isAssignableToRole": false,
        "proxyAddresses": [],
        "createdDateTime": "2021-06-01T07:00:00Z",
        "renewedDateTime": "2021-06-01T07:00:00Z",
    });
    if unified {
        group["mail"] = format!("{nickname}@{}", super::DOMAIN).into();
        group["visibility"] = "Private".into();
    }
    group
}
