//! Deletes that wait. Whoever is gone from Entra for good is disabled at once and deleted only after a period, in which
//! an administrator can take the delete back.
//!
//! The period is the guards' (`delete_grace_days`). When it began, until when it lasts and whether somebody keeps the
//! account is remembered with the link and goes into the next plan like every other fact.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::draft::{About, Draft};
use crate::guards::Guards;
use crate::in_scope::Side;
use crate::leaving::Removals;
use crate::model::{Action, EntraObjectId, ObjectKind, Plan, Reason, ScimId};
use crate::policy::HardDeleted;
use crate::reasons::{Code, is_out_of_scope};
use crate::snapshot::{Link, TargetObject};

/// A delete that an earlier plan began, as it is remembered with the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When it began.
    pub since: Timestamp,
    /// Not before.
    pub due: Timestamp,
    /// Whether an administrator keeps the account.
    pub kept: bool,
}

impl Waiting {
    /// From when on it may be carried out. A longer period counts for deletes that wait already, a shorter one does not:
    /// nobody is deleted before the day that was told.
    #[must_use]
    pub fn due(&self, guards: &Guards) -> Timestamp {
        self.due.max(guards.delete_due(self.since))
    }
}

impl Guards {
    /// When an object that is gone since then may be deleted.
    #[must_use]
    pub fn delete_due(&self, since: Timestamp) -> Timestamp {
        let period = SignedDuration::from_hours(24 * i64::from(self.delete_grace_days));
        since.checked_add(period).unwrap_or(Timestamp::MAX)
    }
}

/// A delete that waits for its day, or no longer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDelete {
    /// A person or a group.
    pub kind: ObjectKind,
    /// The object in Entra.
    pub source: EntraObjectId,
    /// The account or group that is to be deleted.
    pub target: ScimId,
    /// A name to show.
    pub display: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// Not before.
    pub due: Timestamp,
    /// What becomes of it.
    pub state: PendingState,
    /// Why.
    pub reason: Reason,
}

/// What a plan makes of a delete that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PendingState {
    /// It begins to wait with this plan.
    Begins,
    /// It goes on waiting.
    Waits,
    /// Its day has come: this plan deletes, unless something else withholds it.
    Due,
    /// It waits no longer while an administrator keeps the account.
    Kept,
    /// It is off the list.
    Ends,
}

/// Whether, and when, an object that left is deleted.
pub(crate) enum Deletion {
    /// It is not.
    Never,
    /// After a while, or not while somebody keeps it.
    Later(PendingDelete),
    /// In this plan.
    Now(Option<PendingDelete>),
}

impl Deletion {
    pub(crate) fn is_now(&self) -> bool {
        matches!(self, Self::Now(_))
    }

    fn pending(&self) -> Option<&PendingDelete> {
        match self {
            Self::Never => None,
            Self::Later(pending) => Some(pending),
            Self::Now(pending) => pending.as_ref(),
        }
    }
}

impl Side<'_> {
    /// Whether, and when, an object is deleted that left because of `why`. What waits is noted in the draft.
    pub(crate) fn deletion(
        &self,
        draft: &mut Draft,
        about: About<'_>,
        object: TargetObject<'_>,
        link: &Link,
        why: &Reason,
        removals: Removals,
    ) -> Deletion {
        let purged = why.code == Code::HardDeleted.as_str();
        // Someone who was unassigned first was let go: Microsoft's service then sends no DELETE either.
        if !(purged && link.managed) {
            return Deletion::Never;
        }
        let request = self.request;
        let on = request.allowed(self.kind).delete && request.actions(self.kind).delete;
        match request.policy.hard_deleted {
            HardDeleted::Delete if on => return Deletion::Now(None),
            HardDeleted::Delete | HardDeleted::Disable => return Deletion::Never,
            HardDeleted::DeleteLater => {}
        }
        let now = request.made_at;
        let deletion = match request.links.waiting(self.kind, about.source) {
            None => {
                let protected = self.kind == ObjectKind::User && request.protects(about.source, Some(object));
                if !on || protected || removals == Removals::Withheld {
                    return Deletion::Never;
                }
                let due = request.guards.delete_due(now);
                let begins = entry(about, object.id(), (now, due), PendingState::Begins, pending(why, due));
                if due <= now { Deletion::Now(Some(begins)) } else { Deletion::Later(begins) }
            }
            Some(waiting) => {
                let due = waiting.due(request.guards);
                let entry = |state, reason| entry(about, object.id(), (waiting.since, due), state, reason);
                let because = |code: Code| code.with([("because", why.code.to_string())]);
                if waiting.kept {
                    Deletion::Later(entry(PendingState::Kept, because(Code::DeleteKept)))
                } else if !on {
                    Deletion::Later(entry(PendingState::Waits, because(Code::DeleteOff)))
                } else if due <= now {
                    Deletion::Now(Some(entry(PendingState::Due, pending(why, due))))
                } else {
                    Deletion::Later(entry(PendingState::Waits, pending(why, due)))
                }
            }
        };
        draft.pending.extend(deletion.pending().cloned());
        deletion
    }

    /// Takes a delete that waits off the list.
    pub(crate) fn no_longer_pending(&self, draft: &mut Draft, about: About<'_>, reason: Reason) {
        let Some(waiting) = self.request.links.waiting(self.kind, about.source) else { return };
        let target = self.request.links.target_of(self.kind, about.source).unwrap_or_default();
        let times = (waiting.since, waiting.due);
        draft.pending.push(entry(about, target, times, PendingState::Ends, reason));
    }
}

fn entry(
    about: About<'_>,
    target: &str,
    (since, due): (Timestamp, Timestamp),
    state: PendingState,
    reason: Reason,
) -> PendingDelete {
    PendingDelete {
        kind: about.kind,
        source: about.source.into(),
        target: target.into(),
        display: about.display.to_owned(),
        since,
        due,
        state,
        reason,
    }
}

fn pending(why: &Reason, due: Timestamp) -> Reason {
    let due = due.strftime("%Y-%m-%d").to_string();
    Code::DeletePending.with([("because", why.code.to_string()), ("due", due)])
}

impl Plan {
    /// Whom this plan lets go although nothing is written for them: out of scope, and inactive already or left in place.
    /// What happens to them in Entra later no longer counts.
    pub fn lets_go(&self) -> impl Iterator<Item = (ObjectKind, &EntraObjectId)> {
        let silent = [Code::AlreadyInactive, Code::LeftInPlace].map(Code::as_str);
        let gone = self.skips.iter().filter(move |skip| {
            silent.contains(&&*skip.reason.code)
                && skip.reason.with.get("because").is_some_and(|because| is_out_of_scope(because))
        });
        gone.map(|skip| (skip.kind, &skip.source))
    }

    /// Whoever this plan finds or brings in step: managed, and managed again where they were let go before.
    pub fn manages(&self) -> impl Iterator<Item = (ObjectKind, &EntraObjectId)> {
        let in_step = self.skips.iter().filter(|skip| skip.reason.code == Code::RedundantExport.as_str());
        let taken = |action| matches!(action, Action::Disable | Action::Delete);
        let changed = self.operations.iter().filter(move |operation| !taken(operation.action));
        let changed = changed.filter_map(|operation| Some((operation.kind, operation.source.as_ref()?)));
        in_step.map(|skip| (skip.kind, &skip.source)).chain(changed)
    }
}
