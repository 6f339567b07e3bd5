//! A practice world with an Entra runner's connection to it, and what the tests compare with: read from the control
//! endpoint, worked out here anew.

pub mod local;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client as Web, Method};
use serde_json::{Map, Value, json};
use usher_auth::{Client, ClientCredentials, Http, Origin, Provider, Secret};
use usher_graph::{Graph, LogFilter, Retry};
use usher_mapping::{Profile, defaults};
use usher_plan::Guards;
use usher_runner::config::{
    Connection, DialectChoice, Domain, Notice, RunnerChoice, RunnerKind, Scope, SourceEndpoint,
    TargetEndpoint,
};
use usher_runner::entra::{self, Credentials, JobAt, JobStatus, LogResult, RunCounts};
use usher_sandbox::{ClockMode, Dialect, Endpoints, Options, Running, start};

/// A world, and Graph as the program itself sees it.
pub struct Practice {
    pub running: Running,
    pub graph: Graph,
    web: Web,
}

/// A world whose clock stands still, without GoTo's rate limit.
pub async fn practice(dialect: Dialect) -> Practice {
    let clock = ClockMode::Pinned("2026-01-05T08:00:00Z".parse().unwrap());
    practice_with(Options { dialect, clock, goto_rate: None, ..Options::default() }).await
}

pub async fn practice_with(options: Options) -> Practice {
    let running = start(options).await.unwrap();
    let entra = &running.endpoints.entra;
    let root: url::Url = running.endpoints.graph.parse().unwrap();
    let login: url::Url = running.endpoints.login.parse().unwrap();
    let scope = format!("{}/.default", running.endpoints.graph);
    let provider = Provider::entra(&login, &entra.tenant_id, &[&scope]).unwrap();
    let client =
        Client { id: entra.client_id.clone(), secret: Some(Secret::new(entra.client_secret.as_str())) };
    let world = running.world.clone();
    let clock: usher_auth::Clock = Arc::new(move || world.clock.now());
    let origin = Origin::of(&root).unwrap();
    let tokens = ClientCredentials::new(origin, &Http::new().unwrap(), provider, client, &clock);
    // As often as the program tries, without its waits.
    let wait = Duration::from_millis(1);
    let retry = Retry { first: wait, longest: wait, ..Retry::default() };
    let graph = Graph::with_retry(root, Arc::new(tokens), retry).unwrap();
    let web = Web::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Practice { running, graph, web }
}

impl Practice {
    pub fn endpoints(&self) -> &Endpoints {
        &self.running.endpoints
    }

    /// A connection to this world with the built-in tables.
    pub fn connection(&self) -> Connection {
        let all = self.endpoints();
        let url = |text: &str| text.parse::<url::Url>().unwrap();
        Connection {
            id: "practice".into(),
            name: "Practice".into(),
            profile: Profile::Goto,
            practice: true,
            source: SourceEndpoint {
                login: url(&all.login),
                graph: url(&all.graph),
                portal: url(&all.portal),
                tenant: all.entra.tenant_id.clone(),
                client_id: all.entra.client_id.clone(),
                client_secret: None,
            },
            target: TargetEndpoint {
                base_url: url(&all.scim),
                dialect: DialectChoice::Auto,
                admin_url: None,
                issuer: None,
                organization_center: None,
                client_id: String::new(),
                redirect_port: 47113,
                token: None,
            },
            scope: Scope {
                application: all.application.service_principal_id.clone(),
                assigned_only: true,
                ring: None,
            },
            runner: RunnerChoice {
                kind: RunnerKind::Entra,
                interval_minutes: 40,
                requests_per_second: 8,
                log_days: 365,
                quiet: None,
            },
            guards: Guards::default(),
            notice: Notice { email: vec!["it@northwind.example".into()], on_failure: true, smtp: None },
            mappings: defaults(Profile::Goto),
            domain: Domain::default(),
        }
    }

    /// Everything up to the start, in the order of the wizard.
    pub async fn set_up(&self) -> JobAt {
        self.set_up_with(&self.connection()).await
    }

    /// The same for a connection that was changed.
    pub async fn set_up_with(&self, connection: &Connection) -> JobAt {
        let at = entra::apply_setup(&self.graph, connection, Credentials::Keep).await.unwrap().at;
        self.authorize().await;
        entra::prove_authorization(&at).await.unwrap();
        assert!(entra::write_mappings(&at, &connection.mappings).await.unwrap().changed);
        at
    }

    /// Plays a person on the portal's Authorize page.
    pub async fn authorize(&self) {
        let application = &self.connection().scope.application;
        let found = self.graph.service_principal(&application.clone().into()).await.unwrap();
        let portal = entra::authorize_link(&self.connection(), &found);
        let begun = self.web.post(format!("{portal}/authorize")).send().await.unwrap();
        let page = self.follow(begun).await;
        let goto = &self.endpoints().goto;
        let page = self.submit("/login", &[("username", &goto.user_name)], &page).await;
        let page = self.submit("/login/password", &[("password", &goto.password)], &page).await;
        let page = self.submit("/oauth/approve", &[("decision", "allow")], &page).await;
        assert!(page.contains("Authorized."), "{page}");
    }

    async fn submit(&self, path: &str, fields: &[(&str, &str)], page: &str) -> String {
        let start = page.find("name=\"attempt\" value=\"").expect("a hidden field") + 22;
        let attempt = page[start..].split('"').next().unwrap();
        let form: Vec<_> = fields.iter().copied().chain([("attempt", attempt)]).collect();
        let url = format!("{}{path}", self.endpoints().goto_auth);
        self.follow(self.web.post(url).form(&form).send().await.unwrap()).await
    }

    async fn follow(&self, mut response: reqwest::Response) -> String {
        while response.status().is_redirection() {
            let location = response.headers()["location"].to_str().unwrap();
            let next = response.url().join(location).unwrap();
            response = self.web.get(next).send().await.unwrap();
        }
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    }

    /// Waits for a cycle that is not `before`.
    pub async fn cycle_after(&self, at: &JobAt, before: Option<&RunCounts>) -> JobStatus {
        let ended = async {
            loop {
                let status = entra::status(at).await.unwrap();
                let activity = |run: Option<&RunCounts>| run.and_then(|run| run.activity.clone());
                let last = activity(status.last.as_ref());
                if last.is_some() && last != activity(before) {
                    return status;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), ended).await.expect("a cycle within a minute")
    }

    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut url: url::Url = self.endpoints().control.parse().unwrap();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        let mut request = self.web.request(method.clone(), url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert!(status < 300, "{method} {path}: {text}");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        self.control(Method::GET, path, None).await.1
    }

    pub async fn advance(&self, minutes: u32) {
        self.control(Method::POST, "/clock/advance", Some(json!({ "minutes": minutes }))).await;
    }

    /// The stored secrets as Graph shows them.
    pub async fn secrets(&self) -> Map<String, Value> {
        let application = self.connection().scope.application.into();
        let all = self.graph.sync_secrets(&application).await.unwrap();
        all.into_iter().map(|pair| (pair.key.0, pair.value.expose().into())).collect()
    }

    /// An application that is not in the gallery.
    pub async fn custom_application(&self) -> String {
        let template = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621".to_owned().into();
        let made = self.graph.instantiate(&template, "Own SCIM").await.unwrap();
        made.service_principal.id.as_str().to_owned()
    }

    pub async fn revoke_goto(&self) {
        self.control(Method::POST, "/goto/tokens/revoke", Some(json!({ "which": "all" }))).await;
    }

    /// User names at GoTo, lower-cased, and whether they are active.
    pub async fn goto_users(&self) -> BTreeMap<String, bool> {
        let users = self.get("/goto/users").await;
        let one = |user: &Value| (lower(&user["attributes"]["userName"]), user["active"] == true);
        users.as_array().unwrap().iter().map(one).collect()
    }

    /// Members of the groups at GoTo that belong to assigned groups, by user name.
    pub async fn goto_members(&self) -> BTreeMap<String, BTreeSet<String>> {
        let assigned: BTreeSet<String> =
            self.assigned_groups().await.iter().map(|group| text(&group["displayName"])).collect();
        let groups = self.get("/goto/groups").await;
        let mut found = BTreeMap::new();
        for group in groups.as_array().unwrap() {
            let name = text(&group["attributes"]["displayName"]);
            if assigned.contains(&name) {
                let members = group["members"].as_array().unwrap().iter();
                found.insert(name, members.map(|member| lower(&member["name"])).collect());
            }
        }
        found
    }

    /// What these members should be: direct members who are in scope and arrived.
    pub async fn should_be_members(
        &self,
        there: &BTreeMap<String, bool>,
        failed: &BTreeSet<String>,
    ) -> BTreeMap<String, BTreeSet<String>> {
        let (people, wanted) = (self.people().await, self.should_be_in_goto().await);
        let mut expected = BTreeMap::new();
        for group in self.assigned_groups().await {
            let ids = group["members"].as_array().unwrap().iter().map(text);
            let names = ids.filter_map(|id| Some(user_name(people.get(&id)?)));
            let names = names
                .filter(|name| wanted.contains(name) && there.contains_key(name) && !failed.contains(name));
            expected.insert(text(&group["displayName"]), names.collect());
        }
        expected
    }

    /// User names of everybody in scope: enabled, not deleted, assigned directly or as an immediate member of an
    /// assigned security group.
    pub async fn should_be_in_goto(&self) -> BTreeSet<String> {
        let (people, mut ids) = (self.people().await, self.assigned_ids().await);
        for group in self.assigned_groups().await.iter().filter(|group| group["securityEnabled"] == true) {
            ids.extend(group["members"].as_array().unwrap().iter().map(text));
        }
        let here = |person: &&Value| person["accountEnabled"] == true && person["deletedDateTime"].is_null();
        ids.iter().filter_map(|id| people.get(id)).filter(here).map(user_name).collect()
    }

    /// User names of everybody who is enabled and not deleted.
    pub async fn enabled(&self) -> BTreeSet<String> {
        let people = self.people().await;
        let here = |person: &&Value| person["accountEnabled"] == true && person["deletedDateTime"].is_null();
        people.values().filter(here).map(user_name).collect()
    }

    /// Enabled people with an assignment of their own who are in no assigned group: id and user name.
    pub async fn assigned_directly(&self) -> Vec<(String, String)> {
        let people = self.people().await;
        let groups = self.assigned_groups().await;
        let in_group = |id: &str| {
            groups.iter().any(|group| group["members"].as_array().unwrap().iter().any(|member| member == id))
        };
        let ids = self.assigned_ids().await.into_iter();
        ids.filter(|id| !in_group(id))
            .filter_map(|id| {
                let person = people.get(&id).filter(|person| person["accountEnabled"] == true)?;
                Some((id, user_name(person)))
            })
            .collect()
    }

    async fn people(&self) -> BTreeMap<String, Value> {
        let people = self.get("/people").await["people"].take();
        people.as_array().unwrap().iter().map(|person| (text(&person["id"]), person.clone())).collect()
    }

    async fn assigned_ids(&self) -> BTreeSet<String> {
        let application = self.connection().scope.application;
        let all = self.get("/applications").await["applications"].take();
        let found = all.as_array().unwrap().iter().find(|found| found["id"] == application.as_str()).unwrap();
        found["assignments"].as_array().unwrap().iter().map(|one| text(&one["principalId"])).collect()
    }

    async fn assigned_groups(&self) -> Vec<Value> {
        let ids = self.assigned_ids().await;
        let groups = self.get("/groups").await["groups"].take();
        let all = groups.as_array().unwrap().iter();
        all.filter(|group| ids.contains(&text(&group["id"]))).cloned().collect()
    }

    /// User names of people whom the provisioning log says to have failed.
    pub async fn failed(&self, at: &JobAt) -> BTreeSet<String> {
        let people = self.people().await;
        let mut failed = BTreeSet::new();
        let mut log = entra::log(at, &LogFilter::default());
        while let Some(page) = log.next().await.unwrap() {
            for row in page.iter().filter(|row| row.result == LogResult::Failure) {
                assert!(row.trouble.is_some(), "a failure without a reason: {row:?}");
                failed.extend(row.source.id.as_ref().and_then(|id| people.get(id)).map(user_name));
            }
        }
        failed
    }

    /// The number of the last request so far.
    pub async fn journal_mark(&self) -> u64 {
        let all = self.get("/journal").await["requests"].take();
        all.as_array().unwrap().last().map_or(0, |entry| entry["seq"].as_u64().unwrap())
    }

    /// What GoTo's SCIM endpoint answers.
    pub async fn scim(&self, path: &str) -> Value {
        let request = self.web.get(format!("{}{path}", self.endpoints().scim));
        let answer = request.bearer_auth(&self.endpoints().scim_token).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// One user as GoTo keeps it.
    pub async fn goto_user(&self, name: &str) -> Value {
        self.get(&format!("/goto/users/{name}")).await
    }

    /// Requests to GoTo's API since then.
    pub async fn goto_requests_since(&self, mark: u64) -> Vec<Value> {
        let path = format!("/journal?since={mark}&service=goto_api");
        let all = self.get(&path).await["requests"].take();
        all.as_array().unwrap().clone()
    }

    /// Requests to GoTo's API since then that are no reads, with what was answered.
    pub async fn goto_writes_since(&self, mark: u64) -> Vec<(u64, String)> {
        let all = self.goto_requests_since(mark).await;
        let writes = all.iter().filter(|entry| entry["method"] != "GET");
        let request = |entry: &Value| format!("{} {}", text(&entry["method"]), text(&entry["path"]));
        writes.map(|entry| (entry["status"].as_u64().unwrap_or(0), request(entry))).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn lower(value: &Value) -> String {
    text(value).to_lowercase()
}

/// The name that a person signs in with; guests get their own address back.
fn user_name(person: &Value) -> String {
    let name = lower(&person["userPrincipalName"]);
    match name.split_once("#ext#").and_then(|(home, _)| home.rsplit_once('_')) {
        Some((local, domain)) => format!("{local}@{domain}"),
        None => name,
    }
}
