//! The practice tenant as the service reads it: straight from the directory, not through Graph.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use usher_expression::{Inputs, Value};
use usher_mapping::{ObjectType, Table, read_source};
use usher_plan::{
    Assignment, Attribute, DEFAULT_ACCESS, GroupRecord, ObjectKind, SourceBuilder, SourcePart,
    SourceSnapshot, UserRecord,
};

use super::memory::Subject;
use crate::entra::{Group, State, User};

/// What an object looked like.
pub type Digest = [u8; 32];

/// The tenant.
pub struct Read {
    /// For the plan.
    pub snapshot: SourceSnapshot,
    /// What is worth knowing of everyone besides.
    pub facts: BTreeMap<Subject, Facts>,
}

/// One object.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The user principal name; empty for groups.
    pub user_name: String,
    /// Enabled, and not in the recycle bin.
    pub active: bool,
    /// Assigned directly or as an immediate member of an assigned group, or everyone is.
    pub assigned: bool,
    /// With a role that provisions, or everyone is.
    pub entitled: bool,
    /// What the scoping filters say.
    pub filtered: Filtered,
    /// Everything that the outcome depends on.
    pub digest: Digest,
}

/// What the scoping filters say of one object.
#[derive(Debug, Clone)]
pub struct Filtered {
    /// Whether they let it in; nothing where they could not be evaluated.
    pub passed: Option<bool>,
    /// Each clause with its result, as the log has it.
    pub results: String,
}

impl Filtered {
    /// The log's form is JSON in a text, a key for each clause (Microsoft Learn, provisioningStep).
    fn of(table: &Table, values: &[(&str, Value<'_>)]) -> Self {
        let values = Values(values);
        let verdict = table.filter().evaluate(&values).ok();
        let results: Map<String, Json> = verdict
            .iter()
            .flat_map(|verdict| &verdict.because)
            .flat_map(|group| group.log_keys())
            .map(|(key, passed)| (key, Json::Bool(passed)))
            .collect();
        Self {
            passed: verdict.as_ref().map(|verdict| verdict.in_scope),
            results: Json::Object(results).to_string(),
        }
    }
}

/// Values by name, as filters see them.
struct Values<'a, 'v>(&'a [(&'v str, Value<'v>)]);

impl Inputs for Values<'_, '_> {
    fn get(&self, name: &str) -> Value<'_> {
        self.0.iter().find(|(known, _)| *known == name).map_or(Value::Null, |(_, value)| value.clone())
    }
}

impl Facts {
    /// Whether the object may be provisioned, as far as the filters let it.
    pub fn in_scope(&self) -> bool {
        self.active && self.assigned && self.entitled
    }
}

/// What is read.
pub struct Wanted<'a> {
    /// The application whose assignments count.
    pub application: &'a str,
    /// Everyone, whether assigned or not.
    pub everyone: bool,
    /// The table of people.
    pub users: &'a Table,
    /// The table of groups.
    pub groups: &'a Table,
}

/// Reads everything.
pub fn read(entra: &State, wanted: &Wanted<'_>) -> Read {
    let (user_names, group_names) = (wanted.users.source_attributes(), wanted.groups.source_attributes());
    let mut builder = SourceBuilder::new(user_names.iter().copied(), group_names.iter().copied());
    let roles = Roles::of(entra, wanted.application, &mut builder);
    let mut facts = BTreeMap::new();
    for user in entra.directory.users.values() {
        let found = person(entra, user, wanted, &user_names, &roles, &mut builder);
        facts.insert((ObjectKind::User, user.id.clone()), found);
    }
    for group in entra.directory.groups.values().filter(|group| group.deleted.is_none()) {
        let found = team(entra, group, wanted, &group_names, &roles, &mut builder);
        facts.insert((ObjectKind::Group, group.id.clone()), found);
    }
    for (_, _, id) in &entra.directory.purged {
        builder.removed(id);
    }
    for part in [SourcePart::Users, SourcePart::Groups, SourcePart::Members, SourcePart::Assignments] {
        builder.completed(part);
    }
    Read { snapshot: builder.finish(), facts }
}

/// Who has which role.
struct Roles {
    /// Roles that the application declares.
    declared: BTreeSet<String>,
    /// By person or group: roles assigned directly.
    direct: BTreeMap<String, BTreeSet<String>>,
    /// By person: roles through assigned security groups.
    through: BTreeMap<String, BTreeSet<String>>,
}

impl Roles {
    fn of(entra: &State, application: &str, builder: &mut SourceBuilder) -> Self {
        let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let all = entra.applications.assignments.iter();
        for assignment in all.filter(|assignment| assignment.resource_id == application) {
            let (principal, role) = (&assignment.principal_id, &assignment.app_role_id);
            builder.assignment(Assignment { principal, role });
            direct.entry(principal.clone()).or_default().insert(role.clone());
        }
        let mut through: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let groups = entra.directory.groups.values();
        for group in groups.filter(|group| group.deleted.is_none() && group.security_enabled()) {
            let Some(roles) = direct.get(&group.id) else { continue };
            for member in &group.members {
                through.entry(member.clone()).or_default().extend(roles.iter().cloned());
            }
        }
        let mut declared = BTreeSet::new();
        for role in
            entra.applications.service_principals.get(application).into_iter().flat_map(|sp| &sp.app_roles)
        {
            // `msiam_access` has no value; the others' values are their names.
            let value = (role.name != "msiam_access").then_some(role.name.as_str());
            builder.role(&role.id, &role.name, value);
            declared.insert(role.id.clone());
        }
        Self { declared, direct, through }
    }

    fn of_one(&self, id: &str) -> BTreeSet<&str> {
        let both = [self.direct.get(id), self.through.get(id)];
        both.into_iter().flatten().flatten().map(String::as_str).collect()
    }

    fn provisions(&self, role: &str) -> bool {
        role == DEFAULT_ACCESS || self.declared.contains(role)
    }
}

fn person(
    entra: &State,
    user: &User,
    wanted: &Wanted<'_>,
    names: &BTreeSet<&str>,
    roles: &Roles,
    builder: &mut SourceBuilder,
) -> Facts {
    let mut json = whole(&user.id, &user.attributes);
    if let Some(manager) = entra.directory.manager(user) {
        json["manager"] = serde_json::json!({ "id": manager.id });
    }
    let values = values(ObjectType::User, &json, names);
    let enabled = user.attributes.get("accountEnabled").and_then(Json::as_bool).unwrap_or(true);
    let display = user.text("displayName").unwrap_or(&user.id);
    builder.user(&UserRecord {
        id: &user.id,
        display,
        account_enabled: enabled,
        soft_deleted: user.deleted.is_some(),
        attributes: &lend(&values),
    });
    let own = roles.of_one(&user.id);
    let active = enabled && user.deleted.is_none();
    Facts {
        user_name: user.text("userPrincipalName").unwrap_or_default().to_owned(),
        active,
        assigned: wanted.everyone || !own.is_empty(),
        entitled: wanted.everyone || own.iter().any(|role| roles.provisions(role)),
        filtered: Filtered::of(wanted.users, &values),
        digest: digest(&format!("{values:?} {enabled} {} {own:?}", user.deleted.is_some())),
    }
}

fn team(
    entra: &State,
    group: &Group,
    wanted: &Wanted<'_>,
    names: &BTreeSet<&str>,
    roles: &Roles,
    builder: &mut SourceBuilder,
) -> Facts {
    let json = whole(&group.id, &group.attributes);
    let values = values(ObjectType::Group, &json, names);
    let display = group.text("displayName").unwrap_or(&group.id);
    builder.group(&GroupRecord {
        id: &group.id,
        display,
        security_enabled: group.security_enabled(),
        attributes: &lend(&values),
    });
    let members = entra.directory.members(group);
    for member in &members {
        builder.member(&group.id, member, true);
    }
    let own = roles.direct.get(&group.id);
    // A member who comes into scope or leaves it changes who is in the group at the service provider.
    let members: Vec<_> = members.iter().map(|member| (member, roles.of_one(member))).collect();
    Facts {
        user_name: String::new(),
        active: true,
        assigned: wanted.everyone || own.is_some(),
        entitled: true,
        filtered: Filtered::of(wanted.groups, &values),
        digest: digest(&format!("{values:?} {members:?} {own:?}")),
    }
}

fn whole(id: &str, attributes: &Map<String, Json>) -> Json {
    let mut all = attributes.clone();
    all.insert("id".to_owned(), id.into());
    Json::Object(all)
}

fn values<'v>(object: ObjectType, json: &'v Json, names: &BTreeSet<&'v str>) -> Vec<(&'v str, Value<'v>)> {
    names.iter().map(|name| (*name, read_source(object, json, name))).collect()
}

/// Values by name, lent to the plan.
fn lend<'v>(values: &'v [(&'v str, Value<'v>)]) -> Vec<(&'v str, Attribute<'v>)> {
    let attribute = |value: &'v Value<'v>| match value {
        Value::Null | Value::DateTime(_) => Attribute::Absent,
        Value::Text(text) => Attribute::Text(text),
        Value::Integer(number) => Attribute::Integer(*number),
        Value::Boolean(truth) => Attribute::Boolean(*truth),
        Value::Multi(texts) => Attribute::Texts(Cow::Owned(texts.iter().map(AsRef::as_ref).collect())),
    };
    values.iter().map(|(name, value)| (*name, attribute(value))).collect()
}

fn digest(text: &str) -> Digest {
    Sha256::digest(text).into()
}
