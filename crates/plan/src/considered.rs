//! Who is considered at all, scoping filters apart: for whoever tries filters and mappings out before a plan is made.
//!
//! The rules are those of the plan itself, so that a trial cannot differ from what is done.

use crate::model::Reason;
use crate::policy::Policy;
use crate::scope::{Scope, Standing};
use crate::snapshot::{SourceGroup, SourceSnapshot, SourceUser};

/// Everyone's standing before any scoping filter is asked.
pub struct Considered<'s> {
    source: &'s SourceSnapshot,
    scope: Scope<'s>,
}

/// Why somebody is considered, or is not.
#[derive(Clone)]
pub struct Place<'s> {
    /// Assigned, or everyone is considered.
    pub assigned: bool,
    /// Assigned without a detour.
    pub direct: bool,
    /// The group through which a person is assigned, or would be if groups in groups were followed.
    pub via: Option<SourceGroup<'s>>,
    /// Why not; nothing for whom the filters decide.
    pub out: Option<Reason>,
}

impl<'s> Considered<'s> {
    /// Works it out once for everyone: cost grows with memberships, not with people times groups.
    #[must_use]
    pub fn new(source: &'s SourceSnapshot, policy: &'s Policy, assigned_only: bool, groups_on: bool) -> Self {
        Self { source, scope: Scope::unfiltered(source, policy, assigned_only, groups_on) }
    }

    /// A person's place.
    #[must_use]
    pub fn user(&self, user: SourceUser<'s>) -> Place<'s> {
        self.place(self.scope.user(user))
    }

    /// A group's place as a group.
    #[must_use]
    pub fn group(&self, group: SourceGroup<'s>) -> Place<'s> {
        self.place(self.scope.group(group))
    }

    fn place(&self, standing: Standing<'s>) -> Place<'s> {
        Place {
            assigned: standing.assigned,
            direct: standing.direct,
            via: standing.via.and_then(|id| self.source.group(id)),
            out: standing.ruling.reason().cloned(),
        }
    }
}
