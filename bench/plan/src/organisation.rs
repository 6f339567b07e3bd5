//! Both sides of an organisation in memory, as reading them would give them, page by page.

use jiff::Timestamp;
use usher_expression::Context;
use usher_mapping::{Mappings, ObjectType, Profile, Table, TargetValue, compile, defaults};
use usher_plan::{
    Assignment, Attribute, Capabilities, Cycle, DigestKey, GroupRecord, Guards, Link, Links, ObjectKind,
    Origin, Policy, Request, SourceBuilder, SourcePart, SourceSnapshot, Subject, TargetBuilder, TargetPart,
    TargetSnapshot, UserRecord,
};

use crate::names::{goto_key, mixed, name, object_id};

const ROLE: &str = "0d4f4b2c-55a5-4c4a-8f38-3a3f6d0a7c11";
const GROUP: u64 = 1 << 40;
const DEPARTMENTS: [&str; 8] =
    ["Sales", "Research & Development", "Support", "Finanças", "IT", "People", "Legal", "Operations"];

/// How large an organisation is.
#[derive(Clone, Copy)]
pub struct Size {
    /// People, all of them in scope: through their groups, or directly where there are none.
    pub people: usize,
    /// Assigned groups: none, or at least as many as each person is in.
    pub groups: usize,
    /// How many groups each person is in.
    pub groups_each: usize,
}

/// What the service provider has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing yet: the first cycle.
    Empty,
    /// Everybody and everything, but nothing is linked: the first cycle where people are there already.
    Unlinked,
    /// Everybody and everything, linked and in step.
    InStep,
}

/// Everything that a plan is made from.
pub struct Organisation {
    source: SourceSnapshot,
    target: TargetSnapshot,
    links: Links,
    mappings: Mappings,
    users: Table,
    groups: Table,
    guards: Guards,
    policy: Policy,
    capabilities: Capabilities,
    key: DigestKey,
}

impl Organisation {
    /// An organisation whose people sign in at this domain, with GoTo's built-in mappings.
    #[must_use]
    pub fn new(size: Size, target: Target, domain: &str) -> Self {
        let mappings = defaults(Profile::Goto);
        let table =
            |object, mapping| compile(Profile::Goto, object, mapping).table.expect("built-in mappings");
        let users = table(ObjectType::User, &mappings.users);
        let groups = table(ObjectType::Group, &mappings.groups);
        let source = source(size, domain, &users, &groups);
        let (target, links) = match target {
            Target::Empty => (reading(&users, &groups).finish(), Links::default()),
            Target::Unlinked => (in_step(size, &source, &users, &groups), Links::default()),
            Target::InStep => (in_step(size, &source, &users, &groups), links(size)),
        };
        Self {
            source,
            target,
            links,
            mappings,
            users,
            groups,
            guards: Guards::default(),
            policy: Policy::local(Profile::Goto),
            capabilities: Capabilities::of(Profile::Goto),
            key: DigestKey::new([7; 32]),
        }
    }

    /// What is planned: a full pass over everybody.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        Request {
            connection: "bench",
            practice: true,
            cycle: Cycle::Initial,
            made_at: Timestamp::UNIX_EPOCH,
            configuration: "0",
            target_url: "practice",
            linked_at: None,
            watermark: "none",
            source: &self.source,
            target: &self.target,
            links: &self.links,
            decisions: usher_plan::Decisions::NONE,
            mappings: &self.mappings,
            users: &self.users,
            groups: &self.groups,
            assigned_only: true,
            ring: None,
            guards: &self.guards,
            acting: &[],
            last_read: None,
            policy: &self.policy,
            capabilities: &self.capabilities,
            key: &self.key,
            only: None,
            mending: None,
        }
    }
}

/// The groups of a person: as many as wanted, spread evenly, each once.
fn groups_of(size: Size, person: usize) -> impl Iterator<Item = u64> {
    let span = size.groups / size.groups_each.max(1);
    (0..size.groups_each).map(move |at| {
        let within = mixed((person as u64) << 8 | at as u64) as usize % span;
        GROUP + (at * span + within) as u64
    })
}

fn source(size: Size, domain: &str, users: &Table, groups: &Table) -> SourceSnapshot {
    let mut builder = SourceBuilder::new(users.source_attributes(), groups.source_attributes());
    builder.role(ROLE, "User", Some("User"));
    for at in 0..size.people {
        let seed = at as u64;
        let id = object_id(seed);
        let (given, family) = (name(seed, 2), name(seed ^ 0xFA, 3));
        let display = format!("{given} {family}");
        let user_name = format!("person{at}@{domain}");
        let employee = (100_000 + at).to_string();
        let department = DEPARTMENTS[at % DEPARTMENTS.len()];
        let cost_center = format!("CC{:03}", at % 200);
        builder.user(&UserRecord {
            id: &id,
            display: &display,
            account_enabled: true,
            soft_deleted: false,
            attributes: &[
                ("userPrincipalName", Attribute::Text(&user_name)),
                ("givenName", Attribute::Text(&given)),
                ("surname", Attribute::Text(&family)),
                ("department", Attribute::Text(department)),
                ("employeeId", Attribute::Text(&employee)),
                ("costCenter", Attribute::Text(&cost_center)),
                ("division", Attribute::Text("Northwind")),
            ],
        });
        for group in groups_of(size, at) {
            builder.member(&object_id(group), &id, true);
        }
        if size.groups == 0 {
            builder.assignment(Assignment { principal: &id, role: ROLE });
        }
    }
    for at in 0..size.groups {
        let id = object_id(GROUP + at as u64);
        let display = format!("Team {at:03}");
        builder.group(&GroupRecord {
            id: &id,
            display: &display,
            security_enabled: true,
            attributes: &[("displayName", Attribute::Text(&display))],
        });
        builder.assignment(Assignment { principal: &id, role: ROLE });
    }
    for part in [SourcePart::Users, SourcePart::Groups, SourcePart::Members, SourcePart::Assignments] {
        builder.completed(part);
    }
    builder.finish()
}

/// A target read to its end, in which nothing was found yet.
fn reading(users: &Table, groups: &Table) -> TargetBuilder {
    let paths = |table: &Table| table.rows().iter().map(|row| row.target.to_string()).collect::<Vec<_>>();
    let (users, groups) = (paths(users), paths(groups));
    let mut builder = TargetBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
    for part in [TargetPart::Users, TargetPart::Groups, TargetPart::Members] {
        builder.completed(part);
    }
    builder
}

/// The target as the mappings want it.
fn in_step(size: Size, source: &SourceSnapshot, users: &Table, groups: &Table) -> TargetSnapshot {
    let mut builder = reading(users, groups);
    for at in 0..size.people {
        let user = source.user(&object_id(at as u64)).expect("the person was added");
        let key = goto_key(at as u64);
        add(&mut builder, ObjectKind::User, &key, users, &Subject::user(user));
        for group in groups_of(size, at) {
            builder.member(&goto_key(group), &key);
        }
    }
    for at in (0..size.groups).map(|at| GROUP + at as u64) {
        let group = source.group(&object_id(at)).expect("the group was added");
        add(&mut builder, ObjectKind::Group, &goto_key(at), groups, &Subject::group(group));
    }
    builder.finish()
}

fn add(builder: &mut TargetBuilder, kind: ObjectKind, key: &str, table: &Table, subject: &Subject<'_>) {
    let flows = table.evaluate(subject, &Context::at(Timestamp::UNIX_EPOCH));
    let values = flows.iter().filter_map(|flow| {
        let value = flow.on_create().expect("the built-in mappings evaluate")?;
        Some((flow.target.to_string(), value))
    });
    let values: Vec<(String, &TargetValue)> = values.collect();
    let attributes: Vec<(&str, Attribute<'_>)> = values
        .iter()
        .map(|(path, value)| {
            let value = match value {
                TargetValue::Boolean(truth) => Attribute::Boolean(*truth),
                TargetValue::Integer(number) => Attribute::Integer(*number),
                TargetValue::Text(text) => Attribute::Text(text),
                TargetValue::Texts(texts) => Attribute::Texts(texts.iter().map(String::as_str).collect()),
            };
            (path.as_str(), value)
        })
        .collect();
    builder.object(kind, key, None, &attributes);
}

fn links(size: Size) -> Links {
    let people = (0..size.people).map(|at| (ObjectKind::User, at as u64));
    let groups = (0..size.groups).map(|at| (ObjectKind::Group, GROUP + at as u64));
    people
        .chain(groups)
        .map(|(kind, seed)| Link {
            kind,
            source: object_id(seed).into(),
            target: goto_key(seed).into(),
            origin: Origin::Created,
            active: true,
            managed: true,
        })
        .collect()
}
