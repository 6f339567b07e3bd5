//! What a person decided about accounts that were at the service provider before Usher.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::guards::ExistingAccounts;
use crate::model::{ObjectKind, ScimId};
use crate::policy::Policy;
use crate::request::Request;

/// What becomes of an account that Usher does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    /// Usher keeps it from now on, for whom it matches.
    Adopt,
    /// Usher never writes to it, nor to its memberships.
    Leave,
    /// Nothing is done with it until somebody decides.
    Later,
}

/// The decisions of one connection, by the id of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    users: BTreeMap<ScimId, Decision>,
    groups: BTreeMap<ScimId, Decision>,
}

impl FromIterator<(ObjectKind, ScimId, Decision)> for Decisions {
    fn from_iter<I: IntoIterator<Item = (ObjectKind, ScimId, Decision)>>(decisions: I) -> Self {
        let mut all = Self::default();
        for (kind, target, decision) in decisions {
            let of = if kind == ObjectKind::User { &mut all.users } else { &mut all.groups };
            of.insert(target, decision);
        }
        all
    }
}

impl Decisions {
    /// Nobody has decided anything.
    pub const NONE: &'static Self = &Self { users: BTreeMap::new(), groups: BTreeMap::new() };

    /// What was decided about an account; nothing where nobody has.
    #[must_use]
    pub fn of(&self, kind: ObjectKind, target: &str) -> Option<Decision> {
        self.kind(kind).get(target).copied()
    }

    /// Whether any account of this kind was taken over by a person.
    pub(crate) fn adopts(&self, kind: ObjectKind) -> bool {
        self.kind(kind).values().any(|decision| *decision == Decision::Adopt)
    }

    /// Digest of the rules that a plan is made by: the policy, and what was decided. A plan is out of date when it differs.
    #[must_use]
    pub fn rules(&self, policy: &Policy) -> String {
        if *self == Self::default() {
            return policy.digest();
        }
        let decided = serde_json::to_vec(&(policy.digest(), &self.users, &self.groups));
        crate::digest::hex(&Sha256::digest(decided.expect("ids are texts")))
    }

    fn kind(&self, kind: ObjectKind) -> &BTreeMap<ScimId, Decision> {
        match kind {
            ObjectKind::User => &self.users,
            ObjectKind::Group => &self.groups,
        }
    }
}

impl Request<'_> {
    /// What becomes of an account that matches and that Usher does not keep yet.
    pub(crate) fn stance(&self, kind: ObjectKind, target: &str) -> Decision {
        self.decisions.of(kind, target).unwrap_or(match self.guards.existing_accounts {
            ExistingAccounts::Adopt => Decision::Adopt,
            ExistingAccounts::Ask => Decision::Later,
        })
    }

    /// Whether a person said that Usher shall never write to this account.
    pub(crate) fn is_left(&self, kind: ObjectKind, target: &str) -> bool {
        self.decisions.of(kind, target) == Some(Decision::Leave)
    }
}
