//! Finding out by doing what PATCH does with members in GoTo's dialect: its description does not say whether it adds to the
//! list or replaces it, and nothing is built on a guess.
//!
//! It is tried on a group that nobody is in yet, with people who are to join it: whatever PATCH turns out to do, nobody loses
//! a membership that they had, and all of them are in the group afterwards.

use std::collections::BTreeSet;

use crate::capabilities::MemberPatch;
use crate::error::{Class, GotoError};
use crate::members::MemberKind;
use crate::resource::ScimId;
use crate::service_provider::ServiceProvider;
use crate::writes::MemberChange;

impl ServiceProvider {
    /// Adds people to a group, and finds out what PATCH does with members where the group can show it: nobody is in it, and
    /// several join.
    ///
    /// An error leaves the group with some of the people; adding them again mends that.
    pub async fn add_members_and_learn(
        &self,
        group: &ScimId,
        people: &[ScimId],
    ) -> Result<Option<MemberPatch>, GotoError> {
        let [first, rest @ ..] = people else { return Ok(None) };
        if rest.is_empty()
            || people.len() > self.can.members_per_request
            || !self.members(group).await?.items().is_empty()
        {
            return self.add_members(group, people).await.map(|()| None);
        }
        let first = std::slice::from_ref(first);
        let adds = self.patch_shows(group, &MemberChange::Add(first), first).await?
            && self.patch_shows(group, &MemberChange::Add(rest), people).await?;
        if !adds {
            self.pacer().turn().await;
            self.put_members(group, &MemberChange::Add(people)).await?;
            return Ok(Some(MemberPatch::No));
        }
        let removes = self.patch_shows(group, &MemberChange::Remove(first), rest).await?;
        // Whoever was taken out to see comes in again; who is still there is not added twice.
        let whole = self.patch_shows(group, &MemberChange::Add(first), people).await?;
        if !whole {
            self.pacer().turn().await;
            self.put_members(group, &MemberChange::Add(people)).await?;
            return Ok(Some(MemberPatch::No));
        }
        Ok(Some(if removes { MemberPatch::AddsAndRemoves } else { MemberPatch::Adds }))
    }

    /// Whether this PATCH is taken and the group has exactly these people then.
    async fn patch_shows(
        &self,
        group: &ScimId,
        change: &MemberChange<'_>,
        expected: &[ScimId],
    ) -> Result<bool, GotoError> {
        self.pacer().turn().await;
        match self.patch_members(group, change).await {
            Ok(()) => {}
            Err(error)
                if matches!(error.class, Class::Invalid | Class::Unsupported)
                    || error.status == Some(405) =>
            {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        let members = self.members(group).await?;
        let found: BTreeSet<&ScimId> = members
            .items()
            .iter()
            .filter(|member| member.kind == MemberKind::User)
            .map(|member| &member.id)
            .collect();
        Ok(found == expected.iter().collect())
    }
}
