//! What should be at the service provider, and a small planner for it: links first, then keys, as in the real one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use usher_plan::{Action, Change, EntraObjectId, Key, Member, ObjectKind, Operation, Reason, ScimId, Value};

use super::provider::{Provider, key_attribute};

/// The attribute that names another person.
pub const MANAGER: &str = "manager";

pub type Links = BTreeMap<(ObjectKind, EntraObjectId), ScimId>;

#[derive(Debug, Clone, Default)]
pub struct Desired {
    /// People in scope: attributes by object id.
    pub people: BTreeMap<EntraObjectId, BTreeMap<String, Value>>,
    /// People who left: disabled when linked.
    pub leavers: BTreeSet<EntraObjectId>,
    /// People whose account goes when linked.
    pub deleted: BTreeSet<EntraObjectId>,
    /// Who leads whom: the manager by person.
    pub managers: BTreeMap<EntraObjectId, EntraObjectId>,
    /// Groups: name and members.
    pub groups: BTreeMap<EntraObjectId, (String, BTreeSet<EntraObjectId>)>,
}

pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub fn person(user_name: &str, title: &str) -> BTreeMap<String, Value> {
    BTreeMap::from([
        ("userName".to_owned(), text(user_name)),
        ("title".to_owned(), text(title)),
        ("active".to_owned(), Value::Boolean(true)),
    ])
}

fn reason(code: &'static str) -> Reason {
    Reason { code: code.into(), with: BTreeMap::new() }
}

fn changes(attributes: &BTreeMap<String, Value>, seen: Option<&BTreeMap<String, Value>>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, value) in attributes {
        let before = seen.and_then(|seen| seen.get(name)).cloned();
        if before.as_ref() != Some(value) {
            changes.push(Change { attribute: name.as_str().into(), before, after: value.clone() });
        }
    }
    changes
}

fn operation(kind: ObjectKind, action: Action, source: &EntraObjectId, target: Option<&ScimId>) -> Operation {
    Operation {
        id: 0,
        kind,
        action,
        source: Some(source.clone()),
        target: target.cloned(),
        display: source.to_string(),
        key: None,
        changes: Vec::new(),
        members: Vec::new(),
        reason: reason("test"),
        observed: target.map(|target| format!("digest of {target}")),
        version: None,
        after: None,
    }
}

/// The difference as a plan. Empty when everything is as it should be.
pub fn plan(desired: &Desired, provider: &Provider, links: &Links) -> Vec<Operation> {
    let mut operations = Vec::new();
    let groups: BTreeMap<_, _> = desired
        .groups
        .iter()
        .map(|(id, (name, _))| (id.clone(), BTreeMap::from([("displayName".to_owned(), text(name.clone()))])))
        .collect();
    for (kind, objects) in [(ObjectKind::User, &desired.people), (ObjectKind::Group, &groups)] {
        for (source, attributes) in objects {
            put(kind, source, attributes, provider, links, &mut operations);
        }
        if kind == ObjectKind::Group {
            continue;
        }
        for (gone, sources) in [(false, &desired.leavers), (true, &desired.deleted)] {
            for source in sources {
                let Some(target) = links.get(&(kind, source.clone())) else { continue };
                let Some(account) = provider.accounts.get(target) else { continue };
                if gone {
                    operations.push(operation(kind, Action::Delete, source, Some(target)));
                } else if account.attributes.get("active") != Some(&Value::Boolean(false)) {
                    let mut disable = operation(kind, Action::Disable, source, Some(target));
                    let wanted = BTreeMap::from([("active".to_owned(), Value::Boolean(false))]);
                    disable.changes = changes(&wanted, Some(&account.attributes));
                    operations.push(disable);
                }
            }
        }
    }
    for (report, manager) in &desired.managers {
        reference(report, manager, provider, links, &mut operations);
    }
    for (source, (name, people)) in &desired.groups {
        members(source, name, people, provider, links, &mut operations);
    }
    for (index, operation) in operations.iter_mut().enumerate() {
        operation.id = index as u32 + 1;
    }
    operations
}

fn key(kind: ObjectKind, attributes: &BTreeMap<String, Value>) -> Key {
    let attribute = key_attribute(kind).to_owned();
    match &attributes[&attribute] {
        Value::Text(value) => Key { value: value.clone(), attribute },
        other => panic!("a key is a text, not {other:?}"),
    }
}

fn put(
    kind: ObjectKind,
    source: &EntraObjectId,
    attributes: &BTreeMap<String, Value>,
    provider: &Provider,
    links: &Links,
    operations: &mut Vec<Operation>,
) {
    let key = key(kind, attributes);
    let linked = links.get(&(kind, source.clone())).filter(|target| provider.accounts.contains_key(*target));
    let matched = provider.find(kind, &key.value);
    assert!(matched.len() <= 1, "{key:?} is there {} times", matched.len());
    let target = linked.or(matched.first());
    if linked.is_none()
        && let Some(target) = target
    {
        let mut link = operation(kind, Action::Link, source, Some(target));
        link.key = Some(key.clone());
        operations.push(link);
    }
    match target {
        None => {
            let mut create = operation(kind, Action::Create, source, None);
            create.key = Some(key);
            create.changes = changes(attributes, None);
            operations.push(create);
        }
        Some(target) => {
            let changes = changes(attributes, Some(&provider.accounts[target].attributes));
            if !changes.is_empty() {
                let mut update = operation(kind, Action::Update, source, Some(target));
                update.changes = changes;
                operations.push(update);
            }
        }
    }
}

/// The manager of one person, in a write of its own.
fn reference(
    report: &EntraObjectId,
    manager: &EntraObjectId,
    provider: &Provider,
    links: &Links,
    operations: &mut Vec<Operation>,
) {
    let account = |person: &EntraObjectId| links.get(&(ObjectKind::User, person.clone())).cloned();
    let (target, wanted) = (account(report), account(manager));
    let there = target.as_ref().and_then(|target| provider.accounts[target].attributes.get(MANAGER)).cloned();
    if wanted.is_some() && there == wanted.as_ref().map(|wanted| text(wanted.as_str())) {
        return;
    }
    let mut change = operation(ObjectKind::User, Action::SetReferences, report, target.as_ref());
    let display = Arc::from(manager.as_str());
    let after = Value::Reference(Box::new(Member { source: Some(manager.clone()), target: wanted, display }));
    change.changes = vec![Change { attribute: MANAGER.into(), before: there, after }];
    operations.push(change);
}

fn members(
    source: &EntraObjectId,
    name: &str,
    people: &BTreeSet<EntraObjectId>,
    provider: &Provider,
    links: &Links,
    operations: &mut Vec<Operation>,
) {
    let account = |person: &EntraObjectId| {
        let linked = links.get(&(ObjectKind::User, person.clone())).cloned();
        linked.or_else(|| {
            let attributes = desired_key(person, operations);
            attributes.and_then(|key| provider.find(ObjectKind::User, &key).first().cloned())
        })
    };
    let target = links.get(&(ObjectKind::Group, source.clone())).cloned();
    let target = target.or_else(|| provider.find(ObjectKind::Group, name).first().cloned());
    let there = target.as_ref().and_then(|id| provider.accounts.get(id)).map(|group| group.members.clone());
    let there = there.unwrap_or_default();
    let mut add = Vec::new();
    let mut wanted = BTreeSet::new();
    for person in people {
        let target = account(person);
        wanted.extend(target.clone());
        if target.as_ref().is_none_or(|target| !there.contains(target)) {
            add.push(Member { source: Some(person.clone()), target, display: Arc::from(person.as_str()) });
        }
    }
    let of =
        |person: &ScimId| links.iter().find(|((kind, _), id)| *kind == ObjectKind::User && *id == person);
    let remove: Vec<Member> = there
        .iter()
        .filter(|person| !wanted.contains(*person))
        .filter_map(|person| of(person).map(|((_, source), _)| (person, source)))
        .map(|(person, source)| Member {
            source: Some(source.clone()),
            target: Some(person.clone()),
            display: Arc::from(source.as_str()),
        })
        .collect();
    for (action, members) in [(Action::AddMembers, add), (Action::RemoveMembers, remove)] {
        if !members.is_empty() {
            let mut change = operation(ObjectKind::Group, action, source, target.as_ref());
            change.members = members;
            operations.push(change);
        }
    }
}

/// The key of a person whom this plan creates or links.
fn desired_key(person: &EntraObjectId, operations: &[Operation]) -> Option<String> {
    let of = operations
        .iter()
        .find(|operation| operation.source.as_ref() == Some(person) && operation.key.is_some());
    of.and_then(|operation| operation.key.as_ref()).map(|key| key.value.clone())
}

/// Who is there, by key: what two runs are compared by, whatever ids were given.
pub fn picture(provider: &Provider) -> BTreeMap<String, (BTreeMap<String, Value>, BTreeSet<String>)> {
    let mut picture = BTreeMap::new();
    for (id, account) in &provider.accounts {
        let key = format!("{:?} {}", account.kind, provider.key_of(id).unwrap_or_default());
        let members =
            account.members.iter().filter_map(|member| provider.key_of(member)).map(str::to_owned).collect();
        let mut attributes = account.attributes.clone();
        if let Some(Value::Text(manager)) = attributes.get_mut(MANAGER) {
            *manager = provider.key_of(&ScimId::from(manager.as_str())).unwrap_or("nobody").to_owned();
        }
        let before = picture.insert(key.clone(), (attributes, members));
        assert!(before.is_none(), "{key} is there twice");
    }
    picture
}
