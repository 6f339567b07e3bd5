//! Every reason code that apply can give, in one place. The message catalogue has one sentence for each.
//!
//! Where Microsoft's provisioning log has a word, it is that word (Microsoft Learn, "Analyze Microsoft Entra
//! provisioning logs").

/// Every code, sorted, for the message catalogue's completeness test. Parameters are named behind each.
pub const CODES: &[&str] = &[
    CHANGED,           // detail
    CONFLICT,          // detail; only for an object that cannot be looked up
    DELETED_IN_RUN,    // -
    DIFFERS,           // what
    DUPLICATE,         // count
    RIGHTS,            // detail
    GONE,              // detail
    GROUP_MISSING,     // -
    INTERRUPTED,       // -
    LINKED_TO_ANOTHER, // source
    LOOK_UP_REFUSED,   // detail
    MEANWHILE,         // -
    NO_ACCOUNT,        // -
    NO_MEMBER,         // -
    NOT_LISTED_BACK,   // -
    NOT_SHOWN,         // -
    NOT_SUPPORTED,     // detail
    OUTSIDE,           // -
    PERSON_FAILED,     // why
    PERSON_MISSING,    // -
    REFUSED,           // detail
    RETRIES_EXHAUSTED, // last
    UNRESOLVED,        // attribute
    UNKNOWN_OUTCOME,   // -
];

/// 412: the object changed since the plan was made.
pub(crate) const CHANGED: &str = "changed-at-target";
/// 409 for something that cannot be looked up.
pub(crate) const CONFLICT: &str = "EntryConflict";
/// The member's account was deleted earlier in the same run.
pub(crate) const DELETED_IN_RUN: &str = "deleted-in-this-run";
/// It was accepted, and listing shows other values.
pub(crate) const DIFFERS: &str = "differs-after-write";
/// Several objects have the key.
pub(crate) const DUPLICATE: &str = "DuplicateTargetEntries";
/// 403 for this object.
pub(crate) const RIGHTS: &str = "InsufficientRights";
/// 404: the object is gone from the target.
pub(crate) const GONE: &str = "InvalidAnchor";
/// The group of a membership has no counterpart at the target.
pub(crate) const GROUP_MISSING: &str = "group-not-provisioned";
/// An earlier run ended before this was known to be done; the next plan sees what is there.
pub const INTERRUPTED: &str = "interrupted";
/// The account that was found belongs to someone else.
pub(crate) const LINKED_TO_ANOTHER: &str = "linked-to-another";
/// The service provider refuses to look up by the key.
pub(crate) const LOOK_UP_REFUSED: &str = "look-up-refused";
/// It was made by somebody else since the plan, and a person is asked before anything that is there is adopted.
pub(crate) const MEANWHILE: &str = "made-meanwhile";
/// The person of an update has no account.
pub(crate) const NO_ACCOUNT: &str = "no-account";
/// No member of this part has an account.
pub(crate) const NO_MEMBER: &str = "no-member-has-an-account";
/// It was accepted, and it is not listed.
pub(crate) const NOT_LISTED_BACK: &str = "not-listed-back";
/// The service provider says that it is there, most likely by our request, and does not show it.
pub(crate) const NOT_SHOWN: &str = "made-and-not-shown";
/// 405 or 501.
pub(crate) const NOT_SUPPORTED: &str = "not-supported-by-target";
/// The key is taken where we cannot see it.
pub(crate) const OUTSIDE: &str = "exists-outside-organisation";
/// The member's own operation failed.
pub(crate) const PERSON_FAILED: &str = "person-failed";
/// The member has no account, and none was planned.
pub(crate) const PERSON_MISSING: &str = "person-has-no-account";
/// 400 or 422.
pub(crate) const REFUSED: &str = "refused-by-target";
/// It failed too often in this run.
pub(crate) const RETRIES_EXHAUSTED: &str = "retries-exhausted";
/// Nobody knows whether it was made, and there is no key to look it up.
pub(crate) const UNKNOWN_OUTCOME: &str = "unknown-outcome";
/// Somebody whom an attribute names has no account: the attribute is left as it is.
pub(crate) const UNRESOLVED: &str = "UnableToResolveReferenceAttributeValue";

/// Whether this says no more than that somebody else has no account yet: the object itself is as it was written.
pub fn waits_for_somebody(code: &str) -> bool {
    [NO_MEMBER, PERSON_FAILED, PERSON_MISSING, DELETED_IN_RUN].contains(&code)
}

/// Whether somebody was left out of a group because the service provider refused them. Otherwise they have no account, and
/// have failed themselves where that is a failure.
pub fn is_refused(why: &usher_plan::Reason) -> bool {
    !waits_for_somebody(&why.code)
}
