//! Everything that a plan is made from. Nothing else goes in: no clock, no network, no random number.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use usher_mapping::{Actions, Mappings, ObjectType, Profile, Table, target_attributes};

use crate::decisions::Decisions;
use crate::digest::DigestKey;
use crate::guards::{Allowed, Guards};
use crate::model::{Cycle, EntraObjectId, Mending, ObjectKind};
use crate::policy::Policy;
use crate::reasons::Code;
use crate::snapshot::{Links, Sizes, SourceSnapshot, TargetSnapshot};

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The connection's id.
    pub connection: &'a str,
    /// Whether this is practice mode.
    pub practice: bool,
    /// Which pass.
    pub cycle: Cycle,
    /// Now.
    pub made_at: Timestamp,
    /// SHA-256 of the configuration revision.
    pub configuration: &'a str,
    /// The service provider's base URL.
    pub target_url: &'a str,
    /// The base URL at which the links were made and last used, where that is known.
    pub linked_at: Option<&'a str>,
    /// Digest of the source watermark.
    pub watermark: &'a str,
    /// What was read from Entra.
    pub source: &'a SourceSnapshot,
    /// What was read from the service provider.
    pub target: &'a TargetSnapshot,
    /// Who belongs to whom.
    pub links: &'a Links,
    /// What a person decided about accounts that were there before.
    pub decisions: &'a Decisions,
    /// Which value goes where.
    pub mappings: &'a Mappings,
    /// The compiled table of people.
    pub users: &'a Table,
    /// The compiled table of groups.
    pub groups: &'a Table,
    /// Only assigned people and groups, or everyone.
    pub assigned_only: bool,
    /// Only these people and groups may get an account, members of these groups among them; everybody when absent. Whoever
    /// is provisioned already is not touched by it.
    pub ring: Option<&'a BTreeSet<String>>,
    /// Limits and switches.
    pub guards: &'a Guards,
    /// Whom Usher signs in as on both sides: user names or object ids. Their access is never taken away.
    pub acting: &'a [String],
    /// How much the last read held whose cycle was settled.
    pub last_read: Option<Sizes>,
    /// Differences between runners and profiles.
    pub policy: &'a Policy,
    /// What the service provider was found to keep.
    pub capabilities: &'a Capabilities,
    /// With what the digests of redacted values and of observed objects are made.
    pub key: &'a DigestKey,
    /// Only these objects, for an on-demand pass.
    pub only: Option<&'a Only>,
    /// What a plan is about that mends some objects after everyone was read; `only` names the same objects then.
    pub mending: Option<&'a Mending>,
}

/// The objects that an on-demand pass looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    /// People.
    pub users: BTreeSet<EntraObjectId>,
    /// Groups, with those of their members that are provisioned.
    pub groups: BTreeSet<EntraObjectId>,
}

impl Only {
    pub(crate) fn names(&self, kind: ObjectKind, id: &str) -> bool {
        let ids = match kind {
            ObjectKind::User => &self.users,
            ObjectKind::Group => &self.groups,
        };
        ids.contains(id)
    }
}

impl Request<'_> {
    /// Whether groups are provisioned as groups.
    pub(crate) fn groups_on(&self) -> bool {
        self.policy.groups && self.mappings.groups.enabled
    }

    /// The mappings' target object actions.
    pub(crate) fn actions(&self, kind: ObjectKind) -> Actions {
        match kind {
            ObjectKind::User => self.mappings.users.actions,
            ObjectKind::Group => self.mappings.groups.actions,
        }
    }

    /// The switches of the guards.
    pub(crate) fn allowed(&self, kind: ObjectKind) -> Allowed {
        match kind {
            ObjectKind::User => self.guards.users,
            ObjectKind::Group => self.guards.groups,
        }
    }

    /// The same facts, for a plan about some of the objects only.
    #[must_use]
    pub fn mending<'b>(&'b self, mending: &'b Mending) -> Request<'b> {
        Request { cycle: Cycle::OnDemand, only: Some(&mending.only), mending: Some(mending), ..*self }
    }

    /// Whether everyone was read, so that how much there is can be compared with the last time.
    pub(crate) fn read_everyone(&self) -> bool {
        self.cycle == Cycle::Initial || self.mending.is_some()
    }

    /// Why Entra does not list somebody. What it said once, that somebody is gone for good, it does not say again.
    pub(crate) fn unlisted(&self, kind: ObjectKind, id: &str) -> Code {
        if self.source.was_purged(id) || self.links.waiting(kind, id).is_some() {
            Code::HardDeleted
        } else {
            Code::GoneFromEntra
        }
    }

    /// Whether this pass looks at the object.
    pub(crate) fn considers(&self, kind: ObjectKind, id: &str) -> bool {
        self.only.is_none_or(|only| only.names(kind, id))
    }
}

/// What the service provider was found to keep, by probing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Whether `active` is kept: without it nobody can be disabled.
    pub active: bool,
    /// Attribute paths of people that are not kept, spelled as the compiled rows print them. They are left out of every request.
    pub users_unsupported: BTreeSet<String>,
    /// Attribute paths of groups that are not kept.
    pub groups_unsupported: BTreeSet<String>,
    /// Attribute paths without which no person can be created.
    pub users_required: BTreeSet<String>,
    /// Attribute paths without which no group can be created.
    pub groups_required: BTreeSet<String>,
    /// The largest group whose members can be written; `None` when members can be added and removed one by one.
    pub largest_group: Option<u32>,
}

impl Capabilities {
    /// A service provider that keeps every attribute of the profile and takes members one by one.
    #[must_use]
    pub fn of(profile: Profile) -> Self {
        let required = |object| {
            let attributes = target_attributes(profile, object).iter();
            attributes.filter(|attribute| attribute.required).map(|attribute| attribute.path.into()).collect()
        };
        Self {
            active: true,
            users_unsupported: BTreeSet::new(),
            groups_unsupported: BTreeSet::new(),
            users_required: required(ObjectType::User),
            groups_required: required(ObjectType::Group),
            largest_group: None,
        }
    }

    pub(crate) fn keeps(&self, kind: ObjectKind, path: &str) -> bool {
        match kind {
            ObjectKind::User => !self.users_unsupported.contains(path) && (self.active || path != "active"),
            ObjectKind::Group => !self.groups_unsupported.contains(path),
        }
    }

    pub(crate) fn requires(&self, kind: ObjectKind, path: &str) -> bool {
        match kind {
            ObjectKind::User => self.users_required.contains(path),
            ObjectKind::Group => self.groups_required.contains(path),
        }
    }
}
