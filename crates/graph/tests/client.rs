//! The client against a server that pages, throttles, refuses, lies about links and loses replies.

mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};
use stage::{Reply, Stage, fail, graph_at, ok};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use usher_auth::{Need, Origin, Secret, StaticToken, TokenError, TokenSource};
use usher_graph::{
    AppRoleId, Change, Closed, DeltaLink, GraphErrorKind, MemberKind, OnDemandSubject, Patience,
    RemovedReason, ResetScope, SecretPair, ServicePrincipalId,
};

/// Counts refreshes; the token names how often it was renewed.
struct Renewing {
    origin: Origin,
    renewed: AtomicUsize,
}

impl TokenSource for Renewing {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn token(&self, need: Need) -> BoxFuture<'_, Result<Secret, TokenError>> {
        if need == Need::Fresh {
            self.renewed.fetch_add(1, Ordering::SeqCst);
        }
        let text = format!("t{}", self.renewed.load(Ordering::SeqCst));
        futures::future::ready(Ok(Secret::new(text))).boxed()
    }
}

fn renewing(stage: &Stage) -> Arc<Renewing> {
    let origin = format!("http://{}", stage.address).parse().unwrap();
    Arc::new(Renewing { origin, renewed: AtomicUsize::new(0) })
}

#[tokio::test]
async fn a_list_is_read_to_its_end_with_proof() {
    let stage = Stage::new(|seen, address| match seen.n {
        0 => ok(json!({"value": [{"id": "a", "department": "Sales"}, {"id": "b"}],
            "@odata.nextLink": format!("http://{address}/v1.0/users?$skiptoken=x%2B1")})),
        1 => ok(json!({"value": [], "@odata.nextLink": format!("http://{address}/v1.0/users?$skiptoken=2")})),
        _ => ok(json!({"value": [{"id": "c", "employeeOrgData": {"costCenter": "7", "division": null}}]})),
    })
    .await;
    let whole = stage.graph().users(&["department", "employeeOrgData"]).all().await.unwrap();
    assert_eq!(whole.closed(), &Closed::End);
    let users = whole.items();
    assert_eq!(users.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(users[0].text("department"), Some("Sales"));
    assert_eq!(users[2].text("employeeOrgData.costCenter"), Some("7"));
    assert_eq!(users[2].property("employeeOrgData.division"), None);
    assert_eq!(
        stage.lines(),
        [
            "GET /v1.0/users?$select=id,department,employeeOrgData&$top=999",
            "GET /v1.0/users?$skiptoken=x+1",
            "GET /v1.0/users?$skiptoken=2"
        ]
    );
}

#[tokio::test]
async fn a_broken_chain_is_no_proof_and_can_be_taken_up_again() {
    let stage = Stage::new(|seen, address| match seen.n {
        0 => ok(json!({"value": [{"id": "a"}], "@odata.nextLink": format!("http://{address}/v1.0/p2")})),
        1 => fail(403, "Authorization_RequestDenied"),
        _ => ok(json!({"value": [{"id": "b"}]})),
    })
    .await;
    let mut pages = stage.graph().users(&[]);
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    assert_eq!(pages.next().await.unwrap_err().kind, GraphErrorKind::Forbidden);
    assert_eq!(pages.closed(), None);
    assert_eq!(pages.next().await.unwrap().unwrap()[0].id.as_str(), "b");
    assert_eq!(pages.closed(), Some(&Closed::End));
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn links_elsewhere_are_refused_before_anything_is_sent() {
    let elsewhere = Stage::new(|_, _| ok(json!({"value": []}))).await;
    let other = elsewhere.address;
    let stage = Stage::new(move |seen, _| match seen.n {
        0 => ok(json!({"value": [], "@odata.nextLink": format!("http://{other}/v1.0/users?$skiptoken=1")})),
        _ => ok(json!({"value": [], "@odata.deltaLink": format!("http://{other}/v1.0/users/delta")})),
    })
    .await;
    let graph = stage.graph();
    assert_eq!(graph.users(&[]).all().await.unwrap_err().kind, GraphErrorKind::OtherOrigin);
    assert_eq!(graph.users_delta(&[]).all().await.unwrap_err().kind, GraphErrorKind::OtherOrigin);
    let stored = DeltaLink(format!("http://{other}/v1.0/users/delta?$deltatoken=1"));
    assert_eq!(graph.users_since(&stored).unwrap_err().kind, GraphErrorKind::OtherOrigin);
    assert_eq!(elsewhere.seen().len(), 0);
    let origin: Origin = format!("http://{other}").parse().unwrap();
    let tokens = Arc::new(StaticToken::new(origin, Secret::new("t")));
    let root = format!("http://{}", stage.address).parse().unwrap();
    assert_eq!(usher_graph::Graph::new(root, tokens).unwrap_err().kind, GraphErrorKind::OtherOrigin);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stage::new(|_, _| ok(json!({"id": "x"}))).await;
    let other = elsewhere.address;
    let stage = Stage::new(move |_, _| {
        Reply(302, Value::Null, vec![("location", format!("http://{other}/v1.0/me"))])
    })
    .await;
    assert_eq!(stage.graph().me().await.unwrap_err().kind, GraphErrorKind::Protocol);
    assert_eq!(elsewhere.seen().len(), 0);
}

#[tokio::test]
async fn pages_in_a_circle_are_noticed() {
    let stage = Stage::new(|seen, address| {
        ok(json!({"value": [], "@odata.nextLink": format!("http://{address}/v1.0/p{}", (seen.n + 1) % 3)}))
    })
    .await;
    assert_eq!(stage.graph().users(&[]).all().await.unwrap_err().kind, GraphErrorKind::Protocol);
    assert!(stage.seen().len() < 6);
}

#[tokio::test]
async fn pages_without_end_are_noticed_and_some_empty_ones_are_not() {
    let pages = |last: usize| {
        Stage::new(move |seen, address| match seen.n {
            n if n == last => ok(json!({"value": [{"id": "a"}]})),
            n => ok(json!({"value": [], "@odata.nextLink": format!("http://{address}/v1.0/p{n}")})),
        })
    };
    let endless = pages(usize::MAX).await;
    let error = endless.graph().users(&[]).all().await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::Protocol);
    assert!(error.to_string().contains("the pages do not end"), "{error}");
    assert_eq!(endless.seen().len(), 1_000);
    assert_eq!(pages(20).await.graph().users(&[]).all().await.unwrap().items().len(), 1);
}

#[test]
fn a_manager_comes_goes_and_is_not_taken_away_by_a_replay() {
    let after = |delta: Value, before: Option<&str>| -> Option<String> {
        let user: usher_graph::User =
            serde_json::from_value(json!({"id": "u", "manager@delta": delta})).unwrap();
        user.manager_after(before).map(str::to_owned)
    };
    let here = |id: &str| json!({"@odata.type": "#microsoft.graph.user", "id": id});
    let gone = |id: &str| json!({"id": id, "@removed": {"reason": "deleted"}});
    let is = |id: &str| Some(id.to_owned());
    assert_eq!(after(json!([here("a")]), None), is("a"));
    assert_eq!(after(json!([gone("a"), here("b")]), Some("a")), is("b"));
    assert_eq!(after(json!([here("b"), gone("a")]), Some("a")), is("b"));
    assert_eq!(after(json!([gone("a")]), Some("a")), None);
    assert_eq!(after(json!([gone("a")]), Some("b")), is("b"), "somebody else is the manager by now");
    assert_eq!(after(json!([]), Some("b")), is("b"));
    assert_eq!(after(Value::Null, Some("b")), is("b"), "nothing is said");
}

#[tokio::test]
async fn changes_removals_and_members() {
    let stage = Stage::new(|seen, address| {
        if seen.line.contains("/groups/delta") {
            ok(json!({"value": [
                {"id": "g", "displayName": "Sales", "securityEnabled": true, "members@delta": [
                    {"@odata.type": "#microsoft.graph.user", "id": "u1"},
                    {"@odata.type": "#microsoft.graph.group", "id": "g2"},
                    {"@odata.type": "#microsoft.graph.user", "id": "u2", "@removed": {"reason": "deleted"}}]},
                {"id": "gone", "@removed": {"reason": "deleted"}}],
                "@odata.deltaLink": format!("http://{address}/v1.0/groups/delta?$deltatoken=9")}))
        } else {
            ok(json!({"value": [{"id": "u", "accountEnabled": false}, {"id": "v", "@removed": {"reason": "changed"}}],
                "@odata.deltaLink": format!("http://{address}/v1.0/users/delta?$deltatoken=8")}))
        }
    })
    .await;
    let graph = stage.graph();
    let users = graph.users_delta(&["accountEnabled"]).all().await.unwrap();
    let Change::Present(user) = &users.items()[0] else { panic!("present") };
    assert_eq!(user.property("accountEnabled"), Some(&json!(false)));
    assert_eq!(users.items()[1], Change::Removed { id: "v".into(), reason: RemovedReason::SoftDeleted });
    let again = graph.users_since(users.delta_link().unwrap()).unwrap().all().await.unwrap();
    assert_eq!(again.items().len(), 2);

    let groups = graph.groups_delta(&["displayName", "securityEnabled"]).all().await.unwrap();
    let Change::Present(change) = &groups.items()[0] else { panic!("present") };
    assert!(change.group.is_provisionable());
    let members: Vec<_> = change.members.iter().map(|m| (m.id.as_str(), m.kind, m.removed)).collect();
    assert_eq!(
        members,
        [("u1", MemberKind::User, false), ("g2", MemberKind::Group, false), ("u2", MemberKind::User, true)]
    );
    assert_eq!(groups.items()[1], Change::Removed { id: "gone".into(), reason: RemovedReason::Deleted });
    assert_eq!(
        stage.lines(),
        [
            "GET /v1.0/users/delta?$select=id,accountEnabled",
            "GET /v1.0/users/delta?$deltatoken=8",
            "GET /v1.0/groups/delta?$select=id,displayName,securityEnabled,members"
        ]
    );
}

#[tokio::test]
async fn a_delta_without_its_link_is_incomplete_and_an_old_one_needs_a_full_read() {
    let stage = Stage::new(|seen, _| match seen.n {
        0 => ok(json!({"value": [{"id": "u"}]})),
        _ => fail(410, "resyncRequired"),
    })
    .await;
    let graph = stage.graph();
    assert_eq!(graph.users_delta(&[]).all().await.unwrap_err().kind, GraphErrorKind::Protocol);
    let link = DeltaLink(format!("http://{}/v1.0/users/delta?$deltatoken=old", stage.address));
    let error = graph.users_since(&link).unwrap().all().await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::Resync);
    assert_eq!(stage.seen().len(), 2, "an old link is not asked for again");
    assert!(!error.to_string().contains("deltatoken"), "{error}");
}

#[tokio::test]
async fn throttling_is_waited_out_and_bounded() {
    let stage = Stage::new(|seen, _| match seen.n {
        0 => Reply(429, Value::Null, vec![("retry-after", "1".into())]),
        1 => fail(503, "serviceNotAvailable"),
        2 => fail(429, "TooManyRequests"),
        _ => ok(json!({"id": "me", "displayName": "Ana"})),
    })
    .await;
    let start = std::time::Instant::now();
    assert_eq!(stage.graph().me().await.unwrap().id.as_str(), "me");
    assert!(start.elapsed() >= Duration::from_secs(1), "Retry-After is honoured");
    assert_eq!(stage.seen().len(), 4);

    let stubborn = Stage::new(|_, _| fail(429, "TooManyRequests")).await;
    assert_eq!(stubborn.graph().me().await.unwrap_err().kind, GraphErrorKind::Throttled);
    assert_eq!(stubborn.seen().len(), 6);

    let long = Stage::new(|_, _| Reply(429, Value::Null, vec![("retry-after", "3600".into())])).await;
    let error = long.graph().me().await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(3600)));
    assert_eq!(long.seen().len(), 1, "an hour is reported, not slept");
}

#[tokio::test]
async fn a_fault_of_the_server_is_asked_past_and_no_write_is_repeated_after_one() {
    for status in [500, 502, 503, 504] {
        let stage = Stage::new(move |seen, _| match seen.n {
            0 => fail(status, "InternalServerError"),
            _ => ok(json!({"id": "me", "displayName": "Ana"})),
        })
        .await;
        assert_eq!(stage.graph().me().await.unwrap().id.as_str(), "me", "after {status}");
        assert_eq!(stage.seen().len(), 2);
    }
    let stage = Stage::new(|_, _| fail(500, "InternalServerError")).await;
    assert_eq!(stage.graph().me().await.unwrap_err().kind, GraphErrorKind::Server);
    assert_eq!(stage.seen().len(), 6);
    let stage = Stage::new(|_, _| fail(500, "InternalServerError")).await;
    stage.graph().start_sync_job(&"sp".into(), &"job".into()).await.unwrap_err();
    assert_eq!(stage.seen().len(), 1);
}

#[tokio::test]
async fn a_dropped_call_stops() {
    let stage = Stage::new(|_, _| Reply(429, Value::Null, vec![("retry-after", "60".into())])).await;
    let graph = stage.graph();
    let call = tokio::time::timeout(Duration::from_millis(300), graph.me()).await;
    assert!(call.is_err(), "still waiting");
    assert_eq!(stage.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let stage = Stage::new(|seen, _| match seen.token.as_str() {
        "Bearer t1" => ok(json!({"id": "me"})),
        _ => fail(401, "InvalidAuthenticationToken"),
    })
    .await;
    let tokens = renewing(&stage);
    stage.graph_with(tokens.clone()).me().await.unwrap();
    assert_eq!(tokens.renewed.load(Ordering::SeqCst), 1);

    let deaf = Stage::new(|_, _| fail(401, "InvalidAuthenticationToken")).await;
    let tokens = renewing(&deaf);
    let error = deaf.graph_with(tokens.clone()).me().await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::NotSignedIn);
    assert_eq!((tokens.renewed.load(Ordering::SeqCst), deaf.seen().len()), (1, 2), "no loop");
    assert_eq!(deaf.graph().me().await.unwrap_err().kind, GraphErrorKind::NotSignedIn);
}

#[tokio::test]
async fn refused_synchronization_is_not_taken_for_an_expired_token() {
    let body = || {
        Reply(
            401,
            json!({"error": {"code": "UnknownError", "message": "", "innerError": {"request-id": "r"}}}),
            vec![],
        )
    };
    let stage = Stage::new(move |_, _| body()).await;
    let tokens = renewing(&stage);
    let error = stage.graph_with(tokens.clone()).sync_jobs(&"sp".into()).await.unwrap_err();
    assert_eq!((error.kind, error.request_id.as_deref()), (GraphErrorKind::SyncRefused, Some("r")));
    assert_eq!(tokens.renewed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn polling_a_refused_path_does_not_renew_the_token_each_time() {
    let stage = Stage::new(|_, _| fail(401, "UnknownError")).await;
    let tokens = renewing(&stage);
    let graph = stage.graph_with(tokens.clone());
    for _ in 0..5 {
        assert_eq!(graph.sync_jobs(&"sp".into()).await.unwrap_err().kind, GraphErrorKind::SyncRefused);
    }
    assert_eq!((tokens.renewed.load(Ordering::SeqCst), stage.seen().len()), (1, 6));
}

#[tokio::test]
async fn a_token_that_the_service_echoes_does_not_reach_the_error() {
    let stage =
        Stage::new(|seen, _| Reply(400, json!({"error": {"code": "x", "message": seen.token}}), vec![]))
            .await;
    assert_eq!(stage.graph().me().await.unwrap_err().message, "Bearer [secret]");
}

/// Accepts connections, reads each request and hangs up; counts them.
async fn hangs_up() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let read = socket.read(&mut buffer).await.unwrap_or(0);
            assert!(read > 0, "a request came");
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"").await;
        }
    });
    (address, count)
}

#[tokio::test]
async fn a_lost_reply_is_unknown_and_only_safe_calls_are_repeated() {
    let (address, count) = hangs_up().await;
    let origin: Origin = format!("http://{address}").parse().unwrap();
    let graph = graph_at(address, Arc::new(StaticToken::new(origin, Secret::new("t"))));
    let error = graph.instantiate(&"t".into(), "GoTo").await.unwrap_err();
    assert_eq!((error.kind, count.load(Ordering::SeqCst)), (GraphErrorKind::LostReply, 1));
    assert_eq!(graph.me().await.unwrap_err().kind, GraphErrorKind::LostReply);
    assert_eq!(count.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let origin: Origin = format!("http://{address}").parse().unwrap();
    let graph = graph_at(address, Arc::new(StaticToken::new(origin, Secret::new("t"))));
    let error = graph.users(&["mail"]).all().await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::Unreachable);
    assert!(!error.to_string().contains("select"), "{error}");
}

#[tokio::test]
async fn a_new_service_principal_is_waited_for() {
    let patience = Patience {
        first: Duration::from_millis(1),
        longest: Duration::from_millis(2),
        cap: Duration::from_secs(5),
    };
    let stage = Stage::new(|seen, _| match (seen.n, seen.line.contains("/synchronization/")) {
        (0 | 1, _) => fail(404, "Request_ResourceNotFound"),
        (_, false) => ok(json!({"id": "sp", "appId": "app", "appRoles": null})),
        (3, true) => fail(401, "UnknownError"),
        (5, true) => fail(403, "Authorization_RequestDenied"),
        (_, true) => ok(json!({"value": [{"id": "goto", "default": true, "metadata": [{"key": "IsOAuthEnabled", "value": "true"}]}]})),
    })
    .await;
    let graph = stage.graph();
    let found = graph.wait_until_replicated(&"sp".into(), patience).await.unwrap();
    assert_eq!((found.id.as_str(), found.app_roles.len()), ("sp", 0));
    assert_eq!(stage.seen().len(), 8);
    let templates = graph.sync_templates(&"sp".into()).await.unwrap();
    assert_eq!(templates[0].fact("IsOAuthEnabled"), Some("true"));

    let never = Stage::new(|_, _| fail(404, "Request_ResourceNotFound")).await;
    let short = Patience { cap: Duration::from_millis(20), ..patience };
    let error = never.graph().wait_until_replicated(&"sp".into(), short).await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::ReplicationPending);
    let refused = Stage::new(|_, _| fail(403, "Authorization_RequestDenied")).await;
    let error = refused.graph().wait_until_replicated(&"sp".into(), short).await.unwrap_err();
    assert_eq!(error.kind, GraphErrorKind::Forbidden, "after the cap a refusal is real");
}

#[tokio::test]
async fn a_duplicate_assignment_is_done_only_when_it_is_listed() {
    let entry = json!({"id": "x1", "appRoleId": "r", "principalId": "u", "principalType": "User", "principalDisplayName": "Ana"});
    let stage = Stage::new(move |seen, _| match seen.line.starts_with("POST") {
        true => fail(400, "Request_BadRequest"),
        false => ok(json!({ "value": [entry] })),
    })
    .await;
    let graph = stage.graph();
    let (sp, role) = (ServicePrincipalId::from("sp"), AppRoleId::from("r"));
    assert_eq!(graph.assign(&sp, "u", &role).await.unwrap().id.as_str(), "x1");
    let sent = &stage.seen()[0];
    assert_eq!(sent.body, json!({"principalId": "u", "resourceId": "sp", "appRoleId": "r"}));
    let error = graph.assign(&sp, "someone-else", &role).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (GraphErrorKind::Invalid, Some("Request_BadRequest")));

    let gone = Stage::new(|_, _| fail(404, "Request_ResourceNotFound")).await;
    gone.graph().unassign(&sp, &"x1".into()).await.unwrap();
}

#[tokio::test]
async fn secrets_are_a_whole_set_and_masks_are_never_stored() {
    let stage = Stage::new(|seen, _| match seen.line.starts_with("PUT") {
        true => Reply(204, Value::Null, vec![]),
        false => {
            ok(json!({"value": [{"key": "SyncAll", "value": "false"}, {"key": "SecretToken", "value": "*"}]}))
        }
    })
    .await;
    let graph = stage.graph();
    let mut set = graph.sync_secrets(&"sp".into()).await.unwrap();
    assert_eq!(set.iter().map(SecretPair::is_masked).collect::<Vec<_>>(), [false, true]);
    assert!(!format!("{set:?}").contains("false"), "values do not show");
    let error = graph.put_sync_secrets(&"sp".into(), &set).await.unwrap_err();
    assert_eq!((error.kind, stage.seen().len()), (GraphErrorKind::Invalid, 1));
    set[1].value = Secret::new("canary");
    graph.put_sync_secrets(&"sp".into(), &set).await.unwrap();
    let sent = &stage.seen()[1];
    assert_eq!(sent.line, "PUT /v1.0/servicePrincipals/sp/synchronization/secrets");
    assert_eq!(
        sent.body,
        json!({"value": [{"key": "SyncAll", "value": "false"}, {"key": "SecretToken", "value": "canary"}]})
    );
}

#[tokio::test]
async fn the_schema_survives_the_round_trip_byte_for_byte() {
    let schema = json!({"id": "j", "version": "v1", "zeta": {"unknown": [1, 2.5, null, "ü"]}, "synchronizationRules": [], "alpha": true});
    let served = schema.clone();
    let stage = Stage::new(move |seen, _| match seen.line.starts_with("PUT") {
        true => Reply(204, Value::Null, vec![]),
        false => ok(served.clone()),
    })
    .await;
    let graph = stage.graph();
    let read = graph.sync_schema(&"sp".into(), &"goto.x.y".into()).await.unwrap();
    graph.put_sync_schema(&"sp".into(), &"goto.x.y".into(), &read).await.unwrap();
    assert_eq!(stage.seen()[1].body.to_string(), schema.to_string());
    assert_eq!(stage.lines()[1], "PUT /v1.0/servicePrincipals/sp/synchronization/jobs/goto.x.y/schema");
}

#[tokio::test]
async fn job_actions_are_sent_as_documented() {
    let stage = Stage::new(|seen, _| {
        if seen.line.ends_with("/jobs") {
            Reply(201, json!({"id": "goto.1", "schedule": {"interval": "PT40M", "state": "Disabled"}, "status": {"code": "Paused"}}), vec![])
        } else {
            Reply(204, Value::Null, vec![])
        }
    })
    .await;
    let (graph, sp) = (stage.graph(), ServicePrincipalId::from("sp"));
    let job = graph.create_sync_job(&sp, &"goto".into()).await.unwrap().id;
    graph.start_sync_job(&sp, &job).await.unwrap();
    graph.pause_sync_job(&sp, &job).await.unwrap();
    let scope = [ResetScope::Watermark, ResetScope::Escrows];
    graph.restart_sync_job(&sp, &job, &scope).await.unwrap();
    graph.restart_sync_job(&sp, &job, &[]).await.unwrap();
    graph.validate_saved_credentials(&sp, &job).await.unwrap();
    graph.delete_sync_job(&sp, &job).await.unwrap();
    let sent: Vec<String> = stage
        .seen()
        .iter()
        .map(|seen| {
            let line = seen.line.replace("/v1.0/servicePrincipals/sp/synchronization", "");
            if seen.body.is_null() { line } else { format!("{line} {}", seen.body) }
        })
        .collect();
    assert_eq!(
        sent,
        [
            r#"POST /jobs {"templateId":"goto"}"#,
            "POST /jobs/goto.1/start",
            "POST /jobs/goto.1/pause",
            r#"POST /jobs/goto.1/restart {"criteria":{"resetScope":"Watermark, Escrows"}}"#,
            r#"POST /jobs/goto.1/restart {"criteria":{}}"#,
            r#"POST /jobs/goto.1/validateCredentials {"useSavedCredentials":true,"credentials":[]}"#,
            "DELETE /jobs/goto.1",
        ]
    );
}

#[tokio::test]
async fn on_demand_names_its_subject_and_refuses_large_groups() {
    let stage = Stage::new(|_, _| {
        let record = json!({"action": "Create", "statusInfo": {"status": "Success"}});
        ok(json!({"key": json!({"result": "Success", "details": {}}).to_string(), "value": record.to_string()}))
    })
    .await;
    let graph = stage.graph();
    let trial = |members: usize| OnDemandSubject::Group {
        group: "g".into(),
        members: (0..members).map(|n| format!("u{n}").into()).collect(),
    };
    let (sp, job, rule) = ("sp".into(), "j".into(), "rule".into());
    graph.provision_on_demand(&sp, &job, &rule, &trial(1)).await.unwrap();
    assert_eq!(
        stage.seen()[0].body,
        json!({"parameters": [{"ruleId": "rule", "subjects": [{"objectId": "g", "objectTypeName": "Group",
            "links": {"members": [{"objectId": "u0", "objectTypeName": "User"}]}}]}]})
    );
    let error = graph.provision_on_demand(&sp, &job, &rule, &trial(6)).await.unwrap_err();
    assert_eq!((error.kind, stage.seen().len()), (GraphErrorKind::Invalid, 1));
}

#[tokio::test]
async fn pickers_search_on_the_server() {
    let stage = Stage::new(|_, _| ok(json!({"value": [{"id": "u", "displayName": "O'Neil"}]}))).await;
    let graph = stage.graph();
    assert_eq!(graph.search_users("O'N", 5).await.unwrap()[0].text("displayName"), Some("O'Neil"));
    let seen = &stage.seen()[0];
    assert!(seen.eventual);
    assert!(seen.line.contains("startswith(displayName,'O''N') or "), "{}", seen.line);
    assert!(seen.line.ends_with("&$top=5&$count=true"), "{}", seen.line);
}

#[tokio::test]
async fn who_and_where() {
    let stage = Stage::new(|seen, _| {
        if seen.line.contains("/organization") {
            ok(json!({"value": [{"id": "t", "displayName": "Contoso", "tenantType": "AAD",
                "verifiedDomains": [{"name": "contoso.example", "isDefault": true}],
                "assignedPlans": [{"servicePlanId": "41781FB2-BC02-4B7C-BD55-B576C07BB09D", "capabilityStatus": "Enabled"}]}]}))
        } else if seen.line.contains("$count") {
            ok(json!({"@odata.count": 1234, "value": [{"id": "u"}]}))
        } else {
            ok(json!({"value": [
                {"@odata.type": "#microsoft.graph.group", "id": "g"},
                {"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "displayName": "Cloud Application Administrator",
                 "roleTemplateId": "158c047a-c907-4556-b7ef-446551a6b5f7"}]}))
        }
    })
    .await;
    let graph = stage.graph();
    let tenant = graph.organization().await.unwrap();
    assert!(tenant.has_premium() && tenant.verified_domains[0].is_default);
    assert_eq!(graph.user_count().await.unwrap(), 1234);
    let roles = graph.my_roles().await.unwrap();
    assert!(roles.len() == 1 && roles[0].may_provision());
}
