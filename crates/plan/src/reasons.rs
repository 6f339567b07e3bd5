//! Every reason code that a plan can carry, in one place. The message catalogue has one sentence for each.
//!
//! Codes in capitals are those of Microsoft's provisioning log (Microsoft Learn, "Analyze Microsoft Entra provisioning
//! logs"), so that an administrator finds the same word in both.

use std::borrow::Cow;

use crate::Reason;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// A reason code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, for the message catalogue's completeness test.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The code's description, for documents.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+),)+
                }
            }
        }
    };
}

codes! {
    // Operations
    /// In scope, and no account matches: it is created.
    InScopeNoMatch = "in-scope-no-match",
    /// An account that matches is already there. With `attribute`, `value`.
    Matched = "matched",
    /// Attributes differ from what the mappings give.
    AttributesDiffer = "attributes-differ",
    /// The account of somebody whom an attribute names is made by the same plan.
    ReferenceWaited = "reference-waited",
    /// The person is back in scope.
    ReEnabled = "re-enabled",
    /// The group has members that the target does not list.
    MembersJoined = "members-joined",
    /// Members left the group in Entra.
    MembersLeft = "members-left",
    /// Members whom Entra does not have in the group, and whom Usher does not manage.
    MembersNobodyGave = "members-nobody-gave",
    /// In scope, and the mapping of `active` gives false.
    InactiveByMapping = "inactive-by-mapping",

    // Out of scope, on a skip, and on the disable of a linked person
    /// Not assigned to the application, directly or through an assigned group.
    NotAssigned = "not-assigned",
    /// Only a member of a group inside an assigned group, which does not count. With `group`.
    NestedOnly = "nested-group-only",
    /// Assigned, but without a role that provisions. With `role`.
    NotEffectivelyEntitled = "NotEffectivelyEntitled",
    /// A scoping filter leaves it out. With `title`, `attribute`, `operator`, `value`, `has`, `actual`.
    FilteredOut = "filtered-out",
    /// The account is disabled in Entra.
    DisabledInEntra = "disabled-in-entra",
    /// The account is in Entra's recycle bin.
    SoftDeleted = "soft-deleted",
    /// The account was removed from Entra for good.
    HardDeleted = "hard-deleted",
    /// A complete read of Entra no longer lists it.
    GoneFromEntra = "gone-from-entra",
    /// Groups are not provisioned by this connection.
    GroupsOff = "groups-off",

    // Nothing to do
    /// Both sides are equal already.
    RedundantExport = "RedundantExport",
    /// Out of scope, and inactive at the target already. With `because`.
    AlreadyInactive = "already-inactive",
    /// Out of scope, and no longer at the target. With `because`.
    AlreadyGone = "already-gone",
    /// No matching attribute has a value, so scope and match are unknown. With `attributes`.
    ImportSkipped = "ImportSkipped",
    /// Out of scope, and left as it is by the policy. With `because`.
    LeftInPlace = "left-in-place",
    /// A person decided that the account is left as it is. With `account`.
    AccountLeft = "account-left",
    /// An account that matches was there before, and nobody has decided about it. With `account`.
    AccountUndecided = "account-undecided",
    /// In scope, and provisioning is limited to others so far: it waits for the ring to become wider.
    WaitsForRing = "waits-for-ring",
    /// Would be created, but creating is switched off.
    CreateOff = "create-switched-off",
    /// Would be updated, but updating is switched off.
    UpdateOff = "update-switched-off",
    /// Would be disabled, but disabling is switched off. With `because`.
    DisableOff = "disable-switched-off",
    /// Would be deleted, but deleting is switched off. With `because`.
    DeleteOff = "delete-switched-off",
    /// Gone from Entra for good, and waits to be deleted. With `because`, `due`.
    DeletePending = "delete-pending",
    /// Gone from Entra for good, and an administrator keeps the account. With `because`.
    DeleteKept = "delete-kept",
    /// Was to be deleted, and Entra lists it again: it is no longer to be deleted.
    DeleteNoLongerPending = "delete-no-longer-pending",
    /// The account goes to somebody else, as was decided.
    HandedOver = "account-handed-over",
    /// Would lose access, but is protected. With `because`.
    ProtectedAccount = "protected-account",
    /// Would lose access, but the source was not read completely. With `because`.
    WithheldIncomplete = "withheld-incomplete-read",

    // Failures
    /// Several accounts match. With `attribute`, `value`.
    DuplicateTargetEntries = "DuplicateTargetEntries",
    /// Several people or groups in Entra lay claim to one account. With `attribute`, `value`.
    DuplicateSourceEntries = "DuplicateSourceEntries",
    /// The account that fits is kept for somebody else, who is not in scope. With `attribute`, `value`, `account`, `other`.
    KeptForAnother = "account-kept-for-another",
    /// The same, and this pass did not look at that one. With `attribute`, `value`, `other`.
    HeldByAnother = "account-held-by-another",
    /// Two or more take each other's values. With `attribute`, `names`.
    NamesExchanged = "names-exchanged",
    /// Another account at the target already has this value. With `attribute`.
    EntryConflict = "EntryConflict",
    /// The linked account is gone from the target.
    InvalidAnchor = "InvalidAnchor",
    /// A required attribute has no value. With `attribute`.
    MissingValues = "MissingValues",
    /// The source has several values for an attribute that takes one. With `attribute`.
    SeveralValues = "SchemaPropertyCanOnlyAcceptValue",
    /// The value of a Boolean attribute is neither true nor false. With `attribute`.
    NotBoolean = "InvalidValue",
    /// The value does not fit the type of the attribute. With `attribute`, `type`.
    WrongType = "wrong-type",
    /// An expression could not be evaluated. With `attribute`, `code`, `error`.
    ExpressionFailed = "expression-failed",
    /// A scoping filter could not be evaluated, so scope is unknown. With `title`, `attribute`, `operator`, `code`, `error`.
    FilterFailed = "filter-failed",
    /// A random or redacted value that the plan left open cannot be filled in as it was planned. With `attribute`.
    OpenValueGone = "open-value-gone",
    /// The target was not read far enough to know whether an account is there.
    TargetUnknown = "target-not-read",
    /// The person should be disabled, but the mappings have no row that sets `active` to false. With `because`.
    DisableNotMapped = "disable-not-mapped",
    /// The person should be disabled, but this service provider does not keep `active`. With `because`.
    DisableNotSupported = "disable-not-supported",
    /// The group is larger than this service provider can be given. With `members`, `limit`.
    GroupTooLarge = "group-too-large",

    // Notes
    /// The service provider does not keep this attribute: it is left out. With `attribute`.
    AttributeNotSupported = "attribute-not-supported",
    /// A reference from anything but `manager` and `members` is not provisioned. With `attribute`.
    ReferenceLeftOut = "reference-left-out",
    /// The person whom an attribute names is not provisioned: it is left as it is. With `attribute`, `name`, `other`.
    UnresolvedReference = "UnableToResolveReferenceAttributeValue",
    /// So many people have such a reference. With `attribute`, `count`.
    ReferencesUnresolved = "references-unresolved",
    /// Roles come with assignments, and this connection considers everybody: the attribute is left out. With `attribute`.
    RolesNeedAssignment = "roles-need-assignment",
    /// The linked object is gone from the target and is matched again.
    TargetGone = "target-gone",
    /// The group has members that Usher does not manage: they stay. With `count`.
    UnmanagedMembers = "unmanaged-members",
    /// Members who left the group in Entra are protected: they stay. With `count`.
    ProtectedMembers = "protected-members",
    /// Members of the group are not provisioned: they are left out. With `count`.
    MembersNotProvisioned = "members-not-provisioned",
    /// Changes of members are withheld. With `because`, `count`.
    MembersWithheld = "members-withheld",
}

/// Whether a reason says that somebody is not meant to be there: unassigned, or filtered out.
pub(crate) fn is_out_of_scope(code: &str) -> bool {
    [Code::NotAssigned, Code::NestedOnly, Code::NotEffectivelyEntitled, Code::FilteredOut]
        .iter()
        .any(|out| out.as_str() == code)
}

impl Code {
    /// The reason without parameters.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason { code: Cow::Borrowed(self.as_str()), with: std::collections::BTreeMap::new() }
    }

    /// The reason with parameters.
    pub fn with<const N: usize>(self, with: [(&str, String); N]) -> Reason {
        Reason {
            code: Cow::Borrowed(self.as_str()),
            with: with.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_spelled_as_one_word() {
        let spelled: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(spelled.len(), Code::ALL.len());
        for code in spelled {
            assert!(code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{code}");
        }
        assert!(Code::ALL.iter().all(|code| code.doc().trim().ends_with('.')));
    }
}
