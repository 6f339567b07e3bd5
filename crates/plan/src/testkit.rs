//! Tiny worlds for tests: name a world, change one fact, look at the plan.
//!
//! A [`World`] is both sides and the links between them; [`World::apply`] carries a plan out in memory, as faithfully as
//! a service provider that keeps everything would.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
pub use usher_mapping::Profile;
use usher_mapping::{
    AttributeMapping, FilterClause, FilterGroup, Mappings, ObjectType, Table, compile, defaults,
};

use crate::decisions::Decisions;
use crate::digest::DigestKey;
use crate::fill::Filling;
use crate::guards::Guards;
use crate::model::{Action, Change, Cycle, Member, ObjectKind, Operation, Plan, ScimId, Value};
use crate::pending::{PendingState, Waiting};
use crate::policy::Policy;
use crate::request::{Capabilities, Only, Request};
use crate::snapshot::{
    APP_ROLE_ASSIGNMENTS, Assignment, Attribute, GroupRecord, Link, Links, Origin, Sizes, SourceBuilder,
    SourcePart, SourceSnapshot, TargetBuilder, TargetPart, TargetSnapshot, UserRecord,
};

/// The role that assignments in these worlds carry.
pub const ROLE: &str = "role-user";

/// With what the digests of these worlds are made.
pub const KEY: DigestKey = DigestKey::new([1; 32]);

/// A person in Entra, with id `u-<name>`.
#[derive(Debug, Clone)]
pub struct Person {
    /// Values by their names in the synchronization schema.
    pub attributes: BTreeMap<String, String>,
    /// Values of attributes that have several.
    pub lists: BTreeMap<String, Vec<String>>,
    /// `accountEnabled`.
    pub enabled: bool,
    /// In the recycle bin.
    pub soft_deleted: bool,
    /// Roles that are assigned directly.
    pub roles: BTreeSet<String>,
}

/// A group in Entra, with id `g-<name>`.
#[derive(Debug, Clone)]
pub struct Team {
    /// `displayName`.
    pub display: String,
    /// `securityEnabled`.
    pub security: bool,
    /// Ids of direct members.
    pub members: BTreeSet<String>,
    /// Roles that are assigned to the group.
    pub roles: BTreeSet<String>,
}

/// An account or a group at the service provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Values by attribute path.
    pub attributes: BTreeMap<String, Value>,
    /// Ids of members; only for groups.
    pub members: BTreeSet<String>,
    /// `meta.version`, where the service provider keeps versions.
    pub version: Option<String>,
}

/// Both sides, and everything that a plan needs besides.
#[derive(Debug, Clone)]
pub struct World {
    /// The target profile.
    pub profile: Profile,
    /// People in Entra, by name.
    pub people: BTreeMap<String, Person>,
    /// Groups in Entra, by name.
    pub groups: BTreeMap<String, Team>,
    /// Ids that Entra says were removed for good.
    pub purged: BTreeSet<String>,
    /// Accounts at the service provider, by id.
    pub accounts: BTreeMap<String, Account>,
    /// Groups at the service provider, by id.
    pub teams: BTreeMap<String, Account>,
    /// Links, by kind and source id.
    pub links: BTreeMap<(ObjectKind, String), Link>,
    /// What a person decided about accounts.
    pub decisions: Decisions,
    /// Deletes that wait, likewise.
    pub waiting: BTreeMap<(ObjectKind, String), Waiting>,
    /// When plans are made.
    pub now: Timestamp,
    /// The mappings.
    pub mappings: Mappings,
    /// The guards.
    pub guards: Guards,
    /// Whom Usher signs in as.
    pub acting: Vec<String>,
    /// How much the last read held.
    pub last_read: Option<Sizes>,
    /// Where the links were made.
    pub linked_at: Option<String>,
    /// The policy.
    pub policy: Policy,
    /// What the service provider keeps.
    pub capabilities: Capabilities,
    /// Only assigned people and groups.
    pub assigned_only: bool,
    /// Ids of whoever may get an account; everybody when absent.
    pub ring: Option<BTreeSet<String>>,
    /// Values of the application's roles, by id.
    pub roles: BTreeMap<String, String>,
    /// Parts of the source that were not read to their end.
    pub interrupted: BTreeSet<SourcePart>,
    /// Attributes of people that Entra was not asked for.
    pub unread: BTreeSet<String>,
    /// Parts of the target that were not read to their end.
    pub target_interrupted: BTreeSet<TargetPart>,
    /// Which pass is planned, where it is not on demand.
    pub cycle: Cycle,
    /// On demand, only these.
    pub only: Option<Only>,
    /// In which order pages arrive: rotated by so many places.
    pub rotated: usize,
    next_id: u64,
}

impl Default for World {
    fn default() -> Self {
        Self::new(Profile::Goto)
    }
}

impl World {
    /// An empty world under the local runner's rules.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            purged: BTreeSet::new(),
            accounts: BTreeMap::new(),
            teams: BTreeMap::new(),
            links: BTreeMap::new(),
            decisions: Decisions::default(),
            waiting: BTreeMap::new(),
            now: Timestamp::UNIX_EPOCH,
            mappings: defaults(profile),
            guards: Guards::default(),
            acting: Vec::new(),
            last_read: None,
            linked_at: None,
            policy: Policy::local(profile),
            capabilities: Capabilities::of(profile),
            assigned_only: true,
            ring: None,
            roles: BTreeMap::from([(ROLE.to_owned(), "User".to_owned())]),
            interrupted: BTreeSet::new(),
            unread: BTreeSet::new(),
            target_interrupted: BTreeSet::new(),
            cycle: Cycle::Initial,
            only: None,
            rotated: 0,
            next_id: 1,
        }
    }

    /// Adds an enabled person `u-<name>` with user name `<name>@contoso.com`, assigned directly.
    pub fn assigned(&mut self, name: &str) -> &mut Person {
        let person = self.unassigned(name);
        person.roles.insert(ROLE.to_owned());
        person
    }

    /// Adds an enabled person without an assignment.
    pub fn unassigned(&mut self, name: &str) -> &mut Person {
        let mut given = name.to_owned();
        if let Some(first) = given.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let attributes = [
            ("userPrincipalName", format!("{name}@contoso.com")),
            ("displayName", format!("{given} Doe")),
            ("givenName", given),
            ("surname", "Doe".to_owned()),
        ];
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let person = Person {
            attributes,
            lists: BTreeMap::new(),
            enabled: true,
            soft_deleted: false,
            roles: BTreeSet::new(),
        };
        self.people.insert(name.to_owned(), person);
        self.person(name)
    }

    /// Adds a security group `g-<name>` with these people as members, not assigned.
    pub fn group(&mut self, name: &str, members: &[&str]) -> &mut Team {
        let team = Team {
            display: name.to_owned(),
            security: true,
            members: members.iter().map(|member| format!("u-{member}")).collect(),
            roles: BTreeSet::new(),
        };
        self.groups.insert(name.to_owned(), team);
        self.groups.get_mut(name).expect("it was just added")
    }

    /// Adds an assigned security group.
    pub fn assigned_group(&mut self, name: &str, members: &[&str]) -> &mut Team {
        let team = self.group(name, members);
        team.roles.insert(ROLE.to_owned());
        team
    }

    /// Adds an account that nobody is linked to, with this user name, and gives its id.
    pub fn account(&mut self, user_name: &str) -> String {
        let id = self.new_id();
        let attributes = [
            ("userName".to_owned(), Value::Text(user_name.to_owned())),
            ("active".to_owned(), Value::Boolean(true)),
        ];
        self.accounts.insert(
            id.clone(),
            Account { attributes: attributes.into_iter().collect(), ..Account::default() },
        );
        id
    }

    /// A person, to change a fact.
    ///
    /// # Panics
    /// When there is no such person.
    pub fn person(&mut self, name: &str) -> &mut Person {
        self.people.get_mut(name).expect("the world has this person")
    }

    /// Plans and carries out until nothing is left to do, approving whatever guards ask.
    ///
    /// # Panics
    /// When that does not end: a plan that was carried out must not come back.
    pub fn settle(&mut self) {
        for _ in 0..3 {
            let plan = self.plan();
            if plan.operations.is_empty() {
                return;
            }
            self.apply(&plan);
        }
        panic!("the world does not settle:\n{}", crate::render(&self.plan()));
    }

    /// The plan for this world.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.with_request(crate::plan)
    }

    /// Hands the request of this world to `look`.
    pub fn with_request<T>(&self, look: impl FnOnce(&Request<'_>) -> T) -> T {
        let (users, groups) = (self.table(ObjectType::User), self.table(ObjectType::Group));
        let (source, target) = (self.source(), self.target(&users, &groups));
        let waiting =
            self.waiting.iter().map(|((kind, source), waiting)| ((*kind, source.as_str().into()), *waiting));
        let links = self.links.values().cloned().collect::<Links>().waiting_for(waiting);
        look(&Request {
            connection: "contoso",
            practice: true,
            cycle: if self.only.is_some() { Cycle::OnDemand } else { self.cycle },
            made_at: self.now,
            configuration: "0",
            target_url: "http://127.0.0.1/scim",
            linked_at: self.linked_at.as_deref(),
            watermark: "0",
            source: &source,
            target: &target,
            links: &links,
            decisions: &self.decisions,
            mappings: &self.mappings,
            users: &users,
            groups: &groups,
            assigned_only: self.assigned_only,
            ring: self.ring.as_ref(),
            guards: &self.guards,
            acting: &self.acting,
            last_read: self.last_read,
            policy: &self.policy,
            capabilities: &self.capabilities,
            key: &KEY,
            only: self.only.as_ref(),
            mending: None,
        })
    }

    /// Lets only these people and groups get accounts, by id.
    pub fn only_ring(&mut self, ids: &[&str]) {
        self.ring = Some(ids.iter().map(|&id| id.to_owned()).collect());
    }

    /// Lets only those people in whose attribute compares so; called again, it adds a filter, of which one suffices.
    pub fn filter(&mut self, attribute: &str, operator: &str, values: &[&str]) {
        let clause = FilterClause {
            attribute: attribute.to_owned(),
            operator: operator.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let name = format!("filter {}", self.mappings.users.scope.len() + 1);
        self.mappings.users.scope.push(FilterGroup { name, clauses: vec![clause] });
    }

    /// Changes the mapping row of a target attribute of people.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn user_row(&mut self, target: &str) -> &mut AttributeMapping {
        let mut rows = self.mappings.users.attributes.iter_mut();
        rows.find(|row| row.target == target).expect("the mappings have this row")
    }

    /// The source as pages would give it.
    #[must_use]
    pub fn source(&self) -> SourceSnapshot {
        let attributes =
            self.people.values().flat_map(|person| person.attributes.keys().chain(person.lists.keys()));
        let filtered = self.mappings.users.scope.iter().flat_map(|group| &group.clauses);
        let attributes = attributes.chain(filtered.map(|clause| &clause.attribute)).map(String::as_str);
        let attributes = attributes.chain([APP_ROLE_ASSIGNMENTS]);
        let attributes: BTreeSet<&str> = attributes.filter(|name| !self.unread.contains(*name)).collect();
        let mut builder = SourceBuilder::new(attributes, ["displayName"]);
        for (id, value) in &self.roles {
            builder.role(id, "User", Some(value));
        }
        for (name, person) in self.order(&self.people) {
            let id = format!("u-{name}");
            let single =
                person.attributes.iter().map(|(name, value)| (name.as_str(), Attribute::Text(value)));
            let several = person.lists.iter().map(|(name, values)| {
                (name.as_str(), Attribute::Texts(values.iter().map(String::as_str).collect()))
            });
            let values: Vec<_> = single.chain(several).collect();
            builder.user(&UserRecord {
                id: &id,
                display: person.attributes.get("displayName").map_or(name, String::as_str),
                account_enabled: person.enabled,
                soft_deleted: person.soft_deleted,
                attributes: &values,
            });
            for role in &person.roles {
                builder.assignment(Assignment { principal: &id, role });
            }
        }
        for (name, team) in self.order(&self.groups) {
            let id = format!("g-{name}");
            builder.group(&GroupRecord {
                id: &id,
                display: &team.display,
                security_enabled: team.security,
                attributes: &[("displayName", Attribute::Text(&team.display))],
            });
            for member in &team.members {
                builder.member(&id, member, true);
            }
            for role in &team.roles {
                builder.assignment(Assignment { principal: &id, role });
            }
        }
        for id in &self.purged {
            builder.removed(id);
        }
        for part in SourcePart::ALL {
            if self.interrupted.contains(&part) {
                builder.interrupted(part, "page-failed");
            } else {
                builder.completed(part);
            }
        }
        builder.finish()
    }

    /// The target as pages would give it.
    #[must_use]
    pub fn target(&self, users: &Table, groups: &Table) -> TargetSnapshot {
        let paths = |table: &Table| -> Vec<String> {
            table.rows().iter().map(|row| row.target.to_string()).collect()
        };
        let (users, groups) = (paths(users), paths(groups));
        let mut builder =
            TargetBuilder::new(users.iter().map(String::as_str), groups.iter().map(String::as_str));
        for (kind, objects) in [(ObjectKind::User, &self.accounts), (ObjectKind::Group, &self.teams)] {
            for (id, account) in self.order(objects) {
                let values: Vec<_> =
                    account.attributes.iter().map(|(path, value)| (path.as_str(), read(value))).collect();
                builder.object(kind, id, account.version.as_deref(), &values);
                for member in &account.members {
                    builder.member(id, member);
                }
            }
        }
        for part in [TargetPart::Users, TargetPart::Groups, TargetPart::Members] {
            if self.target_interrupted.contains(&part) {
                builder.interrupted(part, "page-failed");
            } else {
                builder.completed(part);
            }
        }
        builder.finish()
    }

    /// Carries a plan out.
    ///
    /// # Panics
    /// When the plan names an object that is not there.
    pub fn apply(&mut self, plan: &Plan) {
        let filling = self.filling();
        for operation in &plan.operations {
            self.carry_out(operation, &filling);
        }
        self.remember(plan);
    }

    /// Remembers which deletes wait, and whom the plan let go.
    fn remember(&mut self, plan: &Plan) {
        for pending in &plan.pending {
            let key = (pending.kind, pending.source.to_string());
            match pending.state {
                PendingState::Begins => {
                    let waiting = Waiting { since: pending.since, due: pending.due, kept: false };
                    self.waiting.insert(key, waiting);
                }
                PendingState::Ends => drop(self.waiting.remove(&key)),
                PendingState::Waits | PendingState::Due | PendingState::Kept => {}
            }
        }
        self.waiting.retain(|key, _| self.links.contains_key(key));
        let manages = plan.manages().map(|(kind, id)| (kind, id, true));
        for (kind, id, managed) in plan.lets_go().map(|(kind, id)| (kind, id, false)).chain(manages) {
            if let Some(link) = self.links.get_mut(&(kind, id.to_string())) {
                link.managed = managed;
            }
        }
    }

    /// What fills in the open values of a plan for this world.
    #[must_use]
    pub fn filling(&self) -> Filling {
        Filling {
            source: self.source(),
            users: self.table(ObjectType::User),
            groups: self.table(ObjectType::Group),
            made_at: self.now,
            boolean: self.policy.boolean,
            key: KEY,
        }
    }

    fn carry_out(&mut self, operation: &Operation, filling: &Filling) {
        let written = |change: &Change| match &change.after {
            Value::Reference(person) => Value::Text(self.target_of(person)),
            Value::Drawn { .. } | Value::Redacted { .. } => {
                let seed = [u8::try_from(operation.id).expect("these worlds are tiny"); 32];
                filling.value(operation, change, seed).expect("nothing changed since the plan was made")
            }
            value => value.clone(),
        };
        let source = operation.source.as_ref().expect("operations of these worlds have a source").to_string();
        let written: Vec<(String, Value)> =
            operation.changes.iter().map(|change| (change.attribute.to_string(), written(change))).collect();
        let target = operation.target.as_ref().map(ToString::to_string);
        let key = (operation.kind, source.clone());
        match operation.action {
            Action::Create => {
                let id = self.new_id();
                let attributes = written.into_iter().collect();
                self.objects(operation.kind).insert(id.clone(), Account { attributes, ..Account::default() });
                self.links.insert(key, link(operation.kind, &source, &id, Origin::Created));
            }
            Action::Link => {
                let target = target.expect("a link names its target");
                self.links.insert(key, link(operation.kind, &source, &target, Origin::Adopted));
            }
            Action::Update | Action::Disable => {
                let target = target.expect("a change names its target");
                let account = self.objects(operation.kind).get_mut(&target).expect("the account is there");
                account.attributes.extend(written);
                if operation.kind == ObjectKind::User {
                    let active = operation.action != Action::Disable;
                    let link = self.links.get_mut(&key).expect("only linked people change");
                    (link.active, link.managed) = (active, !operation.lets_go());
                }
            }
            Action::SetReferences => {
                let account = target.unwrap_or_else(|| self.links[&key].target.to_string());
                let account = self.accounts.get_mut(&account).expect("the account is there");
                account.attributes.extend(written);
            }
            Action::Delete => {
                self.objects(operation.kind).remove(&target.expect("a delete names its target"));
                self.links.remove(&key);
            }
            Action::AddMembers | Action::RemoveMembers => {
                let group = target.unwrap_or_else(|| self.links[&key].target.to_string());
                let members: Vec<String> =
                    operation.members.iter().map(|member| self.target_of(member)).collect();
                let listed = &mut self.teams.get_mut(&group).expect("the group is there").members;
                for member in members {
                    if operation.action == Action::AddMembers {
                        assert!(listed.insert(member), "a member is added once");
                    } else {
                        assert!(listed.remove(&member), "only members are removed");
                    }
                }
            }
        }
    }

    fn target_of(&self, member: &Member) -> String {
        member.target.as_ref().map(ToString::to_string).unwrap_or_else(|| {
            let source = member.source.as_ref().expect("a member without account has a source").to_string();
            self.links[&(ObjectKind::User, source)].target.to_string()
        })
    }

    fn objects(&mut self, kind: ObjectKind) -> &mut BTreeMap<String, Account> {
        match kind {
            ObjectKind::User => &mut self.accounts,
            ObjectKind::Group => &mut self.teams,
        }
    }

    fn table(&self, object: ObjectType) -> Table {
        let mapping = match object {
            ObjectType::User => &self.mappings.users,
            ObjectType::Group => &self.mappings.groups,
        };
        let compilation = compile(self.profile, object, mapping);
        compilation.table.unwrap_or_else(|| panic!("the mappings are wrong: {:?}", compilation.findings))
    }

    fn new_id(&mut self) -> String {
        self.next_id += 1;
        format!("t{}", self.next_id - 1)
    }

    fn order<'a, T>(&self, items: &'a BTreeMap<String, T>) -> impl Iterator<Item = (&'a String, &'a T)> {
        let start = self.rotated.checked_rem(items.len()).unwrap_or(0);
        items.iter().cycle().skip(start).take(items.len())
    }
}

fn link(kind: ObjectKind, source: &str, target: &str, origin: Origin) -> Link {
    Link { kind, source: source.into(), target: target.into(), origin, active: true, managed: true }
}

fn read(value: &Value) -> Attribute<'_> {
    match value {
        Value::Boolean(value) => Attribute::Boolean(*value),
        Value::Integer(value) => Attribute::Integer(*value),
        Value::Text(text) => Attribute::Text(text),
        Value::Texts(texts) => Attribute::Texts(texts.iter().map(String::as_str).collect()),
        Value::Drawn { placeholder, .. } => Attribute::Text(placeholder),
        Value::Redacted { redacted } => Attribute::Text(redacted),
        Value::Reference(person) => Attribute::Text(person.target.as_ref().map_or("", ScimId::as_str)),
    }
}
