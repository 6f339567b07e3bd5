//! What the service provider can do: probed once, kept with the connection, refined by what writes showed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use usher_goto::{Capabilities, Dialect, MemberPatch, ServiceProvider, Support};
use usher_mapping::{ObjectType, Profile, target_attributes};
use usher_plan::{Attribute, ObjectKind, TargetSnapshot};

use crate::config::{Connection, DialectChoice};
use crate::error::RunError;
use crate::memory::Memory;

const KEY: &str = "capabilities";

/// Servers are upgraded: what was found out is asked again after this long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The URN of the enterprise extension (RFC 7643 section 4.3).
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What is kept.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    base: String,
    dialect: DialectChoice,
    at: Timestamp,
    record: Capabilities,
    /// Whether it was tried what PATCH does with members; the record says what came of it.
    #[serde(default)]
    member_patch_tried: bool,
    /// Attribute paths that were written of people and did not come back, each with some of those people.
    #[serde(default)]
    users_without: Without,
    /// The same for groups.
    #[serde(default)]
    groups_without: Without,
}

/// Attribute paths with the ids in Entra of objects that do not show them although they were written.
pub(crate) type Without = BTreeMap<String, BTreeSet<String>>;

/// Of so many objects an attribute has to be missing, and shown by nobody, before it counts as one that is not kept there:
/// a single value may be one that is dropped for what it is.
const EVIDENCE: usize = 3;

fn not_kept(without: &Without) -> BTreeSet<String> {
    without.iter().filter(|(_, objects)| objects.len() >= EVIDENCE).map(|(path, _)| path.clone()).collect()
}

/// What is known of the service provider.
#[derive(Clone)]
pub struct Known(Kept);

impl Known {
    /// The client's record.
    #[must_use]
    pub fn record(&self) -> &Capabilities {
        &self.0.record
    }

    /// Whether a write may find out what PATCH does with members. GoTo's description does not say; RFC 7644 does.
    #[must_use]
    pub fn may_prove_member_patch(&self) -> bool {
        let Kept { record, member_patch_tried, .. } = &self.0;
        let open = record.dialect == Dialect::GotoV1 && record.member_patch == MemberPatch::No;
        open && record.patch.may_try() && !member_patch_tried
    }

    /// The plan's view of it.
    #[must_use]
    pub fn for_plan(&self, profile: Profile) -> usher_plan::Capabilities {
        let record = &self.0.record;
        let paths = |object, test: fn(&usher_mapping::TargetAttribute) -> bool| {
            let all = target_attributes(profile, object).iter();
            all.filter(|attribute| test(attribute))
                .map(|attribute| attribute.path.to_owned())
                .collect::<BTreeSet<_>>()
        };
        let mut users_unsupported = not_kept(&self.0.users_without);
        let mut groups_unsupported = not_kept(&self.0.groups_without);
        if record.external_id == Support::No {
            users_unsupported.insert("externalId".to_owned());
            groups_unsupported.insert("externalId".to_owned());
        }
        if record.enterprise == Support::No {
            let enterprise =
                target_attributes(profile, ObjectType::User).iter().map(|attribute| attribute.path);
            users_unsupported
                .extend(enterprise.filter(|path| path.starts_with(ENTERPRISE)).map(str::to_owned));
        }
        usher_plan::Capabilities {
            active: record.active.may_try(),
            users_unsupported,
            groups_unsupported,
            users_required: paths(ObjectType::User, |attribute| attribute.required),
            groups_required: paths(ObjectType::Group, |attribute| attribute.required),
            largest_group: match record.member_patch {
                MemberPatch::AddsAndRemoves => None,
                MemberPatch::Adds | MemberPatch::No => u32::try_from(record.members_per_request).ok(),
            },
        }
    }
}

/// What is known, asking the service provider where it is not. Reads only.
pub async fn known(
    provider: &ServiceProvider,
    connection: &Connection,
    memory: &Memory,
    now: Timestamp,
) -> Result<Known, RunError> {
    let base = connection.target.base_url.to_string();
    known_at(provider, base, connection.target.dialect, memory, now).await
}

/// The same for the service provider at an address.
pub async fn known_at(
    provider: &ServiceProvider,
    base: String,
    dialect: DialectChoice,
    memory: &Memory,
    now: Timestamp,
) -> Result<Known, RunError> {
    let kept: Option<Kept> = memory.with(|store| store.state(KEY)).await.map_err(RunError::Store)?;
    let fits =
        |kept: &Kept| kept.base == base && kept.dialect == dialect && now.duration_since(kept.at) < KEPT;
    if let Some(kept) = kept.filter(fits) {
        return Ok(Known(kept));
    }
    let choice = match dialect {
        DialectChoice::Auto => None,
        DialectChoice::GotoV1 => Some(Dialect::GotoV1),
        DialectChoice::Scim2 => Some(Dialect::Scim2),
    };
    let probe = provider.probe(choice).await;
    let Some(record) = probe.capabilities else {
        return Err(probe.failed.map_or(RunError::NotScim, RunError::Target));
    };
    if let Some(error) = probe.failed.filter(usher_goto::GotoError::stops_the_run) {
        return Err(RunError::Target(error));
    }
    let kept = Kept {
        base,
        dialect,
        at: now,
        record,
        member_patch_tried: false,
        users_without: Without::new(),
        groups_without: Without::new(),
    };
    let saved = kept.clone();
    memory.with(move |store| store.set_state(KEY, &saved)).await.map_err(RunError::Store)?;
    Ok(Known(kept))
}

/// Forgets what was found out, so that the next use asks again.
pub async fn forget(memory: &Memory) -> Result<(), RunError> {
    memory.with(|store| store.remove_state(KEY)).await.map_err(RunError::Store)
}

/// Forgets which attributes were not shown: the next plans write them again.
pub async fn write_again(memory: &Memory) -> Result<(), RunError> {
    change(memory, |kept| {
        kept.users_without.clear();
        kept.groups_without.clear();
    })
    .await
}

/// Keeps what writes showed of PATCH and members, for the next plan.
pub(crate) async fn learned(memory: &Memory, found: MemberPatch) -> Result<(), RunError> {
    change(memory, move |kept| {
        kept.record.member_patch = found;
        kept.member_patch_tried = true;
    })
    .await
}

/// Takes back what was noted of attributes that somebody shows now: a service provider may leave them out once. The next
/// plan writes them again.
pub(crate) async fn shown(memory: &Memory, known: &Known, target: &TargetSnapshot) -> Result<(), RunError> {
    let shown = |kind, without: &Without| -> BTreeSet<String> {
        let shows = |path: &&String| {
            target.objects(kind).any(|object| !matches!(object.attribute(path), Attribute::Absent))
        };
        without.keys().filter(shows).cloned().collect()
    };
    let users = shown(ObjectKind::User, &known.0.users_without);
    let groups = shown(ObjectKind::Group, &known.0.groups_without);
    if users.is_empty() && groups.is_empty() {
        return Ok(());
    }
    change(memory, move |kept| {
        kept.users_without.retain(|path, _| !users.contains(path));
        kept.groups_without.retain(|path, _| !groups.contains(path));
    })
    .await
}

/// Notes attributes that were written and that nobody shows: writing them again each cycle would never end.
pub(crate) async fn unseen(memory: &Memory, users: Without, groups: Without) -> Result<(), RunError> {
    if users.is_empty() && groups.is_empty() {
        return Ok(());
    }
    change(memory, move |kept| {
        for (all, found) in [(&mut kept.users_without, users), (&mut kept.groups_without, groups)] {
            for (path, objects) in found {
                let known = all.entry(path).or_default();
                let missing = EVIDENCE.saturating_sub(known.len());
                known.extend(objects.into_iter().take(missing));
            }
        }
    })
    .await
}

async fn change(memory: &Memory, change: impl FnOnce(&mut Kept) + Send + 'static) -> Result<(), RunError> {
    memory
        .with(move |store| {
            let kept: Option<Kept> = store.state(KEY)?;
            let Some(mut kept) = kept else { return Ok(()) };
            change(&mut kept);
            store.set_state(KEY, &kept)
        })
        .await
        .map_err(RunError::Store)
}
