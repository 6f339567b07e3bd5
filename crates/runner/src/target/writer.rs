//! Writing to the service provider, and reading back what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use usher_engine::{Facts, LookUp, ReadBack, Refusal, Reply, Seen, Target, Trouble, Write, still_shows};
use usher_goto::{Class, GotoError, Kind, MemberPatch, Outcome, Resource, ServiceProvider};
use usher_plan::{Change, EntraObjectId, Key, ObjectKind, ScimId, Value};
use usher_scim::AttributePath;
use usher_store::StoreError;

use super::{Paths, id, pages, people, wire};
use crate::journal::kind as store_kind;
use crate::memory::Memory;

/// Up to this many objects are read back one by one; beyond it a listing costs fewer requests, if its pages are fewer.
const ONE_BY_ONE: usize = 5;

/// Up to this many objects are asked for one by one where the list cannot be read whole.
const INSTEAD_OF_A_LIST: usize = 1000;

/// The engine's target over the client.
pub struct Writer {
    provider: ServiceProvider,
    memory: Memory,
    paths: Paths,
    /// Whether what PATCH does with members is still to be found out, and by which write.
    to_prove: AtomicBool,
    proven: OnceLock<MemberPatch>,
}

impl Writer {
    /// How many milliseconds ago the requests of the last second left.
    pub async fn recent(&self) -> Vec<u64> {
        let ages = self.provider.pacer().recent().await;
        ages.iter().map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)).collect()
    }

    /// A writer for one run. Only whoever applies a plan makes one.
    pub fn new(provider: ServiceProvider, memory: Memory, paths: Paths) -> Arc<Self> {
        Self::proving(provider, memory, paths, false)
    }

    /// The same; with `proof` the first write that can show it finds out what PATCH does with members.
    pub fn proving(provider: ServiceProvider, memory: Memory, paths: Paths, proof: bool) -> Arc<Self> {
        Arc::new(Self { provider, memory, paths, to_prove: proof.into(), proven: OnceLock::new() })
    }

    /// What was found out of PATCH and members.
    #[must_use]
    pub fn proven(&self) -> Option<MemberPatch> {
        self.proven.get().copied()
    }

    async fn add_members(&self, group: &ScimId, members: &[ScimId]) -> Result<(), GotoError> {
        let (group, members) = (id(group), ids(members));
        // One write at a time finds out; others do what is known so far.
        if members.len() < 2 || !self.to_prove.swap(false, Ordering::Relaxed) {
            return self.provider.add_members(&group, &members).await;
        }
        match self.provider.add_members_and_learn(&group, &members).await? {
            Some(found) => drop(self.proven.set(found)),
            None => self.to_prove.store(true, Ordering::Relaxed),
        }
        Ok(())
    }

    async fn send(&self, write: Write) -> Result<Option<ScimId>, GotoError> {
        // Reads and writes together keep to the service provider's limit.
        self.provider.pacer().turn().await;
        match write {
            Write::Create { kind, changes, .. } => {
                let made = self.provider.create(wire(kind), &writes(&changes), &[]).await?;
                Ok(made.map(|made| ScimId::from(made.id.as_str())))
            }
            Write::Update { kind, target, changes, version, .. } => {
                self.update(wire(kind), &id(&target), &changes, version.as_deref()).await?;
                Ok(Some(target))
            }
            Write::Delete { kind, target, version } => self
                .provider
                .delete_version(wire(kind), &id(&target), version.as_deref())
                .await
                .map(|()| None),
            Write::AddMembers { group, members } => {
                self.add_members(&group, &members).await.map(|()| Some(group))
            }
            Write::RemoveMembers { group, members } => {
                self.provider.remove_members(&id(&group), &ids(&members)).await.map(|()| Some(group))
            }
        }
    }

    /// Changes attributes of the version that the plan saw. A version changes for reasons of all kinds, a sign-in or a new
    /// group: while every attribute still shows what the plan is about to change, the one that stands there now is as good.
    async fn update(
        &self,
        kind: Kind,
        id: &usher_goto::ScimId,
        changes: &[Change],
        version: Option<&str>,
    ) -> Result<(), GotoError> {
        let writes = writes(changes);
        let refused = match self.provider.update_version(kind, id, &writes, version).await {
            Err(error) if error.status == Some(412) && version.is_some() => error,
            other => return other,
        };
        let paths: Vec<_> = writes.iter().map(|write| write.path.clone()).collect();
        let Ok(now) = self.provider.get(kind, id, &paths).await else { return Err(refused) };
        let version = now.etag.clone();
        if version.is_none() || !still_shows(&shown(now), changes) {
            return Err(refused);
        }
        self.provider.pacer().turn().await;
        self.provider.update_version(kind, id, &writes, version.as_deref()).await
    }

    async fn find(&self, kind: ObjectKind, key: Key) -> Result<LookUp, GotoError> {
        let Ok(path) = AttributePath::parse(&key.attribute) else {
            return Ok(LookUp::Failed(Trouble::Permanent {
                detail: format!("{} is no attribute path", key.attribute),
            }));
        };
        let found = self.provider.search(wire(kind), &path, &key.value, &[]).await?;
        Ok(match found.as_slice() {
            [] => LookUp::NotFound,
            [one] => {
                let target = ScimId::from(one.id.as_str());
                let (kind, known) = (store_kind(kind), target.to_string());
                let linked: Result<_, StoreError> =
                    self.memory.with(move |store| store.link_of_target(kind, &known)).await;
                match linked {
                    Ok(link) => LookUp::Found {
                        target,
                        linked_to: link.map(|link| EntraObjectId::from(link.source.as_str())),
                    },
                    Err(error) => LookUp::Failed(Trouble::Permanent { detail: error.to_string() }),
                }
            }
            several => LookUp::Several { count: u32::try_from(several.len()).unwrap_or(u32::MAX) },
        })
    }

    /// The wanted objects as they are now: one by one or out of the list, whichever needs fewer requests.
    async fn seen(
        &self,
        kind: Kind,
        wanted: &BTreeSet<ScimId>,
    ) -> Result<BTreeMap<ScimId, Resource>, GotoError> {
        let paths = self.paths.of_kind(kind);
        let mut found = BTreeMap::new();
        if wanted.len() > ONE_BY_ONE.max(self.pages(kind).await) {
            match self.provider.list(kind, paths).await {
                Ok(list) => {
                    for resource in list.into_items() {
                        let target = ScimId::from(resource.id.as_str());
                        if wanted.contains(&target) {
                            found.insert(target, resource);
                        }
                    }
                    return Ok(found);
                }
                // A list in another order with each page never becomes whole (RFC 7644 section 3.4.2.4 promises none), and
                // each object can still be asked for.
                Err(error) if error.class == Class::Incomplete && wanted.len() <= INSTEAD_OF_A_LIST => {}
                Err(error) => return Err(error),
            }
        }
        for target in wanted {
            match self.provider.get(kind, &id(target), paths).await {
                Ok(mut resource) => {
                    // RFC 7643 section 2.5: an empty list may be left out of the object itself.
                    resource.members.get_or_insert_default();
                    found.insert(target.clone(), resource);
                }
                Err(error) if error.class == Class::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn pages(&self, kind: Kind) -> usize {
        let object = match kind {
            Kind::User => ObjectKind::User,
            Kind::Group => ObjectKind::Group,
        };
        let size = self.provider.capabilities().page_size;
        // Reading back must not fail for this: without a guess it lists.
        self.memory.with(move |store| pages(store, object, size)).await.unwrap_or_default()
    }

    async fn facts(&self, wanted: ReadBack) -> Result<Facts, GotoError> {
        let users = self.seen(Kind::User, &wanted.users).await?;
        let all = wanted.groups.union(&wanted.members_of).cloned().collect();
        let groups = self.seen(Kind::Group, &all).await?;
        let mut members = BTreeMap::new();
        for (group, resource) in groups.iter().filter(|(group, _)| wanted.members_of.contains(*group)) {
            let people = match &resource.members {
                Some(members) => people(members),
                None => match self.provider.members(&id(group)).await {
                    Ok(members) => people(members.items()),
                    Err(error) if error.class == Class::NotFound => continue,
                    Err(error) => return Err(error),
                },
            };
            members.insert(group.clone(), people.into_iter().map(|id| ScimId::from(id.as_str())).collect());
        }
        let show =
            |found: BTreeMap<ScimId, Resource>| found.into_iter().map(|(id, it)| (id, shown(it))).collect();
        Ok(Facts { users: show(users), groups: show(groups), members })
    }
}

impl Target for Writer {
    fn write(&self, write: Write) -> BoxFuture<'_, Reply> {
        async move {
            match self.send(write).await {
                Ok(target) => Reply::Done { target, etag: None },
                Err(error) => reply(&error),
            }
        }
        .boxed()
    }

    fn look_up(&self, kind: ObjectKind, key: Key) -> BoxFuture<'_, LookUp> {
        async move { self.find(kind, key).await.unwrap_or_else(|error| LookUp::Failed(trouble(&error))) }
            .boxed()
    }

    fn read_back(&self, wanted: ReadBack, ceiling: Option<u32>) -> BoxFuture<'_, Result<Facts, Trouble>> {
        async move {
            if let Some(ceiling) = ceiling {
                self.provider.pacer().keep_to(ceiling).await;
            }
            self.facts(wanted).await.map_err(|error| trouble(&error))
        }
        .boxed()
    }
}

fn ids(targets: &[ScimId]) -> Vec<usher_goto::ScimId> {
    targets.iter().map(id).collect()
}

/// Changes as the client writes them. The plan checked every path, and the engine filled in every placeholder.
fn writes(changes: &[Change]) -> Vec<usher_goto::Write> {
    changes
        .iter()
        .filter_map(|change| {
            let value = match &change.after {
                Value::Boolean(truth) => usher_goto::Value::Boolean(*truth),
                Value::Integer(number) => usher_goto::Value::Integer(*number),
                Value::Text(text) => usher_goto::Value::Text(text.clone()),
                Value::Texts(texts) => usher_goto::Value::Texts(texts.clone()),
                Value::Reference(person) => usher_goto::Value::Reference(person.target.as_ref()?.to_string()),
                Value::Drawn { .. } | Value::Redacted { .. } => return None,
            };
            let path = AttributePath::parse(&change.attribute).ok()?;
            Some(usher_goto::Write { path, value, had_value: change.before.is_some() })
        })
        .collect()
}

fn shown(resource: Resource) -> Seen {
    let attributes = resource.attributes.into_iter().map(|(path, value)| {
        let value = match value {
            usher_goto::Value::Boolean(truth) => Value::Boolean(truth),
            usher_goto::Value::Integer(number) => Value::Integer(number),
            usher_goto::Value::Text(text) | usher_goto::Value::Reference(text) => Value::Text(text),
            usher_goto::Value::Texts(texts) => Value::Texts(texts),
        };
        (path, value)
    });
    Seen { attributes: attributes.collect() }
}

/// What a failed write means to the engine.
fn reply(error: &GotoError) -> Reply {
    let detail = error.to_string();
    let refused = |class, retry_after| Reply::Refused { class, detail: detail.clone(), retry_after };
    match &error.class {
        _ if error.is_elsewhere() => refused(Refusal::WrongAddress, None),
        Class::NotFound => refused(Refusal::NotFound, None),
        Class::Conflict if error.status == Some(412) => refused(Refusal::Changed, None),
        Class::Conflict => refused(Refusal::Conflict, None),
        Class::Invalid => refused(Refusal::Invalid, None),
        Class::Forbidden => refused(Refusal::Forbidden, None),
        Class::TooMany { retry_after } => refused(
            Refusal::Throttled,
            retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        ),
        Class::NeedsOrganisationRole | Class::BadToken | Class::NotSignedIn | Class::MissingScope => {
            refused(Refusal::Authentication, None)
        }
        Class::Unsupported | Class::TooManyMembers { .. } => refused(Refusal::NotSupported, None),
        // 502 and 504 come from gateways: the service behind them may have done its work.
        Class::Server if matches!(error.status, Some(502 | 504)) => Reply::Unknown { detail },
        Class::Server => refused(Refusal::Server, None),
        Class::Unreachable => Reply::NotProcessed { detail },
        Class::LostReply => Reply::Unknown { detail },
        Class::Incomplete | Class::OtherOrigin | Class::Protocol => match error.outcome {
            Outcome::Unknown => Reply::Unknown { detail },
            Outcome::NotProcessed => refused(Refusal::Invalid, None),
        },
    }
}

/// What a failed read means to the engine.
fn trouble(error: &GotoError) -> Trouble {
    let detail = error.to_string();
    match &error.class {
        _ if error.is_elsewhere() => Trouble::WrongAddress { detail },
        _ if error.stops_the_run() => Trouble::Authentication { detail },
        Class::TooMany { retry_after } => Trouble::Throttled {
            retry_after: retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        },
        Class::Incomplete => Trouble::Temporary { detail },
        _ if error.is_transient() => Trouble::Temporary { detail },
        _ => Trouble::Permanent { detail },
    }
}
