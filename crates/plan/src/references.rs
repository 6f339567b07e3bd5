//! Attributes whose value is the account of another person: `manager`.
//!
//! Who has an account is written with the person's other attributes. Whose manager gets an account in the same plan waits
//! until everybody is there (Microsoft Learn, "How application provisioning works": references are exported after the
//! objects), so that two people may be each other's manager. Whose manager is not provisioned is provisioned without, and
//! keeps what stands there: like any other value that Entra does not give, nothing clears it.

use std::collections::BTreeSet;

use usher_mapping::Apply;

use crate::draft::{About, Draft, Parts};
use crate::in_scope::{Account, Due, Fate, Side};
use crate::model::{Action, Change, Member, Note, ObjectKind, ScimId, Value};
use crate::reasons::Code;
use crate::snapshot::{Attribute, Node, TargetObject};
use crate::values::{MANAGER, Subject, read_value};

/// Where the person whom an attribute names is to be found at the service provider.
enum Named {
    /// There.
    Has(ScimId),
    /// Made by this plan.
    Gets,
    /// Nowhere.
    Nobody,
}

impl Side<'_> {
    /// Writes what is due. `fates` are those of all people: attributes may name any of them.
    pub(crate) fn write(&self, draft: &mut Draft, due: Vec<Due<'_>>, fates: &[Fate]) {
        let leaving: BTreeSet<ScimId> =
            draft.deletes.iter().filter_map(|operation| operation.target.clone()).collect();
        let before = draft.notes.len();
        for Due { subject, account } in due {
            let about = About::subject(self.kind, &subject);
            match account {
                Account::New { create } => {
                    let (now, later) = self.references(draft, &subject, None, fates, &leaving);
                    draft.creates[create].changes.extend(now);
                    self.refer(draft, about, None, later);
                }
                Account::There { row, mut changes, linked } => {
                    let object = self.request.target.object_at(self.kind, row as usize);
                    let (now, later) = self.references(draft, &subject, Some(object), fates, &leaving);
                    changes.extend(now);
                    self.update(draft, about, object, changes, later, linked);
                }
            }
        }
        for reference in &self.fields.people {
            let of_this = |note: &&Note| {
                note.reason.code == Code::UnresolvedReference.as_str()
                    && note.reason.with.get("attribute").is_some_and(|path| **path == *reference.path)
            };
            let count = draft.notes[before..].iter().filter(of_this).count();
            if count > 0 {
                let with = [("attribute", reference.path.to_string()), ("count", count.to_string())];
                draft.note(self.kind, None, None, Code::ReferencesUnresolved.with(with));
            }
        }
    }

    /// The references that differ: those that can be written with the rest, and those that wait.
    fn references(
        &self,
        draft: &mut Draft,
        subject: &Subject<'_>,
        object: Option<TargetObject<'_>>,
        fates: &[Fate],
        leaving: &BTreeSet<ScimId>,
    ) -> (Vec<Change>, Vec<Change>) {
        let (mut now, mut later) = (Vec::new(), Vec::new());
        let Attribute::Text(manager) = subject.attribute(MANAGER) else { return (now, later) };
        for reference in &self.fields.people {
            if object.is_some() && reference.apply == Apply::OnlyDuringCreation {
                continue;
            }
            let read = object.map_or(Attribute::Absent, |object| object.attribute(&reference.path));
            let (list, target) = match self.named(manager, fates, leaving) {
                Named::Has(account) if shows(&read, account.as_str()) => continue,
                Named::Has(account) => (&mut now, Some(account)),
                Named::Gets => (&mut later, None),
                Named::Nobody => {
                    let with = [
                        ("attribute", reference.path.to_string()),
                        ("name", subject.display().to_owned()),
                        ("other", self.name_of(manager)),
                    ];
                    let reason = Code::UnresolvedReference.with(with);
                    draft.note(self.kind, Some(subject.id()), object.map(|object| object.id()), reason);
                    continue;
                }
            };
            let display = self.name_of(manager).into();
            list.push(Change {
                attribute: reference.path.clone(),
                before: (read != Attribute::Absent).then(|| read_value(&read)),
                after: Value::Reference(Box::new(Member { source: Some(manager.into()), target, display })),
            });
        }
        (now, later)
    }

    /// Where the person with this id in Entra is at the service provider. Somebody whom this pass does not look at is where
    /// the link says.
    fn named(&self, id: &str, fates: &[Fate], leaving: &BTreeSet<ScimId>) -> Named {
        let (source, target) = (self.request.source, self.request.target);
        let fate = match source.node(id) {
            Some(Node::User(row)) => fates[row as usize],
            _ => Fate::Absent,
        };
        let account = match fate {
            Fate::Created => return Named::Gets,
            Fate::At { row, .. } => Some(target.object_at(ObjectKind::User, row as usize).id()),
            Fate::Absent => {
                let linked = self.request.links.target_of(ObjectKind::User, id);
                linked.filter(|account| !target.is_gone(ObjectKind::User, account))
            }
        };
        match account.map(ScimId::from).filter(|account| !leaving.contains(account)) {
            Some(account) => Named::Has(account),
            None => Named::Nobody,
        }
    }

    fn name_of(&self, id: &str) -> String {
        self.request.source.user(id).map_or(id, |user| user.display()).to_owned()
    }

    /// Plans references that wait for accounts; nothing where there are none.
    pub(crate) fn refer(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        object: Option<TargetObject<'_>>,
        changes: Vec<Change>,
    ) {
        if changes.is_empty() {
            return;
        }
        let parts = Parts {
            target: object.map(|object| object.id().into()),
            observed: object.map(|object| object.observed(self.request.key)),
            changes,
            ..Parts::default()
        };
        let operation = about.operation(Action::SetReferences, Code::ReferenceWaited.reason());
        draft.references.push(parts.of(operation));
    }
}

/// Whether what was read names this account. Ids are text; some service providers write them as numbers, or as the only
/// element of a list.
fn shows(read: &Attribute<'_>, account: &str) -> bool {
    match read {
        Attribute::Text(id) => *id == account,
        Attribute::Integer(id) => id.to_string() == account,
        Attribute::Texts(ids) => matches!(ids.as_ref(), [id] if *id == account),
        Attribute::Absent | Attribute::Boolean(_) => false,
    }
}
