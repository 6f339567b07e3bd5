//! An object in scope: create it, adopt it, bring it in step, or say that nothing is to be done.

use usher_expression::Context;

use crate::decisions::Decision;
use crate::draft::{About, Draft, Parts};
use crate::matching::{Candidate, Found, Matching};
use crate::model::{Action, Change, Key, ObjectKind, Reason, Value};
use crate::questions::Question;
use crate::reasons::Code;
use crate::request::Request;
use crate::ring::Ring;
use crate::snapshot::{Attribute, TargetObject};
use crate::values::{ACTIVE, Field, Fields, Subject, Wanted};

/// One kind of object with everything that planning it needs.
pub(crate) struct Side<'r> {
    pub request: &'r Request<'r>,
    pub kind: ObjectKind,
    pub fields: Fields<'r>,
    pub matching: Matching,
    pub ring: Ring<'r>,
    pub context: Context,
}

/// Where an object stands once its operations are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Not provisioned: out of scope without a link, skipped, or failed without an account.
    Absent,
    /// It has this account. `in_step` when it is in scope and nothing failed: only then may it gain memberships.
    At { row: u32, in_step: bool },
    /// It is created by this plan.
    Created,
}

impl Fate {
    fn at(row: u32) -> Self {
        Self::At { row, in_step: true }
    }
}

impl<'r> Side<'r> {
    pub(crate) fn new(request: &'r Request<'r>, kind: ObjectKind) -> Self {
        let fields = Fields::new(request, kind);
        let matching = Matching::new(request.target, kind, &fields.flowing);
        let ring = Ring::new(request.source, request.ring, request.policy);
        Self { request, kind, fields, matching, ring, context: Context::at(request.made_at) }
    }

    pub(crate) fn candidate(&self, subject: &Subject<'_>) -> Candidate {
        self.matching.find(self.request, self.kind, &self.fields.flowing, subject, &self.context)
    }

    /// Whether somebody in scope who has no account of Usher's has to wait for one, whatever else is found out.
    pub(crate) fn waits(&self, subject: &Subject<'_>) -> bool {
        !self.ring.admits(self.kind, subject.id())
    }

    /// Plans one object in scope. `claimed` is set when another object lays claim to the same account. What is written
    /// about an object with an account is `due` when everybody's fate is known: attributes may name other people.
    pub(crate) fn settle<'s>(
        &self,
        draft: &mut Draft,
        due: &mut Vec<Due<'s>>,
        subject: &Subject<'s>,
        candidate: Candidate,
        claimed: Option<Reason>,
    ) -> Fate {
        let about = About::subject(self.kind, subject);
        if candidate.link_gone {
            let target = self.request.links.target_of(self.kind, subject.id());
            draft.note(self.kind, Some(subject.id()), target, Code::TargetGone.reason());
        }
        // Whose account is gone has none: a new one is held back like any other.
        let provisioned =
            !candidate.link_gone && self.request.links.target_of(self.kind, subject.id()).is_some();
        if !provisioned && self.waits(subject) {
            draft.skip(about, Code::WaitsForRing.reason());
            return Fate::Absent;
        }
        if let Some(reason) = claimed {
            draft.fail(about, reason);
            return Fate::Absent;
        }
        match candidate.found {
            Found::Failed(reason) => {
                draft.fail(about, reason);
                Fate::Absent
            }
            Found::NoValue => {
                self.cannot_be_matched(draft, subject);
                Fate::Absent
            }
            Found::Nothing { key } => {
                // Found for nobody, and there: its holder gives it up.
                if self.is_held(&key) {
                    let id = (self.kind, subject.id().into());
                    draft.takes.entry(id).or_default().push(key.clone());
                }
                self.create(draft, due, subject, key)
            }
            Found::Matched { row, key } => {
                let object = self.request.target.object_at(self.kind, row as usize);
                let code = match self.request.stance(self.kind, object.id()) {
                    Decision::Adopt => None,
                    Decision::Leave => Some(Code::AccountLeft),
                    Decision::Later => Some(Code::AccountUndecided),
                };
                if let Some(code) = code {
                    draft.skip(about, code.with([("account", object.display().to_owned())]));
                    return Fate::Absent;
                }
                let reason =
                    Code::Matched.with([("attribute", key.attribute.clone()), ("value", key.value.clone())]);
                let changes = match self.differences(draft, subject, object) {
                    Ok(changes) => changes,
                    Err(reason) => {
                        draft.fail(about, reason);
                        return Fate::Absent;
                    }
                };
                let parts = Parts { key: Some(key), ..Parts::about(object, self.request.key) };
                draft.links.push(parts.of(about.operation(Action::Link, reason)));
                due.push(Due {
                    subject: *subject,
                    account: Account::There { row, changes, linked: Linked::InThisPlan },
                });
                Fate::at(row)
            }
            Found::Linked { row } => {
                let object = self.request.target.object_at(self.kind, row as usize);
                if self.request.is_left(self.kind, object.id()) {
                    draft.skip(about, Code::AccountLeft.with([("account", object.display().to_owned())]));
                    return Fate::At { row, in_step: false };
                }
                match self.differences(draft, subject, object) {
                    Ok(changes) => {
                        due.push(Due {
                            subject: *subject,
                            account: Account::There { row, changes, linked: Linked::Before },
                        });
                        Fate::at(row)
                    }
                    Err(reason) => {
                        draft.fail(about, reason);
                        Fate::At { row, in_step: false }
                    }
                }
            }
        }
    }

    /// Says that somebody has no value by which an account could be found.
    pub(crate) fn cannot_be_matched(&self, draft: &mut Draft, subject: &Subject<'_>) {
        let attributes = self.matching.attributes(&self.fields.flowing);
        let reason = Code::ImportSkipped.with([("attributes", attributes)]);
        draft.skip(About::subject(self.kind, subject), reason);
    }

    /// What the service provider must still be asked about an object in scope.
    pub(crate) fn open_questions(&self, subject: &Subject<'_>, questions: &mut Vec<Question>) {
        let (request, fields) = (self.request, &self.fields.flowing);
        if let Some(linked) = request.links.target_of(self.kind, subject.id()) {
            match request.target.object(self.kind, linked) {
                Some(object) => {
                    for field in fields.iter().filter(|field| field.row.matching.is_some()) {
                        let read = object.attribute(&field.path);
                        // Whoever takes a new name must not take one that somebody else has.
                        let Ok(Some(after)) = field.on_update(subject, &self.context, &read) else {
                            continue;
                        };
                        if let Some(text) = after.key().filter(|_| !field.same(&read, &after)) {
                            self.ask(&field.path, &text, questions);
                        }
                    }
                    return;
                }
                None if !request.target.is_gone(self.kind, linked) => {
                    questions.push(Question::Object { kind: self.kind, id: linked.into() });
                    return;
                }
                None => {}
            }
        }
        if self.waits(subject) {
            return;
        }
        for (path, text) in self.matching.values(fields, subject, &self.context) {
            self.ask(&path, &text, questions);
        }
    }

    fn ask(&self, path: &str, text: &str, questions: &mut Vec<Question>) {
        if !self.request.target.knows(self.kind, path, text) {
            questions.push(Question::Value {
                kind: self.kind,
                key: Key { attribute: path.to_owned(), value: text.to_owned() },
            });
        }
    }

    fn create<'s>(&self, draft: &mut Draft, due: &mut Vec<Due<'s>>, subject: &Subject<'s>, key: Key) -> Fate {
        let about = About::subject(self.kind, subject);
        let (allowed, actions) = (self.request.allowed(self.kind), self.request.actions(self.kind));
        if !(allowed.create && actions.create) {
            draft.skip(about, Code::CreateOff.reason());
            return Fate::Absent;
        }
        match self.whole(subject) {
            Ok(changes) => {
                let parts = Parts { key: Some(key), changes, ..Parts::default() };
                due.push(Due { subject: *subject, account: Account::New { create: draft.creates.len() } });
                draft.creates.push(parts.of(about.operation(Action::Create, Code::InScopeNoMatch.reason())));
                Fate::Created
            }
            Err(reason) => {
                draft.fail(about, reason);
                Fate::Absent
            }
        }
    }

    /// Writes what differs now; `later` waits for accounts that this plan makes.
    pub(crate) fn update(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        object: TargetObject<'_>,
        changes: Vec<Change>,
        later: Vec<Change>,
        linked: Linked,
    ) {
        if changes.is_empty() && later.is_empty() {
            if linked == Linked::Before {
                draft.skip(about, Code::RedundantExport.reason());
            }
            return;
        }
        let (allowed, actions) = (self.request.allowed(self.kind), self.request.actions(self.kind));
        if !(allowed.update && actions.update) {
            draft.skip(about, Code::UpdateOff.reason());
            return;
        }
        self.refer(draft, about, Some(object), later);
        if changes.is_empty() {
            return;
        }
        let gives_false = |change: &Change| &*change.attribute == ACTIVE && is_false(&change.after);
        if object.is_active() && changes.iter().any(gives_false) {
            self.deactivate(draft, about, object, changes);
            return;
        }
        let re_enabled = changes.iter().any(|change| &*change.attribute == ACTIVE) && !object.is_active();
        let code = if re_enabled { Code::ReEnabled } else { Code::AttributesDiffer };
        let parts = Parts { changes, ..Parts::bound_to(object, self.request.key) };
        draft.updates.push(parts.of(about.operation(Action::Update, code.reason())));
    }

    /// Somebody in scope whose mapping of `active` gives false loses access like somebody who left: the same switches,
    /// protection and guards hold.
    fn deactivate(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        object: TargetObject<'_>,
        changes: Vec<Change>,
    ) {
        let why = Code::InactiveByMapping.reason();
        if !self.request.allowed(self.kind).disable {
            draft.skip_because(about, Code::DisableOff, &why);
        } else if self.request.protects(about.source, Some(object)) {
            draft.protect(about, object.id(), &why);
        } else {
            let parts = Parts { changes, ..Parts::bound_to(object, self.request.key) };
            draft.disables.push(parts.of(about.operation(Action::Disable, why)));
        }
    }

    /// Every value of a new object.
    fn whole(&self, subject: &Subject<'_>) -> Result<Vec<Change>, Reason> {
        let mut changes = Vec::with_capacity(self.fields.flowing.len());
        for field in &self.fields.flowing {
            match field.on_create(subject, &self.context)? {
                Some(after) => changes.push(Change {
                    attribute: field.path.clone(),
                    before: None,
                    after: after.planned(field, subject.id()),
                }),
                None if field.required => {
                    return Err(Code::MissingValues.with([("attribute", field.path.to_string())]));
                }
                None => {}
            }
        }
        Ok(changes)
    }

    /// The values that differ. A value that the source does not have is never a difference: provisioning cannot clear an
    /// attribute (Microsoft Learn, "Known issues for provisioning": null attributes cannot be provisioned).
    fn differences(
        &self,
        draft: &mut Draft,
        subject: &Subject<'_>,
        object: TargetObject<'_>,
    ) -> Result<Vec<Change>, Reason> {
        let mut changes = Vec::new();
        let mut takes = Vec::new();
        for (at, field) in self.fields.flowing.iter().enumerate() {
            let read = object.attribute(&field.path);
            let Some(after) = field.on_update(subject, &self.context, &read)? else { continue };
            if !is_difference(field, &read, &after, object) {
                continue;
            }
            if field.row.matching.is_some() {
                let own = u32::try_from(object.row).expect("fewer than 2^32 rows");
                if let Some(text) = after.key() {
                    let key = Key { attribute: field.path.to_string(), value: text.clone().into_owned() };
                    let fields = &self.fields.flowing;
                    let holders = self.matching.holders(self.request, self.kind, fields, at, &text, own);
                    if !holders.iter().all(|&row| self.will_give_up(row, &key)) {
                        return Err(Code::EntryConflict.with([("attribute", field.path.to_string())]));
                    }
                    takes.extend((!holders.is_empty()).then_some(key));
                }
            }
            changes.push(self.change(field, subject, &read, after));
        }
        if !takes.is_empty() {
            draft.takes.insert((self.kind, subject.id().into()), takes);
        }
        Ok(changes)
    }

    fn change(
        &self,
        field: &Field<'_>,
        subject: &Subject<'_>,
        read: &Attribute<'_>,
        after: Wanted,
    ) -> Change {
        Change {
            attribute: field.path.clone(),
            before: field.before(read, &after, subject.id()),
            after: after.in_update(self.request.policy.boolean).planned(field, subject.id()),
        }
    }

    /// The values that differ, whether or not they could be written; those that cannot be worked out apart.
    pub(crate) fn seen(&self, subject: &Subject<'_>, object: TargetObject<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        for field in &self.fields.flowing {
            let read = object.attribute(&field.path);
            let Ok(Some(after)) = field.on_update(subject, &self.context, &read) else { continue };
            if is_difference(field, &read, &after, object) {
                changes.push(self.change(field, subject, &read, after));
            }
        }
        changes
    }

    /// Whether this person or group takes another name than this one in this plan.
    pub(crate) fn gives_up(&self, subject: &Subject<'_>, account: TargetObject<'_>, key: &Key) -> bool {
        let mut fields = self.fields.flowing.iter().filter(|field| *field.path == *key.attribute);
        self.request.considers(self.kind, subject.id())
            && fields.any(|field| {
                let read = account.attribute(&field.path);
                let after = field.on_update(subject, &self.context, &read);
                after.ok().flatten().is_some_and(|after| {
                    after.key().is_some_and(|text| !crate::fold::same(&text, &key.value))
                })
            })
    }

    /// The same, and nothing stands in the way of it: neither a switch, nor a value that cannot be worked out, nor somebody
    /// who has the other name.
    pub(crate) fn frees(&self, subject: &Subject<'_>, account: TargetObject<'_>, key: &Key) -> bool {
        let (allowed, actions) = (self.request.allowed(self.kind), self.request.actions(self.kind));
        let mut scratch = Draft::default();
        allowed.update
            && actions.update
            && !self.request.is_left(self.kind, account.id())
            && self.gives_up(subject, account, key)
            && self.differences(&mut scratch, subject, account).is_ok()
            && scratch.takes.is_empty()
    }

    /// The same of whoever has the account in this row; whether they are in scope shows when everybody is planned.
    fn will_give_up(&self, row: u32, key: &Key) -> bool {
        let account = self.request.target.object_at(self.kind, row as usize);
        let Some(link) = self.request.links.of_target(self.kind, account.id()) else { return false };
        let subject = match self.kind {
            ObjectKind::User => self.request.source.user(link.source.as_str()).map(Subject::user),
            ObjectKind::Group => self.request.source.group(link.source.as_str()).map(Subject::group),
        };
        subject.is_some_and(|subject| self.gives_up(&subject, account, key))
    }

    /// Whether an account has this name.
    fn is_held(&self, key: &Key) -> bool {
        let fields = &self.fields.flowing;
        let at = fields.iter().position(|field| *field.path == *key.attribute);
        at.is_some_and(|at| {
            let none = u32::MAX;
            !self.matching.holders(self.request, self.kind, fields, at, &key.value, none).is_empty()
        })
    }
}

/// Whether a value has to be written. An account that says nothing about `active` is active: saying so again would be a
/// change in every cycle at a service provider that only mentions it for inactive accounts.
fn is_difference(field: &Field<'_>, read: &Attribute<'_>, after: &Wanted, object: TargetObject<'_>) -> bool {
    let says_active = after.shown() == Some(&Value::Boolean(true));
    let silent = &*field.path == ACTIVE && says_active && object.is_active();
    !silent && !field.same(read, after)
}

/// Whether a planned value is false, in either form.
fn is_false(value: &Value) -> bool {
    match value {
        Value::Boolean(value) => !value,
        Value::Text(text) => text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// What is still to be written about one object.
pub(crate) struct Due<'s> {
    pub subject: Subject<'s>,
    pub account: Account,
}

/// Whose attributes those are.
pub(crate) enum Account {
    /// An account that this plan makes: the number of its create in the draft.
    New { create: usize },
    /// An account that is there, with what differs of it.
    There { row: u32, changes: Vec<Change>, linked: Linked },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linked {
    Before,
    InThisPlan,
}
