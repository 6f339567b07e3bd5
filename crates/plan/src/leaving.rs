//! An object out of scope. Only what is linked is ever touched, and only if the source was read completely.

use crate::decisions::Decision;
use crate::draft::{About, Draft, Parts};
use crate::in_scope::{Fate, Side};
use crate::matching::Found;
use crate::model::{Action, Change, ObjectKind, Reason, Value};
use crate::pending::Deletion;
use crate::policy::{GroupOutOfScope, OutOfScope};
use crate::reasons::{Code, is_out_of_scope};
use crate::snapshot::{Link, Origin, TargetObject};
use crate::values::{ACTIVE, Subject};

/// Why a removal may not be planned now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removals {
    /// The source was read completely.
    Possible,
    /// It was not: absence means nothing.
    Withheld,
}

impl Side<'_> {
    /// Plans a person or group that is out of scope because of `why`.
    pub(crate) fn leave(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        subject: &Subject<'_>,
        why: Reason,
        removals: Removals,
    ) -> Fate {
        let adopted = || self.adopted(draft, about, subject);
        let Some(link) = self.request.links.of_source(self.kind, about.source).or_else(adopted) else {
            draft.skip(about, why);
            return Fate::Absent;
        };
        if self.request.is_left(self.kind, link.target.as_str()) {
            draft.skip(about, Code::AccountLeft.with([("account", about.display.to_owned())]));
            return self.where_it_is(&link);
        }
        let Some(object) = self.request.target.object(self.kind, link.target.as_str()) else {
            if self.request.target.is_gone(self.kind, link.target.as_str()) {
                draft.skip_because(about, Code::AlreadyGone, &why);
                let gone = Code::AlreadyGone.with([("because", why.code.to_string())]);
                self.no_longer_pending(draft, about, gone);
            } else {
                draft.fail(about, Code::TargetUnknown.reason());
            }
            return Fate::Absent;
        };
        match self.kind {
            ObjectKind::User => self.person_leaves(draft, about, subject, object, &link, &why, removals),
            ObjectKind::Group => self.group_leaves(draft, about, object, &link, &why, removals),
        }
        self.where_it_is(&link)
    }

    fn where_it_is(&self, link: &Link) -> Fate {
        let object = self.request.target.object(self.kind, link.target.as_str());
        object.map_or(Fate::Absent, |object| Fate::At {
            row: u32::try_from(object.row).expect("fewer than 2^32 rows"),
            in_step: false,
        })
    }

    /// The account of somebody who is out of scope, where a person decided that Usher keeps it from now on: only so can an
    /// account that Usher did not make lose access.
    fn adopted(&self, draft: &mut Draft, about: About<'_>, subject: &Subject<'_>) -> Option<Link> {
        if !self.request.decisions.adopts(self.kind) {
            return None;
        }
        let Found::Matched { row, key } = self.candidate(&subject.leaving()).found else { return None };
        let object = self.request.target.object_at(self.kind, row as usize);
        let decided = self.request.decisions.of(self.kind, object.id()) == Some(Decision::Adopt);
        if !decided || self.request.links.of_target(self.kind, object.id()).is_some() {
            return None;
        }
        let reason = Code::Matched.with([("attribute", key.attribute.clone()), ("value", key.value.clone())]);
        let parts = Parts { key: Some(key), ..Parts::about(object, self.request.key) };
        draft.links.push(parts.of(about.operation(Action::Link, reason)));
        Some(Link {
            kind: self.kind,
            source: about.source.into(),
            target: object.id().into(),
            origin: Origin::Adopted,
            active: object.is_active(),
            managed: true,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the facts of one decision, each used once")]
    fn person_leaves(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        subject: &Subject<'_>,
        object: TargetObject<'_>,
        link: &Link,
        why: &Reason,
        removals: Removals,
    ) {
        let (allowed, actions) = (self.request.allowed(self.kind), self.request.actions(self.kind));
        let deletion = self.deletion(draft, about, object, link, why, removals);
        let delete = deletion.is_now();
        // One row says of everybody who waits until when, beside what is done at once.
        let waits = |draft: &mut Draft| match &deletion {
            Deletion::Later(pending) => {
                draft.skip(about, pending.reason.clone());
                true
            }
            Deletion::Never | Deletion::Now(_) => false,
        };
        if !delete && !object.is_active() {
            if !waits(draft) {
                draft.skip_because(about, Code::AlreadyInactive, why);
            }
            return;
        }
        if self.request.policy.out_of_scope == OutOfScope::Leave && is_out_of_scope(&why.code) {
            draft.skip_because(about, Code::LeftInPlace, why);
            return;
        }
        let may_disable = allowed.disable && actions.update;
        if !(delete || may_disable) {
            if !waits(draft) {
                draft.skip_because(about, Code::DisableOff, why);
            }
            return;
        }
        if self.request.protects(about.source, Some(object)) {
            draft.protect(about, object.id(), why);
            return;
        }
        if removals == Removals::Withheld {
            draft.withheld += 1;
            draft.skip_because(about, Code::WithheldIncomplete, why);
            return;
        }
        let parts = Parts::bound_to(object, self.request.key);
        if delete {
            draft.deletes.push(parts.of(about.operation(Action::Delete, why.clone())));
            return;
        }
        match self.disabling(subject, object, why) {
            Ok(change) => {
                let parts = Parts { changes: vec![change], ..parts };
                draft.disables.push(parts.of(about.operation(Action::Disable, why.clone())));
            }
            Err(reason) => draft.fail(about, reason),
        }
        waits(draft);
    }

    /// The one change that takes access away: what the mapping of `active` gives for someone who left.
    fn disabling(
        &self,
        subject: &Subject<'_>,
        object: TargetObject<'_>,
        why: &Reason,
    ) -> Result<Change, Reason> {
        if !self.request.capabilities.keeps(ObjectKind::User, ACTIVE) {
            return Err(Code::DisableNotSupported.with([("because", why.code.to_string())]));
        }
        let unmapped = || Code::DisableNotMapped.with([("because", why.code.to_string())]);
        let always = |apply| apply == usher_mapping::Apply::Always;
        let field =
            self.fields.flowing.iter().find(|field| &*field.path == ACTIVE && always(field.row.apply));
        let field = field.ok_or_else(unmapped)?;
        match field.value(&subject.leaving(), &self.context)? {
            Some(after) if after.shown() == Some(&Value::Boolean(false)) => Ok(Change {
                attribute: field.path.clone(),
                before: field.before(&object.attribute(ACTIVE), &after, subject.id()),
                after: after.in_update(self.request.policy.boolean).planned(field, subject.id()),
            }),
            _ => Err(unmapped()),
        }
    }

    fn group_leaves(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        object: TargetObject<'_>,
        link: &Link,
        why: &Reason,
        removals: Removals,
    ) {
        let (allowed, actions) = (self.request.allowed(self.kind), self.request.actions(self.kind));
        let stays = self.request.policy.group_out_of_scope == GroupOutOfScope::Leave;
        let deletion = if stays {
            self.deletion(draft, about, object, link, why, removals)
        } else {
            Deletion::Now(None)
        };
        if let Deletion::Later(pending) = &deletion {
            draft.skip(about, pending.reason.clone());
        } else if !deletion.is_now() {
            draft.skip_because(about, Code::LeftInPlace, why);
        } else if !(allowed.delete && actions.delete) {
            draft.skip_because(about, Code::DeleteOff, why);
        } else if removals == Removals::Withheld {
            draft.withheld += 1;
            draft.skip_because(about, Code::WithheldIncomplete, why);
        } else {
            let parts = Parts::bound_to(object, self.request.key);
            draft.deletes.push(parts.of(about.operation(Action::Delete, why.clone())));
        }
    }
}
