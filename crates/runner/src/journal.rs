//! The engine's journal on the store: records and the links that they make, in one durable transaction.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::Timestamp;
use usher_engine::{Journal, JournalFailed, Origin, Record, State};
use usher_plan::{Action, ObjectKind, Operation};
use usher_store::{JournalRecord, Kind, Link, LinkOrigin, RunId, StoreError};

use crate::memory::Memory;

/// The time of day.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The journal of one run.
pub struct RunJournal {
    memory: Memory,
    run: RunId,
    clock: Clock,
    operations: Arc<Vec<Operation>>,
}

impl RunJournal {
    /// The journal of this run, which carries out these operations.
    pub fn new(memory: Memory, run: RunId, clock: Clock, operations: Arc<Vec<Operation>>) -> Self {
        Self { memory, run, clock, operations }
    }

    fn operation(&self, id: u32) -> Option<&Operation> {
        // Ids are the places in the plan, from 1.
        self.operations.get(id.checked_sub(1)? as usize).filter(|operation| operation.id == id)
    }

    /// What an accepted record says about who belongs to whom, and whether that account is active.
    fn link(&self, record: &Record) -> Option<Link> {
        if !matches!(record.state, State::Accepted | State::Verified) {
            return None;
        }
        let operation = self.operation(record.unit.operation)?;
        let (source, target) = (record.source.as_ref()?, record.target.as_ref()?);
        let active = match operation.action {
            Action::Disable => false,
            Action::Update | Action::Create | Action::Link => true,
            Action::Delete | Action::SetReferences | Action::AddMembers | Action::RemoveMembers => {
                return None;
            }
        };
        // An update that does not say where the link came from keeps what the link says: only `active` is news.
        let origin = match record.origin {
            Some(Origin::Created) => LinkOrigin::Created,
            Some(Origin::Adopted) => LinkOrigin::Adopted,
            None => self.known_origin(record)?,
        };
        Some(Link {
            kind: kind(record.kind),
            source: source.to_string(),
            target: target.to_string(),
            origin,
            active: active && !sets_inactive(operation),
            managed: !operation.lets_go(),
            key: record.key.as_ref().map(|key| key.value.clone()),
        })
    }

    fn known_origin(&self, record: &Record) -> Option<LinkOrigin> {
        let (kind, source) = (kind(record.kind), record.source.clone()?);
        let found = self.memory.now(|store| store.link_of_source(kind, source.as_str()));
        found.ok().flatten().map(|link| link.origin)
    }
}

/// Whether the operation writes `active` as false.
fn sets_inactive(operation: &Operation) -> bool {
    use usher_plan::Value;
    operation.changes.iter().filter(|change| &*change.attribute == "active").any(|change| {
        match &change.after {
            Value::Boolean(active) => !active,
            Value::Text(text) => text.eq_ignore_ascii_case("false"),
            _ => false,
        }
    })
}

/// The store's word for a kind.
#[must_use]
pub fn kind(kind: ObjectKind) -> Kind {
    match kind {
        ObjectKind::User => Kind::User,
        ObjectKind::Group => Kind::Group,
    }
}

impl Journal for RunJournal {
    fn append(&self, records: Vec<Record>) -> BoxFuture<'_, Result<(), JournalFailed>> {
        let at = (self.clock)();
        let run = self.run;
        async move {
            let links: Vec<Link> = records.iter().filter_map(|record| self.link(record)).collect();
            let mut lines = Vec::with_capacity(records.len());
            for record in &records {
                lines.push(line(record, at).map_err(|error| JournalFailed { detail: error.to_string() })?);
            }
            self.memory
                .with(move |store| store.append_journal(run, &lines, &links))
                .await
                .map_err(|error: StoreError| JournalFailed { detail: error.to_string() })
        }
        .boxed()
    }
}

fn line(record: &Record, at: Timestamp) -> Result<JournalRecord, serde_json::Error> {
    Ok(JournalRecord {
        operation: record.unit.operation,
        part: record.unit.part,
        state: record.state.as_str().to_owned(),
        attempt: record.attempt,
        key: record.key.as_ref().map(|key| format!("{}={}", key.attribute, key.value)),
        precondition: record.precondition.clone(),
        payload: serde_json::to_string(record)?,
        at,
    })
}

/// The records of a run, in the order in which they were appended.
pub async fn records(memory: &Memory, run: RunId) -> Result<Vec<Record>, StoreError> {
    memory
        .with(move |store| {
            let lines = store.journal(run)?;
            let bad = |error: serde_json::Error| StoreError::Content {
                what: "a line of the journal".to_owned(),
                detail: error.to_string(),
            };
            lines.iter().map(|line| serde_json::from_str(&line.payload).map_err(bad)).collect()
        })
        .await
}
