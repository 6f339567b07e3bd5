//! Rollout in rings: who may get an account at all, as long as not everybody may.
//!
//! A ring is not scope. It only holds back accounts that are to be made or adopted: whoever Usher provisions already goes on
//! being updated, disabled and deleted as ever, so that a ring that is made narrower takes nothing from anybody.

use std::collections::BTreeSet;

use crate::model::ObjectKind;
use crate::policy::Policy;
use crate::snapshot::{Node, SourceSnapshot};

/// Who is in the ring, worked out once.
pub struct Ring<'r> {
    /// Ids of people and groups; everybody when absent.
    named: Option<&'r BTreeSet<String>>,
    /// The people in the groups that are named.
    members: BTreeSet<&'r str>,
}

impl<'r> Ring<'r> {
    /// The ring of these people and groups; everybody when absent. A group stands for itself and for its members, as far as
    /// an assigned group would pass its assignment on.
    #[must_use]
    pub fn new(source: &'r SourceSnapshot, named: Option<&'r BTreeSet<String>>, policy: &Policy) -> Self {
        let mut members = BTreeSet::new();
        let mut open: Vec<_> = named.into_iter().flatten().filter_map(|id| source.group(id)).collect();
        let mut seen: BTreeSet<usize> = open.iter().map(|group| group.row).collect();
        while let Some(group) = open.pop() {
            for node in group.members() {
                match node {
                    Node::User(row) => drop(members.insert(source.user_at(row as usize).id())),
                    Node::Group(row) if policy.nested_groups && seen.insert(row as usize) => {
                        open.push(source.group_at(row as usize));
                    }
                    Node::Group(_) => {}
                }
            }
        }
        Self { named, members }
    }

    /// Whether an account may be made for this object, or adopted.
    #[must_use]
    pub fn admits(&self, kind: ObjectKind, id: &str) -> bool {
        let Some(named) = self.named else { return true };
        named.contains(id) || (kind == ObjectKind::User && self.members.contains(id))
    }
}
