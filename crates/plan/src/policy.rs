//! Every difference between Microsoft's service and the local runner, and between profiles, as named fields.
//!
//! No other code asks which runner or profile it serves. Sources, unless a field says otherwise: Microsoft Learn, "How
//! application provisioning works in Microsoft Entra ID" and "Known issues for provisioning".

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use usher_mapping::Profile;

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether groups are provisioned as groups. The GoToMeeting profile knows people only.
    pub groups: bool,
    /// Whether members of a group inside an assigned group count as assigned. Microsoft's service does not expand them.
    pub nested_groups: bool,
    /// Whether an assignment with the role "Default Access" entitles. The retired GoToMeeting connector refused it.
    pub default_access: DefaultAccess,
    /// What happens to a linked person who leaves the scope.
    pub out_of_scope: OutOfScope,
    /// What happens to a linked person who no longer exists in Entra at all.
    pub hard_deleted: HardDeleted,
    /// What happens to a linked group that leaves the scope.
    pub group_out_of_scope: GroupOutOfScope,
    /// Whether a person whose account is disabled in Entra is created all the same. Neither runner does.
    pub create_disabled: bool,
    /// What happens when a linked object is gone from a complete read of the target.
    pub gone_target: GoneTarget,
    /// How a Boolean is written in an update. Microsoft's service sends `"False"` unless the tenant URL carries the
    /// `aadOptscim062020` flag; we always send JSON Booleans (RFC 7643 section 2.3.2).
    pub boolean: BooleanForm,
    /// When the number of people losing access trips the guard.
    pub removals: RemovalLimit,
    /// What is said of somebody who has no value by which an account could be found.
    pub no_matching_value: NoMatchingValue,
    /// When a manager who gets an account later than the people below becomes theirs.
    pub late_references: LateReferences,
}

/// Whether "Default Access" is a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultAccess {
    /// It entitles like any role (all applications since July 2020).
    Accepted,
    /// A real role is required.
    Refused,
}

/// What happens to a linked person who leaves the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutOfScope {
    /// `active` becomes false.
    Disable,
    /// Nothing (Graph secret `SkipOutOfScopeDeletions`). Disabling or deleting the account in Entra still disables.
    Leave,
}

/// What happens to a linked person who no longer exists in Entra at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HardDeleted {
    /// Removed at the target where deletes are switched on, else disabled.
    Delete,
    /// Disabled at once, and removed after the guards' period where deletes are switched on. A group that no longer exists
    /// waits likewise.
    DeleteLater,
    /// Disabled.
    Disable,
}

/// What happens to a linked group that leaves the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupOutOfScope {
    /// It stays as it is at the target and is reported; Usher stops managing it. What becomes of a group that no longer
    /// exists in Entra is said by [`HardDeleted`].
    Leave,
    /// It is removed, where deletes are switched on: groups cannot be disabled.
    Delete,
}

/// What happens when a linked object is gone from a complete read of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GoneTarget {
    /// The link is dropped and the object is matched again, and created when nothing matches. Reported as drift.
    MatchAgain,
    /// A failure `InvalidAnchor` until a person drops the link.
    Fail,
}

/// How a Boolean is written in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BooleanForm {
    /// `false`.
    Json,
    /// `"False"`.
    Text,
}

/// When the number of people losing access trips the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemovalLimit {
    /// The connection's guards, by count and share.
    Guards,
    /// A plain count of people *and* groups, disabled or deleted, per cycle (Microsoft Learn, "Enable accidental
    /// deletions prevention"). `None` when the prevention is switched off, which is how the service starts.
    Threshold(Option<u32>),
}

/// What is said of somebody who has no value by which an account could be found, and no account yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoMatchingValue {
    /// `ImportSkipped`, whether in scope or not (Microsoft Learn, "Understand how provisioning integrates with Azure Monitor
    /// logs": the import is skipped, scope is not evaluated).
    BeforeScope,
    /// First whether the person is in scope at all: who is not needs no repair.
    AfterScope,
}

/// When a reference to somebody who had no account is written after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LateReferences {
    /// With the next pass over everyone (Microsoft Learn, "How application provisioning works": the reference is updated
    /// when provisioning is restarted).
    AtRestart,
    /// As soon as there is an account: a pass over changes looks at everybody who refers to somebody who gets one.
    WithTheAccount,
}

impl Policy {
    /// The rules of the runner on this computer.
    #[must_use]
    pub fn local(profile: Profile) -> Self {
        Self {
            groups: profile != Profile::Gotomeeting,
            nested_groups: false,
            default_access: default_access(profile),
            out_of_scope: OutOfScope::Disable,
            hard_deleted: HardDeleted::DeleteLater,
            group_out_of_scope: GroupOutOfScope::Leave,
            create_disabled: false,
            gone_target: GoneTarget::MatchAgain,
            boolean: BooleanForm::Json,
            removals: RemovalLimit::Guards,
            no_matching_value: NoMatchingValue::AfterScope,
            late_references: LateReferences::WithTheAccount,
        }
    }

    /// The rules of Microsoft's provisioning service, as far as they are published.
    #[must_use]
    pub fn entra(profile: Profile) -> Self {
        Self {
            hard_deleted: HardDeleted::Delete,
            group_out_of_scope: GroupOutOfScope::Delete,
            gone_target: GoneTarget::Fail,
            boolean: BooleanForm::Text,
            removals: RemovalLimit::Threshold(None),
            no_matching_value: NoMatchingValue::BeforeScope,
            late_references: LateReferences::AtRestart,
            ..Self::local(profile)
        }
    }

    /// SHA-256 of the policy: part of what makes a plan stale.
    #[must_use]
    pub fn digest(&self) -> String {
        let bytes = serde_json::to_vec(self).expect("a policy has only strings, numbers and Booleans");
        crate::digest::hex(&Sha256::digest(bytes))
    }
}

fn default_access(profile: Profile) -> DefaultAccess {
    match profile {
        Profile::Gotomeeting => DefaultAccess::Refused,
        Profile::Goto | Profile::Scim => DefaultAccess::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_changes_with_every_difference() {
        let policies = [
            Policy::local(Profile::Goto),
            Policy::local(Profile::Gotomeeting),
            Policy::entra(Profile::Goto),
            Policy { nested_groups: true, ..Policy::local(Profile::Goto) },
        ];
        let digests: std::collections::BTreeSet<_> = policies.iter().map(Policy::digest).collect();
        assert_eq!(digests.len(), policies.len());
        assert_eq!(Policy::local(Profile::Goto).digest(), Policy::local(Profile::Scim).digest());
    }
}
