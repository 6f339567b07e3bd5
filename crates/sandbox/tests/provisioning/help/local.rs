//! A connection of the local runner to a practice world, with its memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use url::Url;
use usher_auth::{Origin, Secret, StaticToken};
use usher_goto::{Capabilities, Pacer, ServiceProvider};
use usher_mapping::{Apply, AttributeMapping, Source};
use usher_plan::{Action, ObjectKind};
use usher_runner::config::Connection;
use usher_runner::{Memory, Reader, Reading, Report, Revision, RunError, Watch, Work, run};
use usher_sandbox::Dialect;
use usher_store::{ConnectionId, DataFolder, Holder, LogQuery, RunLock, World as Side};

use super::{Practice, practice};

/// A connection of the local runner with its memory.
pub struct Local {
    pub world: Practice,
    pub connection: Connection,
    pub reading: Reading,
    pub provider: ServiceProvider,
    pub lock: RunLock,
    _folder: tempfile::TempDir,
}

impl Local {
    pub async fn new(dialect: Dialect) -> Self {
        Self::of(practice(dialect).await, dialect)
    }

    /// The same in a world that is there.
    pub fn of(world: Practice, dialect: Dialect) -> Self {
        let mut connection = world.connection();
        connection.runner.requests_per_second = 0;
        let now = world.running.world.clock.now();
        let folder = tempfile::tempdir().expect("a folder for the memory");
        let data = DataFolder::open(folder.path()).expect("it opens");
        let id = ConnectionId::new("local").expect("it is a name");
        let memory = Memory::new(data.create(&id, Side::Practice, now).expect("it is made"));
        let holder = Holder { pid: 1, host: "here".into(), program: "test".into(), since: now };
        let lock = data.lock(&id, &holder).expect("nobody else runs");
        let url: Url = world.endpoints().scim.parse().expect("it is an address");
        let origin = Origin::of(&url).expect("it has an origin");
        let token = StaticToken::new(origin, Secret::new(world.endpoints().scim_token.as_str()));
        let wire = match dialect {
            Dialect::GotoV1 => usher_goto::Dialect::GotoV1,
            Dialect::Scim2 => usher_goto::Dialect::Scim2,
        };
        let pacer = Arc::new(Pacer::new(0));
        let provider = ServiceProvider::new(url, Arc::new(token), pacer, Capabilities::assumed(wire));
        let provider = provider.expect("the address is one of this computer");
        let clock = world.running.world.clone();
        let reading = Reading {
            graph: world.graph.clone(),
            target: Reader::new(provider.clone()),
            memory,
            clock: Arc::new(move || clock.clock.now()),
            acting: Vec::new(),
        };
        Self { world, connection, reading, provider, lock, _folder: folder }
    }

    pub fn map(&mut self, target: &str, expression: &str, apply: Apply) {
        let rows = &mut self.connection.mappings.users.attributes;
        rows.retain(|row| row.target != target);
        rows.push(AttributeMapping {
            target: target.to_owned(),
            source: Source::Expression(expression.to_owned()),
            default_value: None,
            matching: None,
            apply,
        });
    }

    pub async fn run(&self) -> Result<Report, RunError> {
        self.cycle(false).await
    }

    /// One cycle, reading everything or what changed.
    pub async fn cycle(&self, everything: bool) -> Result<Report, RunError> {
        self.work(Work::Cycle { everything }).await
    }

    pub async fn work(&self, work: Work<'_>) -> Result<Report, RunError> {
        let revision = Revision { connection: &self.connection, hash: "0" };
        run(&self.reading, &self.provider, revision, work, &self.lock, &Watch::silent()).await
    }

    /// Everything that is kept of plans, runs, journal and log.
    pub fn kept(&self, report: &Report) -> String {
        let (plan, journal, log) = self.reading.memory.now(|store| {
            let plan = store.plan(&report.plan.hash).expect("it can be read").expect("it is kept");
            let runs = store.runs(None, 100).expect("they can be read");
            let journal = runs.iter().map(|run| store.journal(run.id).expect("it can be read"));
            let journal: Vec<_> = journal.flatten().collect();
            let log = store.log(&LogQuery::default(), None, 10_000).expect("it can be read");
            (plan.body, journal, log)
        });
        assert!(!journal.is_empty() && !log.records.is_empty(), "there is something to look through");
        format!("{plan} {journal:?} {log:?}")
    }
}

/// The attributes of everybody at GoTo, by user name.
pub async fn accounts(world: &Practice) -> BTreeMap<String, Value> {
    let users = world.control(Method::GET, "/goto/users", None).await.1;
    let users = users.as_array().expect("it is a list").clone().into_iter();
    let named =
        users.map(|user| (user["attributes"]["userName"].as_str().unwrap_or_default().to_lowercase(), user));
    named.map(|(name, mut user)| (name, user["attributes"].take())).collect()
}

/// The attributes of people that a plan updates.
pub fn updates(report: &Report) -> Vec<String> {
    let updates = report
        .plan
        .operations
        .iter()
        .filter(|operation| operation.kind == ObjectKind::User && operation.action == Action::Update);
    updates.flat_map(|operation| &operation.changes).map(|change| change.attribute.to_string()).collect()
}
