//! What the service remembers of a job between cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use jiff::Timestamp;
use usher_plan::{Links, ObjectKind, Only, Origin};
use usher_runner::{Memory, store_kind};
use usher_store::{ConnectionId, DataFolder, LinkOrigin, World as Side};

use super::report::Stopped;
use super::source::{Digest, Read};
use crate::world::lock;

/// A person or group by kind and id.
pub type Subject = (ObjectKind, String);

/// The memory of one job. Its folder goes with it.
pub struct JobMemory {
    /// Links and journal.
    pub store: Memory,
    /// What was seen.
    pub seen: Mutex<Seen>,
    /// One pass at a time: on-demand provisioning waits for a cycle.
    pub turn: tokio::sync::Mutex<()>,
    _folder: tempfile::TempDir,
}

/// What a job has seen of the tenant.
#[derive(Default)]
pub struct Seen {
    /// What everyone looked like when they were last provisioned.
    digests: BTreeMap<Subject, Digest>,
    /// Objects that failed.
    escrows: BTreeMap<Subject, Escrow>,
    /// Everything that was ever provisioned: this count never goes down.
    provisioned: BTreeSet<Subject>,
}

/// An object that failed, and when it is tried again. Microsoft publishes that the intervals grow (Microsoft Learn,
/// "How application provisioning works"), not how: here 1, 2, 4, 8 and 16 cycles, then 36, which is a day.
#[derive(Clone, Copy)]
struct Escrow {
    tries: u32,
    cycles_left: u32,
}

impl Escrow {
    fn after(tries: u32) -> Self {
        let cycles_left = if tries > 5 { 36 } else { 1 << (tries - 1) };
        Self { tries, cycles_left }
    }
}

impl JobMemory {
    /// An empty memory.
    pub fn new(now: Timestamp) -> Result<Self, Stopped> {
        let trouble = |error: &dyn std::fmt::Display| Stopped::own(error.to_string());
        let folder = tempfile::tempdir().map_err(|error| trouble(&error))?;
        let id = ConnectionId::new("job").map_err(|error| trouble(&error))?;
        let data = DataFolder::open(folder.path()).map_err(|error| trouble(&error))?;
        let store = data.create(&id, Side::Practice, now).map_err(|error| trouble(&error))?;
        Ok(Self {
            store: Memory::new(store),
            seen: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            _folder: folder,
        })
    }

    /// Who belongs to whom.
    pub async fn links(&self) -> Result<Links, Stopped> {
        let load = |store: &usher_store::Store| {
            let mut all = Vec::new();
            for kind in [ObjectKind::User, ObjectKind::Group] {
                all.extend(store.links(store_kind(kind))?.into_iter().map(|link| usher_plan::Link {
                    kind,
                    source: link.source.into(),
                    target: link.target.into(),
                    origin: match link.origin {
                        LinkOrigin::Created => Origin::Created,
                        LinkOrigin::Adopted => Origin::Adopted,
                    },
                    active: link.active,
                    managed: link.managed,
                }));
            }
            Ok::<_, usher_store::StoreError>(all.into_iter().collect())
        };
        self.store.with(load).await.map_err(|error| Stopped::own(error.to_string()))
    }

    /// Drops the links of these.
    pub async fn unlink(&self, subjects: Vec<Subject>) -> Result<(), Stopped> {
        let drop_them = move |store: &usher_store::Store| {
            for (kind, source) in &subjects {
                store.remove_link(store_kind(*kind), source)?;
            }
            Ok::<_, usher_store::StoreError>(())
        };
        self.store.with(drop_them).await.map_err(|error| Stopped::own(error.to_string()))
    }

    /// Forgets everything about whom is linked to whom, as a reset of the connector's data store does.
    pub async fn forget(&self) -> Result<(), Stopped> {
        let all = self.links().await?.iter().map(|link| (link.kind, link.source.to_string())).collect();
        self.unlink(all).await?;
        *lock(&self.seen) = Seen::default();
        Ok(())
    }
}

impl Seen {
    /// What an incremental cycle looks at: what changed, came or went since, and what failed and is due again.
    pub fn changed(&mut self, read: &Read) -> Only {
        let mut only = Only::default();
        let mut add = |(kind, id): &Subject| match kind {
            ObjectKind::User => only.users.insert(id.as_str().into()),
            ObjectKind::Group => only.groups.insert(id.as_str().into()),
        };
        for (subject, facts) in &read.facts {
            if self.digests.get(subject) != Some(&facts.digest) {
                add(subject);
            }
        }
        for gone in self.digests.keys().filter(|subject| !read.facts.contains_key(*subject)) {
            add(gone);
        }
        for (failed, escrow) in &mut self.escrows {
            escrow.cycles_left = escrow.cycles_left.saturating_sub(1);
            if escrow.cycles_left == 0 {
                add(failed);
            }
        }
        // A group that waits for a member is looked at with the member.
        let failed = |kind| self.escrows.keys().filter(move |subject| subject.0 == kind);
        if failed(ObjectKind::User).any(|(_, id)| only.users.contains(id.as_str())) {
            only.groups.extend(failed(ObjectKind::Group).map(|(_, id)| id.as_str().into()));
        }
        only
    }

    /// Notes the end of a pass over `only`, or over everything.
    pub fn settle(&mut self, read: &Read, only: Option<&Only>, failed: &BTreeSet<Subject>, links: &Links) {
        let looked_at = |(kind, id): &Subject| match (only, kind) {
            (None, _) => true,
            (Some(only), ObjectKind::User) => only.users.contains(id.as_str()),
            (Some(only), ObjectKind::Group) => only.groups.contains(id.as_str()),
        };
        self.digests.retain(|subject, _| !looked_at(subject));
        let again = |subject: &Subject| {
            let tries = self.escrows.get(subject).map_or(1, |escrow| escrow.tries + 1);
            (subject.clone(), Escrow::after(tries))
        };
        let failed: Vec<(Subject, Escrow)> = failed.iter().map(again).collect();
        self.escrows.retain(|subject, _| !looked_at(subject));
        for (subject, facts) in read.facts.iter().filter(|(subject, _)| looked_at(subject)) {
            self.digests.insert(subject.clone(), facts.digest);
        }
        self.escrows.extend(failed);
        self.provisioned.extend(links.iter().map(|link| (link.kind, link.source.to_string())));
    }

    /// Objects with errors.
    pub fn failing(&self) -> usize {
        self.escrows.len()
    }

    /// Provisioned objects by type.
    pub fn counts(&self) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for (kind, _) in &self.provisioned {
            let name = match kind {
                ObjectKind::User => "User",
                ObjectKind::Group => "Group",
            };
            *counts.entry(name.to_owned()).or_default() += 1;
        }
        counts
    }
}
