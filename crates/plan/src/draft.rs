//! The plan while it is being made: one list per phase, put into order at the end.

use crate::digest::DigestKey;
use crate::model::{
    Action, Change, EntraObjectId, Failure, Key, Member, Note, ObjectKind, Operation, Reason, ScimId, Skip,
};
use crate::pending::PendingDelete;
use crate::reasons::Code;
use crate::renames::Takes;
use crate::snapshot::TargetObject;
use crate::values::Subject;

/// What has been decided so far.
#[derive(Default)]
pub(crate) struct Draft {
    /// By phase, in the order of the plan: what is there is brought in step before anything new is made.
    pub links: Vec<Operation>,
    pub updates: Vec<Operation>,
    pub creates: Vec<Operation>,
    pub disables: Vec<Operation>,
    pub deletes: Vec<Operation>,
    pub references: Vec<Operation>,
    pub memberships: Vec<Operation>,
    pub skips: Vec<Skip>,
    pub failures: Vec<Failure>,
    pub notes: Vec<Note>,
    /// Deletes that wait, or no longer do.
    pub pending: Vec<PendingDelete>,
    /// Names that are taken by this plan, and until then another's.
    pub takes: Takes,
    /// Removals that would be planned if the source had been read completely.
    pub withheld: u32,
    /// Per group: its name, how many leave, of how many.
    pub leaving: Vec<(String, u32, u32)>,
}

/// Who an operation, skip or failure is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub kind: ObjectKind,
    pub source: &'a str,
    pub display: &'a str,
}

impl<'a> About<'a> {
    pub(crate) fn subject(kind: ObjectKind, subject: &Subject<'a>) -> Self {
        Self { kind, source: subject.id(), display: subject.display() }
    }

    pub(crate) fn operation(&self, action: Action, reason: Reason) -> Operation {
        Operation {
            id: 0,
            kind: self.kind,
            action,
            source: Some(EntraObjectId::from(self.source)),
            target: None,
            display: self.display.to_owned(),
            key: None,
            changes: Vec::new(),
            members: Vec::new(),
            reason,
            observed: None,
            version: None,
            after: None,
        }
    }
}

/// The parts of an operation that not every operation has.
#[derive(Default)]
pub(crate) struct Parts {
    pub target: Option<ScimId>,
    pub key: Option<Key>,
    pub changes: Vec<Change>,
    pub members: Vec<Member>,
    pub observed: Option<String>,
    pub version: Option<Box<str>>,
}

impl Parts {
    /// What is to be changed or deleted: this object, as it was read.
    pub(crate) fn bound_to(object: TargetObject<'_>, key: &DigestKey) -> Self {
        Self { version: object.version().map(Into::into), ..Self::about(object, key) }
    }

    /// What is only linked: this object, as it was read.
    pub(crate) fn about(object: TargetObject<'_>, key: &DigestKey) -> Self {
        Self { target: Some(object.id().into()), observed: Some(object.observed(key)), ..Self::default() }
    }

    pub(crate) fn of(self, operation: Operation) -> Operation {
        Operation {
            target: self.target,
            key: self.key,
            changes: self.changes,
            members: self.members,
            observed: self.observed,
            version: self.version,
            ..operation
        }
    }
}

impl Draft {
    pub(crate) fn skip(&mut self, about: About<'_>, reason: Reason) {
        self.skips.push(Skip {
            kind: about.kind,
            source: about.source.into(),
            display: about.display.to_owned(),
            reason,
        });
    }

    pub(crate) fn fail(&mut self, about: About<'_>, reason: Reason) {
        self.failures.push(Failure {
            kind: about.kind,
            source: about.source.into(),
            display: about.display.to_owned(),
            reason,
        });
    }

    pub(crate) fn note(
        &mut self,
        kind: ObjectKind,
        source: Option<&str>,
        target: Option<&str>,
        reason: Reason,
    ) {
        self.notes.push(Note {
            kind,
            source: source.map(EntraObjectId::from),
            target: target.map(ScimId::from),
            reason,
        });
    }

    /// A skip because of what happened to the person, which the sentence names.
    pub(crate) fn skip_because(&mut self, about: About<'_>, code: Code, because: &Reason) {
        self.skip(about, code.with([("because", because.code.to_string())]));
    }

    /// A skip because of protection, and a note: whoever reads the plan should see that somebody keeps access who would
    /// have lost it.
    pub(crate) fn protect(&mut self, about: About<'_>, target: &str, because: &Reason) {
        let reason = Code::ProtectedAccount.with([("because", because.code.to_string())]);
        self.note(about.kind, Some(about.source), Some(target), reason.clone());
        self.skip(about, reason);
    }
}
