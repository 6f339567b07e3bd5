//! The organisation, its accounts and everything its services remember.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::auth::Grants;
use super::keys::{Key, Mint};
use super::model::{
    Account, ENTERPRISE, Group, Licence, MemberKind, Object, OrgRole, Switches, User, folded,
};
use super::rate::Rates;
use crate::world::Dialect;

/// How to make the GoTo side of a world.
#[derive(Debug, Clone)]
pub struct Options {
    /// Decides every key, code and token.
    pub seed: u64,
    /// The dialect handed out.
    pub dialect: Dialect,
    /// The e-mail domains; the first one names the organisation. All are verified.
    pub domains: Vec<String>,
    /// User names that exist in the organisation from the start (people that Entra has too).
    pub existing: Vec<Existing>,
    /// User names with a GoTo identity outside the organisation: creating them is a 409 without a match.
    pub outside: Vec<String>,
    /// The redirect URIs of Microsoft's connector (the portal's Authorize page).
    pub connector_redirects: Vec<String>,
    /// Requests in any second, per API; none means no cap.
    pub rate: Option<u32>,
    /// The virtual time at the start.
    pub now: Timestamp,
}

impl Default for State {
    /// An organisation without people, for a world that is not filled yet.
    fn default() -> Self {
        Self::new(&Options {
            seed: 0,
            dialect: Dialect::default(),
            domains: Vec::new(),
            existing: Vec::new(),
            outside: Vec::new(),
            connector_redirects: Vec::new(),
            rate: None,
            now: Timestamp::UNIX_EPOCH,
        })
    }
}

/// A person who is in the organisation before provisioning starts.
#[derive(Debug, Clone)]
pub struct Existing {
    /// The sign-in name.
    pub user_name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
}

/// Everything behind GoTo's services.
#[derive(Debug)]
pub struct State {
    /// Keys and secrets.
    pub mint: Mint,
    /// The undocumented choices.
    pub switches: Switches,
    /// The verified domains, lower-case. Kept in step with the Organization Center.
    pub verified_domains: BTreeSet<String>,
    /// Users by key.
    pub users: BTreeMap<Key, User>,
    // Who has a user name, lower-cased: a create must not look at everybody.
    names: BTreeMap<String, BTreeSet<Key>>,
    /// Groups by key.
    pub groups: BTreeMap<Key, Group>,
    /// Lower-cased user names with an identity outside the organisation.
    pub outside: BTreeSet<String>,
    /// Product accounts.
    pub accounts: BTreeMap<Key, Account>,
    /// The practice admin.
    pub admin: Key,
    /// Passwords by lower-cased user name; only these people can sign in.
    pub passwords: BTreeMap<String, String>,
    /// A bearer token that never expires and may do everything; for clients that cannot sign in.
    pub scim_token: String,
    /// OAuth clients, codes and tokens.
    pub grants: Grants,
    /// The rate limit's memory.
    pub rates: Rates,
}

/// Why a change of the organisation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user name belongs to a user of the organisation.
    #[error("The user name is in use in this organisation.")]
    UserNameTaken,
    /// The user name belongs to an identity elsewhere.
    #[error("The user name is in use.")]
    IdentityElsewhere,
    /// The group name belongs to another group.
    #[error("The group name is in use in this organisation.")]
    GroupNameTaken,
    /// The address is not in a verified domain.
    #[error("userName must be an e-mail address in a verified domain of the organisation.")]
    DomainNotVerified,
    /// A member is not in the organisation.
    #[error("The member {0} is not in the organisation.")]
    UnknownMember(String),
    /// A group cannot contain itself.
    #[error("A group cannot be its own member.")]
    OwnMember,
}

impl State {
    /// The world at its start: the admin, the existing people, somebody nobody knows, one account with licences.
    pub fn new(options: &Options) -> Self {
        let mut mint = Mint::new(options.seed);
        let domain =
            options.domains.first().map_or_else(|| "practice.example".to_owned(), |name| name.to_lowercase());
        let scim_token = mint.secret("scim token");
        let grants = Grants::new(&mut mint, &options.connector_redirects);
        let admin_name = format!("goto.admin@{domain}");
        let password = mint.secret("admin password")[..16].to_owned();
        let mut state = Self {
            admin: mint.key(),
            mint,
            switches: Switches { dialect: options.dialect, rate: options.rate, ..Switches::default() },
            verified_domains: options.domains.iter().map(|name| name.to_lowercase()).collect(),
            users: BTreeMap::new(),
            names: BTreeMap::new(),
            groups: BTreeMap::new(),
            outside: options.outside.iter().map(|name| name.to_lowercase()).collect(),
            accounts: BTreeMap::new(),
            passwords: BTreeMap::from([(admin_name.clone(), password)]),
            scim_token,
            grants,
            rates: Rates::default(),
        };
        let account = state.start_account(&domain);
        let admin = state.start_user(
            state.admin,
            Existing {
                user_name: admin_name,
                given_name: "Gale".to_owned(),
                family_name: "Organisation".to_owned(),
            },
            options.now,
        );
        admin.role = OrgRole::Write;
        admin.account_roles.insert(account, BTreeSet::from(["SUPER_USER".to_owned()]));
        let stranger = Existing {
            user_name: format!("former.contractor@{domain}"),
            given_name: "Former".to_owned(),
            family_name: "Contractor".to_owned(),
        };
        for person in options.existing.iter().cloned().chain([stranger]) {
            state.add_existing(person, options.now);
        }
        state
    }

    /// Adds somebody who was in the organisation before.
    pub fn add_existing(&mut self, person: Existing, now: Timestamp) -> Key {
        let key = self.mint.key();
        self.start_user(key, person, now);
        key
    }

    fn start_account(&mut self, domain: &str) -> Key {
        let key = self.mint.key();
        let mut licence = |description: &str, products: &[&str], seats| Licence {
            key: self.mint.key(),
            description: description.to_owned(),
            products: products.iter().map(|&code| code.to_owned()).collect(),
            seats,
            enabled: true,
            users: BTreeSet::new(),
        };
        let licences = vec![
            licence("GoTo Meeting Business", &["G2M"], 25),
            licence("GoTo Connect Standard", &["JIVE", "G2M"], 40),
            licence("GoTo Webinar", &["G2W", "G2M"], 2),
        ];
        self.accounts.insert(key, Account { key, name: format!("{domain} practice account"), licences });
        key
    }

    fn start_user(&mut self, key: Key, person: Existing, now: Timestamp) -> &mut User {
        let mut attributes = Object::new();
        let display_name = format!("{} {}", person.given_name, person.family_name);
        attributes.insert("userName".to_owned(), person.user_name.into());
        attributes.insert("displayName".to_owned(), display_name.into());
        attributes.insert(
            "name".to_owned(),
            json!({"givenName": person.given_name, "familyName": person.family_name}),
        );
        attributes.insert("active".to_owned(), true.into());
        let user = new_user(key, attributes, now);
        self.named(user.user_name().to_lowercase(), key);
        self.users.entry(key).or_insert(user)
    }

    fn named(&mut self, name: String, key: Key) {
        self.names.entry(name).or_default().insert(key);
    }

    fn unnamed(&mut self, name: &str, key: Key) {
        if let Some(keys) = self.names.get_mut(name) {
            keys.remove(&key);
        }
    }

    /// The practice admin's user name, as long as the admin is in the organisation.
    pub fn admin_user_name(&self) -> Option<&str> {
        self.users.get(&self.admin).map(User::user_name)
    }

    /// The user of this name, in any case.
    pub fn user_by_name(&self, user_name: &str) -> Option<&User> {
        let keys = self.names.get(&user_name.to_lowercase())?;
        self.users.get(keys.first()?)
    }

    /// The key of the next user or group.
    pub fn next_key(&mut self) -> Key {
        self.mint.key()
    }

    /// Whether this user name may be given to `key` (none for a new user).
    pub fn check_user_name(&self, user_name: &str, key: Option<Key>) -> Result<(), Refusal> {
        if let Some(other) = self.user_by_name(user_name) {
            if Some(other.key) != key {
                return Err(Refusal::UserNameTaken);
            }
            return Ok(());
        }
        if self.outside.contains(&user_name.to_lowercase()) {
            return Err(Refusal::IdentityElsewhere);
        }
        if self.switches.verified_domains_only && !self.in_verified_domain(user_name) {
            return Err(Refusal::DomainNotVerified);
        }
        Ok(())
    }

    /// Whether this is an e-mail address of a verified domain.
    pub fn in_verified_domain(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else {
            return false;
        };
        !local.is_empty()
            && !local.contains(['@', ' ', '\t', '\n'])
            && self.verified_domains.contains(&domain.to_lowercase())
    }

    /// Whether this group name may be given to `key` (none for a new group).
    pub fn check_group_name(&self, name: &str, key: Option<Key>) -> Result<(), Refusal> {
        let wanted = name.to_lowercase();
        let taken = self.groups.values().any(|group| Some(group.key) != key && group.folded == wanted);
        if taken { Err(Refusal::GroupNameTaken) } else { Ok(()) }
    }

    /// The kind of a key that may become a member of `group`.
    pub fn member_kind(&self, member: &str, group: Option<Key>) -> Result<(Key, MemberKind), Refusal> {
        let unknown = || Refusal::UnknownMember(member.to_owned());
        let key: Key = member.parse().map_err(|_| unknown())?;
        if Some(key) == group {
            return Err(Refusal::OwnMember);
        }
        if self.users.contains_key(&key) {
            Ok((key, MemberKind::User))
        } else if self.groups.contains_key(&key) {
            Ok((key, MemberKind::Group))
        } else {
            Err(unknown())
        }
    }

    /// Stores a new user; the caller has checked the name.
    pub fn add_user(&mut self, mut attributes: Object, now: Timestamp) -> Key {
        self.switches.forget_dropped(&mut attributes);
        let key = self.next_key();
        let user = new_user(key, attributes, now);
        self.named(user.user_name().to_lowercase(), key);
        self.users.insert(key, user);
        self.follow_active(key);
        key
    }

    /// Replaces a user's attributes; nothing is counted as a change where nothing changed.
    pub fn set_user(&mut self, key: Key, mut attributes: Object, now: Timestamp) {
        self.switches.forget_dropped(&mut attributes);
        if let Some(user) = self.users.get_mut(&key)
            && user.attributes != attributes
        {
            let old_name = user.user_name().to_lowercase();
            user.attributes = attributes;
            user.modified = now;
            user.version += 1;
            let new_name = user.user_name().to_lowercase();
            self.unnamed(&old_name, key);
            self.named(new_name.clone(), key);
            if let Some(password) = self.passwords.remove(&old_name) {
                self.passwords.insert(new_name, password);
            }
            self.follow_active(key);
        }
    }

    /// Whoever is suspended holds no licence and no role; the admin decides about both again later.
    fn follow_active(&mut self, key: Key) {
        let Some(user) = self.users.get_mut(&key) else { return };
        if user.active() {
            return;
        }
        user.role = OrgRole::None;
        user.account_roles.clear();
        for licence in self.accounts.values_mut().flat_map(|account| &mut account.licences) {
            licence.users.remove(&key);
        }
    }

    /// Takes a user out of the organisation, its groups and its licences.
    pub fn remove_user(&mut self, key: Key, now: Timestamp) -> Option<User> {
        let user = self.users.remove(&key)?;
        self.unnamed(&user.user_name().to_lowercase(), key);
        self.leave_groups(key, now);
        self.leave_reports(key, now);
        for licence in self.accounts.values_mut().flat_map(|account| &mut account.licences) {
            licence.users.remove(&key);
        }
        if self.switches.delete_keeps_identity {
            self.outside.insert(user.user_name().to_lowercase());
        }
        Some(user)
    }

    /// Whoever is gone is nobody's manager.
    fn leave_reports(&mut self, manager: Key, now: Timestamp) {
        let id = manager.to_string();
        for user in self.users.values_mut() {
            let Some(Value::Object(inside)) = user.attributes.get_mut(ENTERPRISE) else { continue };
            if inside.get("manager").is_some_and(|found| found["value"] == id.as_str()) {
                inside.shift_remove("manager");
                if inside.is_empty() {
                    user.attributes.shift_remove(ENTERPRISE);
                }
                user.modified = now;
                user.version += 1;
            }
        }
    }

    /// Stores a new group; the caller has checked name and members.
    pub fn add_group(
        &mut self,
        mut attributes: Object,
        members: BTreeMap<Key, MemberKind>,
        now: Timestamp,
    ) -> Key {
        self.switches.forget_dropped(&mut attributes);
        let key = self.next_key();
        let folded = folded(&attributes);
        let group = Group { key, attributes, folded, members, created: now, modified: now, version: 1 };
        self.groups.insert(key, group);
        key
    }

    /// Replaces a group's attributes and members.
    pub fn set_group(
        &mut self,
        key: Key,
        mut attributes: Object,
        members: BTreeMap<Key, MemberKind>,
        now: Timestamp,
    ) {
        self.switches.forget_dropped(&mut attributes);
        if let Some(group) = self.groups.get_mut(&key)
            && (group.attributes != attributes || group.members != members)
        {
            group.folded = folded(&attributes);
            group.attributes = attributes;
            group.members = members;
            group.modified = now;
            group.version += 1;
        }
    }

    /// Deletes a group.
    pub fn remove_group(&mut self, key: Key, now: Timestamp) -> Option<Group> {
        let group = self.groups.remove(&key)?;
        self.leave_groups(key, now);
        Some(group)
    }

    fn leave_groups(&mut self, key: Key, now: Timestamp) {
        for group in self.groups.values_mut() {
            if group.members.remove(&key).is_some() {
                group.modified = now;
                group.version += 1;
            }
        }
    }
}

fn new_user(key: Key, attributes: Object, now: Timestamp) -> User {
    User {
        key,
        attributes,
        role: OrgRole::None,
        account_roles: BTreeMap::new(),
        created: now,
        modified: now,
        version: 1,
    }
}
