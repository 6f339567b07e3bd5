//! What a whole cycle costs when little or nothing changed: requests, and this process's time on the processor.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use cpu_time::ProcessTime;
use jiff::Timestamp;
use serde_json::json;
use url::Url;
use usher_auth::{Client, ClientCredentials, Http, Origin, Provider, Secret};
use usher_graph::Graph;
use usher_mapping::{Profile, defaults};
use usher_plan::Guards;
use usher_runner::config::{
    Connection, DialectChoice, Domain, Notice, RunnerChoice, RunnerKind, Scope, SourceEndpoint,
    TargetEndpoint,
};
use usher_runner::{Reader, Reading, Report, Revision, Watch, Work, run};
use usher_store::{Holder, RunLock};

use crate::ceiling::met;
use crate::fill::object_id;
use crate::ours::{memory, provider};
use crate::practice::{Practice, Received};

const NO_CHANGE: usize = 10_000;
const POPULATIONS: [usize; 3] = [1_000, 10_000, 100_000];
/// At most so much of this process's time on the processor for one change, in milliseconds.
const PROCESSOR: f64 = 100.0;
/// The best of so many changes counts.
const ROUNDS: usize = 5;

/// Measures and prints everything.
pub async fn measure() -> Result<()> {
    let cycles = Cycles::start(NO_CHANGE).await?;
    let pass = cycles.run(true).await?;
    println!("\nA pass over {NO_CHANGE} people when nothing changed:");
    println!(
        "- {} requests to Graph, {} to the service provider, {} of them writes: {}.",
        pass.graph,
        pass.goto,
        pass.writes,
        met(pass.writes == 0)
    );
    println!(
        "- {:.2} s, of which {:.2} s of this process's time on the processor.\n",
        pass.seconds, pass.processor
    );
    drop(cycles);
    println!(
        "| people | first cycle s | one change: requests to Graph | to the service provider | writes | seconds | processor ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut last = (0, 0.0);
    for people in POPULATIONS {
        let cycles = Cycles::start(people).await?;
        let mut best: Option<Pass> = None;
        for round in 0..ROUNDS {
            cycles.change(people / 2, round).await?;
            let pass = cycles.run(false).await?;
            ensure!(pass.writes == 1, "one change is one write, not {}", pass.writes);
            if best.as_ref().is_none_or(|best| pass.processor < best.processor) {
                best = Some(pass);
            }
        }
        let best = best.context("there are rounds")?;
        println!(
            "| {people} | {:.1} | {} | {} | {} | {:.3} | {:.0} |",
            cycles.first,
            best.graph,
            best.goto,
            best.writes,
            best.seconds,
            best.processor * 1e3
        );
        last = (best.graph + best.goto, best.processor * 1e3);
    }
    println!(
        "\n{} people: {} requests; at most {PROCESSOR} ms: {:.0}, {}.",
        POPULATIONS[2],
        last.0,
        last.1,
        met(last.1 <= PROCESSOR)
    );
    Ok(())
}

/// What one cycle took.
struct Pass {
    graph: usize,
    goto: usize,
    writes: usize,
    seconds: f64,
    processor: f64,
}

/// A connection of the local runner to a world, after its first cycle.
struct Cycles {
    practice: Practice,
    connection: Connection,
    reading: Reading,
    lock: RunLock,
    /// How long the first cycle took.
    first: f64,
    _folder: tempfile::TempDir,
}

impl Cycles {
    async fn start(people: usize) -> Result<Self> {
        let practice = Practice::start(people, 0)?;
        let folder = tempfile::tempdir()?;
        let (data, id, memory) = memory(folder.path())?;
        let holder = Holder {
            pid: std::process::id(),
            host: "here".into(),
            program: "bench".into(),
            since: Timestamp::now(),
        };
        let lock = data.lock(&id, &holder)?;
        let reading = Reading {
            graph: graph(&practice)?,
            target: Reader::new(provider(&practice)?),
            memory,
            clock: Arc::new(Timestamp::now),
            acting: Vec::new(),
        };
        let connection = connection(&practice)?;
        let mut cycles = Self { practice, connection, reading, lock, first: 0.0, _folder: folder };
        let began = Instant::now();
        let report = cycles.cycle(true).await?;
        cycles.first = began.elapsed().as_secs_f64();
        let linked = report.plan.counts.link as usize;
        ensure!(
            linked == people + crate::fill::GROUPS && report.plan.operations.len() == linked,
            "everybody is there: {:?}",
            report.plan.counts
        );
        ensure!(report.outcome.is_settled(), "the first cycle is settled");
        Ok(cycles)
    }

    async fn cycle(&self, everything: bool) -> Result<Report> {
        let provider = provider(&self.practice)?;
        let revision = Revision { connection: &self.connection, hash: "0" };
        Ok(run(&self.reading, &provider, revision, Work::Cycle { everything }, &self.lock, &Watch::silent())
            .await?)
    }

    /// Runs one cycle and counts.
    async fn run(&self, everything: bool) -> Result<Pass> {
        self.practice.forget_requests().await?;
        let (began, processor) = (Instant::now(), ProcessTime::now());
        self.cycle(everything).await?;
        let (seconds, processor) = (began.elapsed().as_secs_f64(), processor.elapsed().as_secs_f64());
        let (graph, goto) =
            (self.practice.received("graph").await?, self.practice.received("goto_api").await?);
        let writes = goto.iter().filter(|request: &&Received| request.method != "GET").count();
        Ok(Pass { graph: graph.len(), goto: goto.len(), writes, seconds, processor })
    }

    /// Moves a person to another department.
    async fn change(&self, person: usize, round: usize) -> Result<()> {
        let path = format!("people/{}", object_id("user", person));
        self.practice.control("PATCH", &path, Some(json!({ "department": format!("Team {round}") }))).await?;
        Ok(())
    }
}

fn graph(practice: &Practice) -> Result<Graph> {
    let root: Url = practice.text("/graph").parse()?;
    let login: Url = practice.text("/login").parse()?;
    let scope = format!("{}/.default", practice.text("/graph"));
    let provider = Provider::entra(&login, practice.text("/entra/tenant_id"), &[&scope])?;
    let client = Client {
        id: practice.text("/entra/client_id").to_owned(),
        secret: Some(Secret::new(practice.text("/entra/client_secret"))),
    };
    let clock: usher_auth::Clock = Arc::new(Timestamp::now);
    let tokens = ClientCredentials::new(Origin::of(&root)?, &Http::new()?, provider, client, &clock);
    Ok(Graph::new(root, Arc::new(tokens))?)
}

fn connection(practice: &Practice) -> Result<Connection> {
    let url = |pointer: &str| practice.text(pointer).parse::<Url>();
    Ok(Connection {
        id: "bench".into(),
        name: "Bench".into(),
        profile: Profile::Goto,
        practice: true,
        source: SourceEndpoint {
            login: url("/login")?,
            graph: url("/graph")?,
            portal: url("/portal")?,
            tenant: practice.text("/entra/tenant_id").to_owned(),
            client_id: practice.text("/entra/client_id").to_owned(),
            client_secret: None,
        },
        target: TargetEndpoint {
            base_url: url("/scim")?,
            dialect: DialectChoice::Auto,
            admin_url: None,
            issuer: None,
            organization_center: None,
            client_id: String::new(),
            redirect_port: 47113,
            token: None,
        },
        scope: Scope {
            application: practice.text("/application/service_principal_id").to_owned(),
            assigned_only: true,
            ring: None,
        },
        runner: RunnerChoice { kind: RunnerKind::Local, interval_minutes: 40, requests_per_second: 0, log_days: 365, quiet: None },
        guards: Guards::default(),
        notice: Notice::default(),
        mappings: defaults(Profile::Goto),
        domain: Domain::default(),
    })
}
