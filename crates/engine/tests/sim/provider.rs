//! A model of a service provider: strict, unique keys, and everything it was asked is written down.

use std::collections::{BTreeMap, BTreeSet};

use usher_engine::{Facts, LookUp, ReadBack, Refusal, Reply, Seen, Trouble, Write, still_shows};
use usher_plan::{Change, EntraObjectId, Key, ObjectKind, ScimId, Value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub kind: ObjectKind,
    pub attributes: BTreeMap<String, Value>,
    pub members: BTreeSet<ScimId>,
    /// Lists show it from then on.
    pub listed_at: u64,
    /// Look-ups find it from then on.
    pub found_at: u64,
    /// Counts changes.
    pub version: u64,
}

impl Account {
    pub fn key(&self) -> Option<&str> {
        match self.attributes.get(key_attribute(self.kind)) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// What another administrator does by hand. Numbers choose among what is there.
#[derive(Debug, Clone, Copy)]
pub enum Stranger {
    /// Gives somebody another family name.
    Renames(u64),
    /// Takes somebody's access away.
    Deactivates(u64),
    /// Removes an account.
    Removes(u64),
    /// Takes somebody out of a group, or puts somebody in.
    Moves(u64, u64),
    /// Makes an account for this user name, where there is none.
    Invites(u64),
}

#[derive(Debug, Default, Clone)]
pub struct Provider {
    pub accounts: BTreeMap<ScimId, Account>,
    /// Keys taken by identities outside the organisation.
    pub outside: BTreeSet<String>,
    /// Whether a taken key is not noticed: whoever asks twice gets two.
    pub careless: bool,
    /// Requests in any second, 0 for no limit.
    pub cap: u32,
    pub retry_after: Option<u64>,
    /// Lists lag behind by so much.
    pub lag: u64,
    /// So do look-ups, by so much.
    pub look_up_lag: u64,
    /// Whether it keeps to itself which id it gave what it made.
    pub tells_no_id: bool,
    /// No credentials are accepted in this span.
    pub locked_out: Option<(u64, u64)>,
    /// From then on a sign-in page answers in its place.
    pub page_from: Option<u64>,
    /// Keys for which every write is answered with 503.
    pub poison: BTreeSet<String>,
    /// User names that no group takes.
    pub unfit: BTreeSet<String>,
    pub arrivals: Vec<u64>,
    pub throttled: Vec<u64>,
    /// POSTs received by key.
    pub posts: BTreeMap<(ObjectKind, String), u32>,
    /// Objects made by key.
    pub made: BTreeMap<(ObjectKind, String), u32>,
    /// Accounts removed by other administrators, by key.
    pub taken_away: BTreeMap<String, u32>,
    /// Objects that lost access or were removed.
    pub removed: BTreeSet<ScimId>,
    pub writes: u32,
    /// Whether it keeps versions, and how many writes it refused because of them.
    pub versions: bool,
    pub changed: u32,
    pub next: u64,
}

/// What stands there of a value that was written: of another person's account, its id.
fn kept(value: &Value) -> Value {
    match value {
        Value::Reference(person) => {
            let account = person.target.as_ref().expect("the machine fills in who is named");
            Value::Text(account.to_string())
        }
        value => value.clone(),
    }
}

pub fn key_attribute(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::User => "userName",
        ObjectKind::Group => "displayName",
    }
}

impl Provider {
    pub fn add(&mut self, kind: ObjectKind, id: &str, attributes: &[(&str, Value)]) -> ScimId {
        let id = ScimId::from(id);
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let account =
            Account { kind, attributes, members: BTreeSet::new(), listed_at: 0, found_at: 0, version: 1 };
        self.accounts.insert(id.clone(), account);
        id
    }

    fn nth(&self, kind: ObjectKind, number: u64) -> Option<ScimId> {
        let all: Vec<_> = self.accounts.iter().filter(|(_, account)| account.kind == kind).collect();
        Some(all.get(number.checked_rem(all.len() as u64)? as usize)?.0.clone())
    }

    /// Another administrator did something.
    pub fn edited(&mut self, what: Stranger) {
        let person = |number| self.nth(ObjectKind::User, number);
        match what {
            Stranger::Renames(number) | Stranger::Deactivates(number) => {
                let Some(account) = person(number).and_then(|id| self.accounts.get_mut(&id)) else { return };
                let (name, value) = match what {
                    Stranger::Renames(_) => ("name.familyName", Value::Text("Elsewhere".to_owned())),
                    _ => ("active", Value::Boolean(false)),
                };
                account.attributes.insert(name.to_owned(), value);
                account.version += 1;
            }
            Stranger::Removes(number) => {
                let Some(id) = person(number) else { return };
                let key = self.key_of(&id).unwrap_or_default().to_owned();
                *self.taken_away.entry(key).or_default() += 1;
                self.accounts.remove(&id);
                for account in self.accounts.values_mut() {
                    account.members.remove(&id);
                }
            }
            Stranger::Moves(group, number) => {
                let (group, member) = (self.nth(ObjectKind::Group, group), person(number));
                let Some((group, member)) = group.zip(member) else { return };
                let group = self.accounts.get_mut(&group).expect("it is there");
                group.version += 1;
                if !group.members.remove(&member) {
                    group.members.insert(member);
                }
            }
            Stranger::Invites(number) => {
                let name = format!("p{number}@contoso.com");
                if self.find(ObjectKind::User, &name).is_empty() {
                    let id = format!("s-{}", self.accounts.len() + self.next as usize);
                    let attributes = [("userName", Value::Text(name)), ("active", Value::Boolean(true))];
                    self.add(ObjectKind::User, &id, &attributes);
                }
            }
        }
    }

    pub fn key_of(&self, id: &ScimId) -> Option<&str> {
        self.accounts.get(id)?.key()
    }

    pub fn find(&self, kind: ObjectKind, key: &str) -> Vec<ScimId> {
        let wanted = |(_, account): &(&ScimId, &Account)| account.kind == kind && account.key() == Some(key);
        self.accounts.iter().filter(wanted).map(|(id, _)| id.clone()).collect()
    }

    /// Who may in: `Err` for a request that is refused at the door.
    fn door(&mut self, now: u64) -> Result<(), Refusal> {
        let recent = self.arrivals.iter().rev().take_while(|at| **at + 1000 > now).count() as u32;
        if self.cap > 0 && recent >= self.cap {
            self.throttled.push(now);
            return Err(Refusal::Throttled);
        }
        self.arrivals.push(now);
        if self.page_from.is_some_and(|from| from <= now) {
            return Err(Refusal::WrongAddress);
        }
        match self.locked_out {
            Some((from, to)) if (from..to).contains(&now) => Err(Refusal::Authentication),
            _ => Ok(()),
        }
    }

    pub fn write(&mut self, write: &Write, now: u64) -> Reply {
        let refused = |class| Reply::Refused { class, detail: format!("{class:?}"), retry_after: None };
        match self.door(now) {
            Ok(()) => {}
            Err(Refusal::Throttled) => {
                let detail = "too many requests".to_owned();
                return Reply::Refused { class: Refusal::Throttled, detail, retry_after: self.retry_after };
            }
            Err(class) => return refused(class),
        }
        self.writes += 1;
        if let Write::Create { changes, .. } | Write::Update { changes, .. } = write {
            let named = |value: &Value| match value {
                Value::Reference(person) => person.target.clone(),
                _ => None,
            };
            let mut named = changes.iter().filter_map(|change| named(&change.after));
            if named.any(|account| !self.accounts.contains_key(&account)) {
                return refused(Refusal::Invalid);
            }
        }
        let done = |target: Option<ScimId>| Reply::Done { target, etag: None };
        match write {
            Write::Create { kind, changes, .. } => {
                let attributes: BTreeMap<String, Value> = changes
                    .iter()
                    .map(|change| (change.attribute.to_string(), kept(&change.after)))
                    .collect();
                let Some(Value::Text(key)) = attributes.get(key_attribute(*kind)).cloned() else {
                    return refused(Refusal::Invalid);
                };
                *self.posts.entry((*kind, key.clone())).or_default() += 1;
                if self.poison.contains(&key) {
                    return refused(Refusal::Server);
                }
                if self.outside.contains(&key) || (!self.careless && !self.find(*kind, &key).is_empty()) {
                    return refused(Refusal::Conflict);
                }
                *self.made.entry((*kind, key)).or_default() += 1;
                self.next += 1;
                let id = ScimId::from(format!("n-{}", self.next));
                let members = BTreeSet::new();
                let (listed_at, found_at) = (now + self.lag, now + self.look_up_lag);
                let account = Account { kind: *kind, attributes, members, listed_at, found_at, version: 1 };
                self.accounts.insert(id.clone(), account);
                done(Some(id).filter(|_| !self.tells_no_id))
            }
            Write::Update { target, changes, disables, version, .. } => {
                if self.key_of(target).is_some_and(|key| self.poison.contains(key)) {
                    return refused(Refusal::Server);
                }
                if self.changed(target, version.as_deref(), changes) {
                    return refused(Refusal::Changed);
                }
                if *disables {
                    self.removed.insert(target.clone());
                }
                let Some(account) = self.accounts.get_mut(target) else { return refused(Refusal::NotFound) };
                account.version += 1;
                for change in changes {
                    account.attributes.insert(change.attribute.to_string(), kept(&change.after));
                }
                done(None)
            }
            Write::Delete { target, version, .. } => {
                if self.changed(target, version.as_deref(), &[]) {
                    return refused(Refusal::Changed);
                }
                self.removed.insert(target.clone());
                if self.accounts.remove(target).is_none() {
                    return refused(Refusal::NotFound);
                }
                for account in self.accounts.values_mut() {
                    account.members.remove(target);
                }
                done(None)
            }
            Write::AddMembers { group, members } | Write::RemoveMembers { group, members } => {
                assert!(members.len() <= 100, "at most 100 members in one request, not {}", members.len());
                assert!(!members.is_empty(), "a request without members says nothing");
                let unfit = |member| self.key_of(member).is_none_or(|key| self.unfit.contains(key));
                if members.iter().any(unfit) {
                    return refused(Refusal::Invalid);
                }
                let adds = matches!(write, Write::AddMembers { .. });
                let Some(account) = self.accounts.get_mut(group) else { return refused(Refusal::NotFound) };
                account.version += 1;
                for member in members {
                    if adds {
                        account.members.insert(member.clone());
                    } else {
                        account.members.remove(member);
                    }
                }
                done(None)
            }
        }
    }

    /// Whether the object is no longer what the plan saw. As the runner's writer has it: another version will do while it
    /// shows everything that is to be changed as it was.
    fn changed(&mut self, target: &ScimId, version: Option<&str>, changes: &[Change]) -> bool {
        let Some((now, version)) = self.accounts.get(target).zip(version) else { return false };
        if version == now.version.to_string() {
            return false;
        }
        let seen = Seen { attributes: now.attributes.clone() };
        let changed = changes.is_empty() || !still_shows(&seen, changes);
        self.changed += u32::from(changed);
        changed
    }

    pub fn look_up(
        &mut self,
        kind: ObjectKind,
        key: &Key,
        links: &BTreeMap<(ObjectKind, EntraObjectId), ScimId>,
        now: u64,
    ) -> LookUp {
        if let Err(refusal) = self.door(now) {
            return LookUp::Failed(self.trouble(refusal));
        }
        assert_eq!(key.attribute, key_attribute(kind), "looked up by the matching attribute");
        let mut found = self.find(kind, &key.value);
        found.retain(|id| self.accounts[id].found_at <= now);
        match found.as_slice() {
            [] => LookUp::NotFound,
            [target] => {
                let owner = links.iter().find(|((of, _), id)| *of == kind && *id == target);
                LookUp::Found {
                    target: target.clone(),
                    linked_to: owner.map(|((_, source), _)| source.clone()),
                }
            }
            several => LookUp::Several { count: several.len() as u32 },
        }
    }

    pub fn read_back(&mut self, wanted: &ReadBack, now: u64) -> Result<Facts, Trouble> {
        self.door(now).map_err(|refusal| self.trouble(refusal))?;
        let listed = |id: &ScimId| {
            let account = self.accounts.get(id).filter(|account| account.listed_at <= now)?;
            Some((id.clone(), Seen { attributes: account.attributes.clone() }))
        };
        let members = |id: &ScimId| Some((id.clone(), self.accounts.get(id)?.members.clone()));
        Ok(Facts {
            users: wanted.users.iter().filter_map(listed).collect(),
            groups: wanted.groups.iter().filter_map(listed).collect(),
            members: wanted.members_of.iter().filter_map(members).collect(),
        })
    }

    fn trouble(&self, refusal: Refusal) -> Trouble {
        match refusal {
            Refusal::Throttled => Trouble::Throttled { retry_after: self.retry_after },
            Refusal::WrongAddress => Trouble::WrongAddress { detail: "a page".to_owned() },
            _ => Trouble::Authentication { detail: "not authorised".to_owned() },
        }
    }
}
