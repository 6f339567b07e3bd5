//! What a connection allows without asking: limits by count and share, and switches per kind of action.
//!
//! These are the defaults of the local runner and of every preview. A tripped limit writes nothing and asks a person;
//! a switched-off action is left out of the plan and reported.

use serde::{Deserialize, Serialize};

/// The guards of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guards {
    /// How many people may lose access in one plan. Disabling and deleting both count.
    pub people_losing_access: PeopleLosingAccess,
    /// How many people may be deleted in one plan.
    pub people_deletions: u32,
    /// How many groups may be deleted in one plan.
    pub group_deletions: u32,
    /// For how many days a delete waits, in which it can be taken back; at once when 0.
    pub delete_grace_days: u32,
    /// How many members may leave one group in one plan.
    pub members_leaving_group: MembersLeavingGroup,
    /// How much less than the last time Entra may list.
    pub implausible_shrinkage: Shrinkage,
    /// What becomes of accounts that match and were there before Usher, while nobody has decided about them.
    pub existing_accounts: ExistingAccounts,
    /// User names, with `*` for any characters, of people whose access no plan takes away.
    pub protected: Vec<String>,
    /// What may be done to people.
    pub users: Allowed,
    /// What may be done to groups.
    pub groups: Allowed,
}

/// What becomes of accounts that match and were there before Usher, while nobody has decided about them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExistingAccounts {
    /// They are adopted, as Microsoft's service does (Microsoft Learn, "How application provisioning works in Microsoft Entra
    /// ID": a matching user is linked and updated).
    #[default]
    Adopt,
    /// Nothing is done with them until a person decides.
    Ask,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            people_losing_access: PeopleLosingAccess::default(),
            people_deletions: 0,
            group_deletions: 0,
            // As long as Entra keeps whoever was deleted there (Microsoft Learn, "How application provisioning works": 30
            // days after an account was deleted it is gone for good).
            delete_grace_days: 30,
            members_leaving_group: MembersLeavingGroup::default(),
            implausible_shrinkage: Shrinkage::default(),
            protected: Vec::new(),
            existing_accounts: ExistingAccounts::default(),
            users: Allowed::default(),
            groups: Allowed::default(),
        }
    }
}

/// `max(at_least, min(count, percent of the managed people))`: the smaller of count and share, but never so small that
/// a tiny organisation cannot offboard anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeopleLosingAccess {
    /// At most this many people.
    pub count: u32,
    /// At most this share of the managed, active people, rounded down.
    pub percent: u32,
    /// This many are always allowed.
    pub at_least: u32,
}

impl Default for PeopleLosingAccess {
    fn default() -> Self {
        Self { count: 10, percent: 5, at_least: 3 }
    }
}

impl PeopleLosingAccess {
    /// How many people may lose access when `managed` people are linked and active.
    #[must_use]
    pub fn limit(&self, managed: u32) -> u32 {
        let share = u64::from(managed) * u64::from(self.percent) / 100;
        self.at_least.max(self.count.min(u32::try_from(share).unwrap_or(u32::MAX)))
    }
}

/// A share of the members of one group, for groups that are large enough for a share to mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MembersLeavingGroup {
    /// At most this share of a group's members may leave at once.
    pub percent: u32,
    /// Only groups with at least this many members are watched.
    pub from: u32,
}

impl Default for MembersLeavingGroup {
    fn default() -> Self {
        Self { percent: 50, from: 10 }
    }
}

impl MembersLeavingGroup {
    /// How many may leave a group of `members`; `None` when the group is too small to be watched.
    #[must_use]
    pub fn limit(&self, members: u32) -> Option<u32> {
        share(members, self.percent, self.from)
    }
}

/// A share of what the last complete read held, for reads that were large enough for a share to mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shrinkage {
    /// At most this share may be missing at once.
    pub percent: u32,
    /// Only reads that held at least this many are compared with.
    pub from: u32,
}

impl Default for Shrinkage {
    fn default() -> Self {
        Self { percent: 50, from: 10 }
    }
}

impl Shrinkage {
    /// How many may be missing when there were `before`; `None` when that is too few to compare with.
    #[must_use]
    pub fn limit(&self, before: u32) -> Option<u32> {
        share(before, self.percent, self.from)
    }
}

/// So many per cent of `number`, rounded down; nothing below `from`.
fn share(number: u32, percent: u32, from: u32) -> Option<u32> {
    (number >= from).then(|| u32::try_from(u64::from(number) * u64::from(percent) / 100).unwrap_or(u32::MAX))
}

/// Which actions are switched on. An action also has to be on in the mapping's target object actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allowed {
    /// New objects may be made.
    pub create: bool,
    /// Attributes and members may be changed, and people re-activated.
    pub update: bool,
    /// People may be deactivated. Means nothing for groups.
    pub disable: bool,
    /// Objects may be removed. Off at first: removing an organisation user may destroy data.
    pub delete: bool,
}

impl Default for Allowed {
    fn default() -> Self {
        Self { create: true, update: true, disable: true, delete: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_losing_access_takes_the_smaller_of_count_and_share_but_never_less_than_three() {
        let guard = PeopleLosingAccess::default();
        let limits = [0, 1, 40, 60, 79, 80, 100, 200, 1_000, u32::MAX].map(|managed| guard.limit(managed));
        assert_eq!(limits, [3, 3, 3, 3, 3, 4, 5, 10, 10, 10]);
    }

    #[test]
    fn small_groups_may_turn_over_completely() {
        let guard = MembersLeavingGroup::default();
        assert_eq!(
            [0, 9, 10, 11, 101].map(|members| guard.limit(members)),
            [None, None, Some(5), Some(5), Some(50)]
        );
    }

    #[test]
    fn half_of_what_was_read_last_may_be_missing_and_not_one_more() {
        let limits = [0, 9, 10, 11, 100_001].map(|before| Shrinkage::default().limit(before));
        assert_eq!(limits, [None, None, Some(5), Some(5), Some(50_000)]);
    }

    #[test]
    fn an_empty_table_means_the_defaults_and_an_unknown_key_is_refused() {
        let guards: Guards = serde_json::from_str("{}").expect("an empty table is valid");
        assert_eq!(guards, Guards::default());
        assert!(!guards.users.delete && guards.users.disable && guards.group_deletions == 0);
        assert_eq!((guards.people_deletions, guards.delete_grace_days), (0, 30));
        let partial: Guards =
            serde_json::from_str(r#"{"people_losing_access":{"count":50}}"#).expect("valid");
        assert_eq!(partial.people_losing_access, PeopleLosingAccess { count: 50, percent: 5, at_least: 3 });
        assert!(serde_json::from_str::<Guards>(r#"{"people_loosing_access":{}}"#).is_err());
    }
}
