//! Synchronization: jobs, schema, masked secrets, on demand, and the honest 501.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::World;
use usher_sandbox::service::{
    CycleOutcome, CycleRequest, CycleState, OnDemandOutcome, OnDemandRequest, ProvisioningService,
};

use crate::world::{Practice, practice, small};

async fn job(world: &Practice) -> String {
    let sync = format!("{}/synchronization", world.sp());
    let templates = world.get(&format!("{sync}/templates")).await;
    let id = templates["value"][0]["id"].clone();
    let (status, job) =
        world.graph(Method::POST, &format!("{sync}/jobs"), Some(json!({ "templateId": id }))).await;
    assert_eq!(status, 201, "{job}");
    assert_eq!(job["schedule"], json!({ "expiration": null, "interval": "PT40M", "state": "Disabled" }));
    assert_eq!(job["status"]["code"], "Paused");
    assert_eq!(job["status"]["steadyStateFirstAchievedTime"], "0001-01-01T00:00:00Z");
    format!("{sync}/jobs/{}", job["id"].as_str().unwrap())
}

#[tokio::test]
async fn secrets_are_masked_and_replaced_as_a_whole() {
    let world = practice(small()).await;
    let path = format!("{}/synchronization/secrets", world.sp());
    let put = async |list: Value| world.graph(Method::PUT, &path, Some(json!({ "value": list }))).await;
    let token = world.endpoints().scim_token.clone();
    let all = json!([{ "key": "BaseAddress", "value": "http://127.0.0.1/x" },
        { "key": "SecretToken", "value": token }, { "key": "SyncAll", "value": "false" }]);
    assert_eq!(put(all).await.0, 204);
    let shown = world.get(&path).await;
    assert_eq!(shown["value"][1], json!({ "key": "SecretToken", "value": "*" }));
    assert_eq!(shown["value"][2], json!({ "key": "SyncAll", "value": "false" }));
    assert_eq!(
        put(json!([{ "key": "SyncAll", "value": "true" }, { "key": "BaseAddress", "value": "" }])).await.0,
        204
    );
    assert_eq!(world.get(&path).await["value"], json!([{ "key": "SyncAll", "value": "true" }]));
    let (status, body) = put(json!([{ "key": "baseAddress", "value": "x" }])).await;
    assert_eq!((status, body["error"]["code"].as_str()), (500, Some("InternalError")));
    assert_eq!(put(json!([{ "key": "SyncNotificationSettings", "value": "not json" }])).await.0, 400);
}

#[tokio::test]
async fn a_schema_round_trip_keeps_unknown_fields_and_loses_no_directory() {
    let world = practice(small()).await;
    let path = format!("{}/schema", job(&world).await);
    let mut schema = world.get(&path).await;
    schema["synchronizationRules"][0]["objectMappings"][0]["enabled"] = false.into();
    assert_eq!(world.graph(Method::PUT, &path, Some(schema.clone())).await.0, 204);
    let read = world.get(&path).await;
    let mapping = &read["synchronizationRules"][0]["objectMappings"][0];
    assert_eq!(
        (&mapping["enabled"], &mapping["practiceUndocumentedField"]["keep"]),
        (&json!(false), &json!("me"))
    );
    assert_ne!(read["version"], schema["version"]);
    let mut broken = schema.clone();
    broken["directories"].as_array_mut().unwrap().pop();
    assert_eq!(world.graph(Method::PUT, &path, Some(broken)).await.0, 400);
    let mut unknown = schema;
    unknown["synchronizationRules"][0]["objectMappings"][1]["attributeMappings"][0]["targetAttributeName"] =
        "x".into();
    assert_eq!(world.graph(Method::PUT, &path, Some(unknown)).await.0, 400);
    assert_eq!(world.graph(Method::DELETE, &path, None).await.0, 204);
    let reset = world.get(&path).await;
    assert_eq!(reset["synchronizationRules"][0]["objectMappings"][0]["enabled"], true);
}

#[tokio::test]
async fn without_a_provisioning_service_start_says_so() {
    let world = practice(small()).await;
    world.running.world.part_service();
    let job = job(&world).await;
    let (status, body) = world.graph(Method::POST, &format!("{job}/start"), None).await;
    assert_eq!((status, body["error"]["code"].as_str()), (501, Some("NotImplemented")));
    assert_eq!(world.get(&job).await["status"]["code"], "Paused");
    let restart = |scope: &str| Some(json!({ "criteria": { "resetScope": scope } }));
    let path = format!("{job}/restart");
    assert_eq!(world.graph(Method::POST, &path, restart("Watermark,Escrows , QuarantineState")).await.0, 204);
    assert_eq!(world.graph(Method::POST, &path, restart("Everything")).await.0, 400);
}

#[tokio::test]
async fn credentials_are_proved_at_the_service_provider() {
    let world = practice(small()).await;
    let path = format!("{}/validateCredentials", job(&world).await);
    let body = |token: &str| {
        let base = world.endpoints().scim.clone();
        Some(json!({ "useSavedCredentials": false, "credentials":
            [{ "key": "BaseAddress", "value": base }, { "key": "SecretToken", "value": token }] }))
    };
    let (status, refused) = world.graph(Method::POST, &path, body("wrong")).await;
    assert_eq!(status, 400, "{refused}");
    let (status, text) = world.graph(Method::POST, &path, body(&world.endpoints().scim_token)).await;
    assert_eq!(status, 204, "{text}");
    let saved = Some(json!({ "useSavedCredentials": true, "credentials": [] }));
    assert_eq!(world.graph(Method::POST, &path, saved).await.0, 400);
}

fn hidden(page: &str, name: &str) -> String {
    let start = page.find(&format!("name=\"{name}\" value=\"")).expect("a hidden field");
    let rest = &page[start + name.len() + 15..];
    rest[..rest.find('"').unwrap()].to_owned()
}

/// Follows redirects until a page comes.
async fn follow(world: &Practice, mut response: reqwest::Response) -> (u16, String) {
    while response.status().is_redirection() {
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let next = response.url().join(&location).unwrap();
        response = world.http.get(next).send().await.unwrap();
    }
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn the_portals_authorize_stores_tokens_that_work_until_goto_forgets_them() {
    let world = practice(small()).await;
    let job = job(&world).await;
    let validate = async || {
        let saved = json!({ "useSavedCredentials": true, "credentials": [] });
        world.graph(Method::POST, &format!("{job}/validateCredentials"), Some(saved)).await.0
    };
    assert_eq!(validate().await, 400);
    let application = &world.endpoints().application.service_principal_id;
    let portal = format!("{}/provisioning/{application}", world.endpoints().portal);
    let page = world.http.get(&portal).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Not authorized yet"), "{page}");
    let begun = world.http.post(format!("{portal}/authorize")).send().await.unwrap();
    let (status, page) = follow(&world, begun).await;
    assert_eq!(status, 200, "{page}");
    let goto = &world.endpoints().goto;
    let post = async |path: &str, mut form: Vec<(&str, String)>, page: &str| {
        form.push(("attempt", hidden(page, "attempt")));
        let url = format!("{}{path}", world.endpoints().goto_auth);
        follow(&world, world.http.post(url).form(&form).send().await.unwrap()).await
    };
    let (_, page) = post("/login", vec![("username", goto.user_name.clone())], &page).await;
    let (_, page) = post("/login/password", vec![("password", goto.password.clone())], &page).await;
    let (status, page) = post("/oauth/approve", vec![("decision", "allow".to_owned())], &page).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("<p id=\"state\">Authorized.</p>"), "{page}");
    assert_eq!(validate().await, 204);
    let secrets = world.get(&format!("{}/synchronization/secrets", world.sp())).await;
    assert!(
        secrets["value"].as_array().unwrap().contains(&json!({ "key": "Oauth2RefreshToken", "value": "*" }))
    );
    // The access token runs out after an hour; the stored refresh token renews it.
    world.running.world.clock.advance(61);
    let fresh = world.application_token().await;
    let saved = json!({ "useSavedCredentials": true, "credentials": [] });
    let path = format!("{job}/validateCredentials");
    assert_eq!(world.graph_as(&fresh, Method::POST, &path, Some(saved)).await.0, 204);
    let reused = format!("{}/callback?code=x&state=made-up", world.endpoints().portal);
    assert_eq!(world.http.get(reused).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn older_pages_show_a_fresh_job_differently() {
    let world = practice(small()).await;
    let job = job(&world).await;
    world.control(Method::PATCH, "/graph", Some(json!({ "legacy_jobs": true }))).await;
    let shown = world.get(&job).await;
    assert_eq!(shown["status"]["code"], "NotConfigured");
    assert_eq!(shown["schedule"]["interval"], "P10675199DT2H48M5.4775807S");
}

/// Counts cycles, and does nothing else.
#[derive(Clone, Default)]
struct Counting(Arc<(AtomicUsize, tokio::sync::Notify)>);

impl ProvisioningService for Counting {
    fn cycle(&self, _: Arc<World>, request: CycleRequest) -> BoxFuture<'static, CycleOutcome> {
        let number = self.0.0.fetch_add(1, Ordering::SeqCst);
        assert_eq!(request.initial, number == 0);
        self.0.1.notify_one();
        let outcome = CycleOutcome {
            state: CycleState::Succeeded,
            entitled: 1,
            entitled_for_provisioning: 1,
            escrowed: 0,
            exported: 1,
            imported: 1,
            entries: [("User".to_owned(), 1)].into(),
            error: None,
            quarantine: None,
            log: vec![json!({ "jobId": request.job_id, "provisioningAction": "create" })],
        };
        Box::pin(std::future::ready(outcome))
    }

    fn on_demand(&self, _: Arc<World>, request: OnDemandRequest) -> BoxFuture<'static, OnDemandOutcome> {
        let record = json!({ "sourceIdentity": { "id": request.object_id } });
        Box::pin(std::future::ready(OnDemandOutcome { result: "Success".into(), error: None, record }))
    }
}

#[tokio::test]
async fn a_started_job_follows_the_virtual_clock_until_it_is_paused() {
    let world = practice(small()).await;
    let service = Counting::default();
    world.running.world.join_service(Arc::new(service.clone()));
    let job = job(&world).await;
    assert_eq!(world.graph(Method::POST, &format!("{job}/start"), None).await.0, 204);
    service.0.1.notified().await;
    // The outcome is recorded right after the cycle returned; a second start must not begin another one.
    assert_eq!(world.graph(Method::POST, &format!("{job}/start"), None).await.0, 204);
    let mut shown = world.get(&job).await;
    while shown["status"]["lastSuccessfulExecution"].is_null() {
        shown = world.get(&job).await;
    }
    assert_eq!((&shown["status"]["code"], &shown["schedule"]["state"]), (&json!("Active"), &json!("Active")));
    assert_eq!(shown["status"]["synchronizedEntryCountByType"], json!([{ "key": "User", "value": 1 }]));
    world.running.world.clock.advance(40);
    service.0.1.notified().await;
    assert_eq!(world.graph(Method::POST, &format!("{job}/pause"), None).await.0, 204);
    assert_eq!(service.0.0.load(Ordering::SeqCst), 2);
    let log = world.get("/auditLogs/provisioning?$filter=provisioningAction eq 'create'").await;
    assert!(!log["value"].as_array().unwrap().is_empty());
    let schema = world.get(&format!("{job}/schema")).await;
    let demand = |objects: usize| {
        let member = json!({ "objectId": "m", "objectTypeName": "User" });
        let subject = json!({ "objectId": "u-1", "objectTypeName": "User", "links": { "members": vec![member; objects] } });
        Some(
            json!({ "parameters": [{ "ruleId": schema["synchronizationRules"][0]["id"], "subjects": [subject] }] }),
        )
    };
    let (status, body) = world.graph(Method::POST, &format!("{job}/provisionOnDemand"), demand(0)).await;
    assert_eq!(status, 200, "{body}");
    let record: Value = serde_json::from_str(body["value"].as_str().unwrap()).unwrap();
    assert_eq!(record["sourceIdentity"]["id"], "u-1");
    assert_eq!(world.graph(Method::POST, &format!("{job}/provisionOnDemand"), demand(6)).await.0, 400);
    world.control(Method::PATCH, "/graph", Some(json!({ "on_demand_list": true }))).await;
    let (_, body) = world.graph(Method::POST, &format!("{job}/provisionOnDemand"), demand(0)).await;
    let records: Value = serde_json::from_str(body["value"].as_str().unwrap()).unwrap();
    assert_eq!((&records[0], body["key"].as_str().unwrap().ends_with("StatusInfo")), (&record, true));
}

/// Holds its first cycle until it is told to go on.
#[derive(Clone, Default)]
struct Held(Arc<(AtomicUsize, tokio::sync::Notify, tokio::sync::Notify)>);

impl ProvisioningService for Held {
    fn cycle(&self, _: Arc<World>, request: CycleRequest) -> BoxFuture<'static, CycleOutcome> {
        let state = self.0.clone();
        Box::pin(async move {
            let number = state.0.fetch_add(1, Ordering::SeqCst);
            assert!(request.initial, "a restart with Watermark makes an initial cycle");
            state.1.notify_one();
            if number == 0 {
                state.2.notified().await;
            }
            let (entries, log) = (std::collections::BTreeMap::new(), Vec::new());
            CycleOutcome {
                state: CycleState::Failed,
                entitled: 0,
                entitled_for_provisioning: 0,
                escrowed: 0,
                exported: 0,
                imported: 0,
                entries,
                error: Some(("Unauthorized".into(), "refused".into())),
                quarantine: Some("EncounteredQuarantineException".into()),
                log,
            }
        })
    }

    fn on_demand(&self, _: Arc<World>, _: OnDemandRequest) -> BoxFuture<'static, OnDemandOutcome> {
        let (result, record) = ("Failure".to_owned(), json!({}));
        Box::pin(std::future::ready(OnDemandOutcome { result, error: None, record }))
    }
}

#[tokio::test]
async fn a_restart_during_a_cycle_waits_for_it_and_then_runs_at_once() {
    let world = practice(small()).await;
    let service = Held::default();
    world.running.world.join_service(Arc::new(service.clone()));
    let job = job(&world).await;
    world.graph(Method::POST, &format!("{job}/start"), None).await;
    service.0.1.notified().await;
    assert_eq!(world.graph(Method::POST, &format!("{job}/restart"), None).await.0, 204);
    let shown = world.get(&job).await;
    // The trap of a started job: a zeroed run that looks failed.
    assert_eq!(shown["status"]["code"], "NotRun");
    assert_eq!(shown["status"]["lastExecution"]["error"]["code"], "None");
    service.0.2.notify_one();
    service.0.1.notified().await;
    let mut shown = world.get(&job).await;
    while shown["status"]["countSuccessiveCompleteFailures"] != 2 {
        shown = world.get(&job).await;
    }
    assert_eq!(shown["status"]["code"], "Quarantine");
    assert_eq!(shown["status"]["quarantine"]["reason"], "EncounteredQuarantineException");
    assert_eq!(service.0.0.load(Ordering::SeqCst), 2);
}
