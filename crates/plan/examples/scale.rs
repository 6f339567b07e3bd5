//! How long planning takes and how much memory it needs, with both sides in memory.
//!
//! `cargo run --release -p usher-plan --example scale -- [PEOPLE] [GROUPS] [MEMBERSHIPS] [initial|in-step]`; the defaults
//! are 100,000 people, 500 groups, 1,000,000 memberships, in step but for one person in a hundred.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures time and prints its figures"
)]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use usher_mapping::{ObjectType, Profile, Table, compile, defaults};
use usher_plan::{
    Assignment, Attribute, Capabilities, Cycle, DigestKey, GroupRecord, Guards, Link, Links, ObjectKind,
    Origin, Policy, Request, SourceBuilder, SourcePart, SourceSnapshot, TargetBuilder, TargetPart,
    TargetSnapshot, UserRecord, plan,
};

struct Size {
    people: usize,
    groups: usize,
    members_each: usize,
}

impl Size {
    /// The people of a group: a run that starts somewhere else for every group.
    fn members(&self, group: usize) -> impl Iterator<Item = usize> {
        let people = self.people;
        (0..self.members_each).map(move |at| (group * 7919 + at) % people)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| {
        arguments.get(at).and_then(|text: &String| text.parse().ok()).unwrap_or(default)
    };
    let (people, groups) = (number(0, 100_000), number(1, 500));
    let members_each = (number(2, 1_000_000) / groups.max(1)).min(people);
    let size = Size { people, groups, members_each };
    let initial = arguments.get(3).is_some_and(|word| word == "initial");

    let profile = Profile::Goto;
    let mappings = defaults(profile);
    let table =
        |object, mapping| compile(profile, object, mapping).table.expect("the default tables are right");
    let (users, teams) =
        (table(ObjectType::User, &mappings.users), table(ObjectType::Group, &mappings.groups));
    let (source, source_time) = timed(|| source(&size, &users));
    let (target, target_time) =
        timed(|| if initial { target(&Size { people: 0, groups: 0, ..size }) } else { target(&size) });
    let (links, links_time) = timed(|| if initial { Links::default() } else { links(&size) });
    let before = peak_mb();
    let (policy, guards, capabilities) =
        (Policy::local(profile), Guards::default(), Capabilities::of(profile));
    let (plan, plan_time) = timed(|| {
        plan(&Request {
            connection: "scale",
            practice: true,
            cycle: Cycle::Initial,
            made_at: Timestamp::UNIX_EPOCH,
            configuration: "",
            target_url: "",
            linked_at: None,
            watermark: "",
            source: &source,
            target: &target,
            links: &links,
            decisions: usher_plan::Decisions::NONE,
            mappings: &mappings,
            users: &users,
            groups: &teams,
            assigned_only: true,
            ring: None,
            guards: &guards,
            acting: &[],
            last_read: None,
            policy: &policy,
            capabilities: &capabilities,
            key: &DigestKey::new([0; 32]),
            only: None,
            mending: None,
        })
    });
    println!("{} people, {} groups, {} memberships", people, groups, groups * members_each);
    println!("source {source_time:?}, target {target_time:?}, links {links_time:?}, plan {plan_time:?}");
    println!("peak before planning {before} MB, after {} MB", peak_mb());
    println!("{:?}", plan.counts);
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The most memory that the process ever had, where the system tells (Linux).
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn user_id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-{number:012x}")
}

fn group_id(number: usize) -> String {
    format!("{number:08x}-1111-4111-8111-{number:012x}")
}

fn source(size: &Size, users: &Table) -> SourceSnapshot {
    let mut builder = SourceBuilder::new(users.source_attributes(), ["displayName"]);
    builder.role("role", "User", None);
    for number in 0..size.people {
        let id = user_id(number);
        // One person in a hundred changed department.
        let department = format!("Department {}", if number % 100 == 0 { 99 } else { number % 40 });
        builder.user(&UserRecord {
            id: &id,
            display: &format!("Given{} Family{number}", number % 500),
            account_enabled: true,
            soft_deleted: false,
            attributes: &[
                ("userPrincipalName", Attribute::Text(&format!("person{number}@contoso.com"))),
                ("givenName", Attribute::Text(&format!("Given{}", number % 500))),
                ("surname", Attribute::Text(&format!("Family{number}"))),
                ("department", Attribute::Text(&department)),
                ("employeeId", Attribute::Text(&number.to_string())),
            ],
        });
        builder.assignment(Assignment { principal: &id, role: "role" });
    }
    for number in 0..size.groups {
        let (id, name) = (group_id(number), format!("Team {number}"));
        builder.group(&GroupRecord {
            id: &id,
            display: &name,
            security_enabled: true,
            attributes: &[("displayName", Attribute::Text(&name))],
        });
        builder.assignment(Assignment { principal: &id, role: "role" });
        for member in size.members(number) {
            builder.member(&id, &user_id(member), true);
        }
    }
    for part in [SourcePart::Users, SourcePart::Groups, SourcePart::Members, SourcePart::Assignments] {
        builder.completed(part);
    }
    builder.finish()
}

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// GoTo's keys have about 19 digits.
fn account_id(number: usize) -> String {
    (1_000_000_000_000_000_000_u64 + number as u64).to_string()
}

fn team_id(number: usize) -> String {
    (2_000_000_000_000_000_000_u64 + number as u64).to_string()
}

fn target(size: &Size) -> TargetSnapshot {
    let (department, employee) = (format!("{ENTERPRISE}:department"), format!("{ENTERPRISE}:employeeNumber"));
    let paths = ["externalId", "name.givenName", "name.familyName", &*department, &*employee];
    let mut builder = TargetBuilder::new(paths, ["externalId"]);
    for number in 0..size.people {
        let attributes = [
            ("userName", Attribute::Text(&format!("person{number}@contoso.com"))),
            ("externalId", Attribute::Text(&user_id(number))),
            ("active", Attribute::Boolean(true)),
            ("name.givenName", Attribute::Text(&format!("Given{}", number % 500))),
            ("name.familyName", Attribute::Text(&format!("Family{number}"))),
            (&*department, Attribute::Text(&format!("Department {}", number % 40))),
            (&*employee, Attribute::Text(&number.to_string())),
        ];
        builder.object(ObjectKind::User, &account_id(number), None, &attributes);
    }
    for number in 0..size.groups {
        let id = team_id(number);
        let (name, external) = (format!("Team {number}"), group_id(number));
        let attributes =
            [("displayName", Attribute::Text(&name)), ("externalId", Attribute::Text(&external))];
        builder.object(ObjectKind::Group, &id, None, &attributes);
        for member in size.members(number) {
            builder.member(&id, &account_id(member));
        }
    }
    for part in [TargetPart::Users, TargetPart::Groups, TargetPart::Members] {
        builder.completed(part);
    }
    builder.finish()
}

fn links(size: &Size) -> Links {
    let link = |kind, source: String, target: String| Link {
        kind,
        source: source.into(),
        target: target.into(),
        origin: Origin::Created,
        active: true,
        managed: true,
    };
    let people = (0..size.people).map(|number| link(ObjectKind::User, user_id(number), account_id(number)));
    let teams = (0..size.groups).map(|number| link(ObjectKind::Group, group_id(number), team_id(number)));
    people.chain(teams).collect()
}
