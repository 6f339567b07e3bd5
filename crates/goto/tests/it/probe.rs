//! Probing, testing the connection and the Admin API against servers that have or lack things.

use crate::stage::{Reply, Seen, Stage, ok, static_token, status};
use serde_json::{Value as Json, json};
use usher_goto::{
    Capabilities, Check, CheckName, CheckOutcome, Class, Diagnosis, Dialect, FilterSupport, MemberPatch,
    ProbeOutcome, Support, test_connection,
};

/// What GoTo's own description lets one expect.
fn goto(seen: &Seen) -> Reply {
    let line = seen.line.replacen(" /identity/v1/", " ", 1);
    match line.as_str() {
        "GET Users/me" => ok(json!({"id": 9007199254740993_i64, "userName": "admin@contoso.example"})),
        "GET ServiceProviderConfigs" => {
            ok(json!({"patch": {"supported": true}, "etag": {"supported": false}}))
        }
        "GET Schemas/Users" => ok(json!({"id": "urn:scim:schemas:core:1.0:User", "attributes": [
            {"name": "userName", "type": "string"}, {"name": "active", "type": "boolean"}]})),
        line if line.starts_with("GET Users?") && line.contains("admin@contoso.example") => {
            ok(json!({"totalResults": 1, "resources": [{"id": 1, "userName": "Admin@contoso.example"}]}))
        }
        line if line.starts_with("GET Users?") => ok(json!({"totalResults": 0, "resources": []})),
        line if line.starts_with("GET Groups?") => ok(json!({"totalResults": 3, "resources": [{"id": "g"}]})),
        _ => Reply(404, json!({"errorCode": "NOT_FOUND", "message": "no route"}), vec![]),
    }
}

#[tokio::test]
async fn goto_is_recognised() {
    let stage = Stage::new(goto).await;
    let probe = stage.provider(Dialect::Scim2).probe(None).await;
    assert!(probe.failed.is_none(), "{:?}", probe.failed);
    let expected = Capabilities {
        active: Support::Yes,
        external_id: Support::No,
        enterprise: Support::No,
        groups: Support::Yes,
        patch: Support::Yes,
        etag: Support::No,
        paging: Support::Yes,
        ..Capabilities::assumed(Dialect::GotoV1)
    };
    assert_eq!(probe.capabilities, Some(expected));
    let evidence: Vec<String> = probe
        .evidence
        .iter()
        .map(|one| format!("{} {} {:?} {:?}", one.name, one.path, one.status, one.outcome))
        .collect();
    insta::assert_snapshot!(evidence.join("\n"), @r"
    me /identity/v1/Users/me Some(200) Present
    config /identity/v1/ServiceProviderConfigs Some(200) Present
    schemas /identity/v1/Schemas/Users Some(200) Present
    filter-users /identity/v1/Users Some(200) Present
    groups /identity/v1/Groups Some(200) Present
    ");
    assert!(stage.lines().iter().all(|line| line.starts_with("GET ")), "reads only");
}

/// A small RFC 7644 server that has nothing but lists.
fn bare(seen: &Seen) -> Reply {
    match seen.line.starts_with("GET /identity/v1/Users?") {
        true => ok(
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}),
        ),
        false => status(404),
    }
}

#[tokio::test]
async fn a_server_without_discovery_still_works() {
    let stage = Stage::new(bare).await;
    let probe = stage.provider(Dialect::Scim2).probe(None).await;
    let can = probe.capabilities.expect("recognised by its list");
    assert_eq!((can.dialect, can.groups, can.active), (Dialect::Scim2, Support::No, Support::Unproven));
    let absent = probe.evidence.iter().filter(|one| one.outcome == ProbeOutcome::Absent).count();
    assert_eq!(absent, 6, "{:?}", probe.evidence);
}

#[tokio::test]
async fn a_server_that_fails_on_what_it_does_not_know_is_still_recognised() {
    let stage = Stage::new(|seen| match seen.line.as_str() {
        "GET /identity/v1/ServiceProviderConfig" => ok(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "filter": {"supported": true}})),
        "GET /identity/v1/ResourceTypes" => ok(json!([{"name": "Team", "endpoint": "https://x.example/scim/Groups"}])),
        "GET /identity/v1/Schemas" => status(403),
        line if line.starts_with("GET /identity/v1/Groups?") => ok(json!({"totalResults": 0, "Resources": []})),
        _ => status(500),
    })
    .await;
    let probe = stage.provider(Dialect::Scim2).probe(None).await;
    let can = probe.capabilities.unwrap_or_else(|| panic!("{:?}", probe.failed));
    assert_eq!((can.dialect, can.groups, can.active), (Dialect::Scim2, Support::Yes, Support::Unproven));
    assert_eq!(can.user_filters, FilterSupport::None, "a filter that fails is none");
}

#[tokio::test]
async fn a_server_that_says_what_it_lacks_is_believed() {
    let stage = Stage::new(|seen| match seen.line.as_str() {
        "GET /identity/v1/ServiceProviderConfig" => ok(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": {"supported": false}, "filter": {"supported": true, "maxResults": 20}, "etag": {"supported": true}})),
        "GET /identity/v1/ResourceTypes" => ok(json!({"Resources": [{"name": "User", "endpoint": "/Users"}]})),
        _ => bare(seen),
    })
    .await;
    let can = stage.provider(Dialect::Scim2).probe(None).await.capabilities.unwrap();
    assert_eq!((can.patch, can.member_patch, can.page_size), (Support::No, MemberPatch::No, 20));
    assert_eq!((can.groups, can.etag, can.user_filters), (Support::No, Support::Yes, FilterSupport::Any));
}

#[tokio::test]
async fn a_probe_that_fails_says_why_and_shows_what_it_saw() {
    let no_role = json!({"error": [{"code": "not.authorized", "description": "Incident #1"}]});
    let stage = Stage::new(move |seen| match seen.line.contains("/Users?") {
        true => Reply(401, no_role.clone(), vec![]),
        false => goto(seen),
    })
    .await;
    let probe = stage.provider(Dialect::GotoV1).probe(None).await;
    assert_eq!(probe.failed.unwrap().class, Class::NeedsOrganisationRole);
    let last = probe.evidence.last().unwrap();
    assert_eq!(
        (last.name.as_str(), last.status, last.outcome.clone()),
        ("filter-users", Some(401), ProbeOutcome::Failed)
    );

    let signed_out = Stage::new(|_| status(403)).await;
    let probe = signed_out.provider(Dialect::GotoV1).probe(None).await;
    assert_eq!(probe.failed.unwrap().class, Class::BadToken);

    let website = Stage::new(|_| ok(json!("<html>hello</html>"))).await;
    let probe = website.provider(Dialect::GotoV1).probe(None).await;
    assert_eq!(probe.failed.unwrap().class, Class::NotFound);
}

fn outcomes(checks: &[Check]) -> Vec<(CheckName, CheckOutcome)> {
    checks.iter().map(|check| (check.name, check.outcome)).collect()
}

#[tokio::test]
async fn the_connection_test_tells_what_works_and_what_does_not() {
    use CheckName::*;
    use CheckOutcome::{Failed, NotProven, Passed, Skipped};
    let stage = Stage::new(goto).await;
    let checks = test_connection(&stage.provider(Dialect::GotoV1), None).await;
    assert_eq!(
        outcomes(&checks),
        [
            (FindService, Passed),
            (SecureConnection, Passed),
            (SignIn, Passed),
            (ReadPeople, Passed),
            (WritePeople, NotProven),
            (Groups, Passed)
        ]
    );
    assert_eq!(checks[5].evidence, "3 groups");
    assert!(stage.seen()[0].token.is_empty(), "finding the service needs no token");

    let people_fail = |reply: fn() -> Reply, dialect: Dialect| async move {
        let stage = Stage::new(move |_| reply()).await;
        let checks = test_connection(&stage.provider(dialect), None).await;
        (checks[2].outcome, checks[3].outcome)
    };
    let role = || Reply(401, json!({"code": "not.authorized"}), vec![]);
    let failed = |why| Failed(why);
    assert_eq!(people_fail(role, Dialect::GotoV1).await, (Passed, failed(Diagnosis::NeedsOrganisationRole)));
    assert_eq!(
        people_fail(|| status(403), Dialect::GotoV1).await,
        (failed(Diagnosis::TokenRefused), Skipped)
    );
    assert_eq!(people_fail(|| status(401), Dialect::Scim2).await, (failed(Diagnosis::TokenRefused), Skipped));
    assert_eq!(
        people_fail(|| status(404), Dialect::Scim2).await,
        (NotProven, failed(Diagnosis::WrongAddress))
    );
    assert_eq!(people_fail(|| status(400), Dialect::Scim2).await, (Passed, failed(Diagnosis::FilterRefused)));
    assert_eq!(
        people_fail(|| status(500), Dialect::Scim2).await,
        (NotProven, failed(Diagnosis::ServiceFails))
    );
    let page = || ok(json!({"hello": "world"}));
    assert_eq!(people_fail(page, Dialect::Scim2).await, (NotProven, failed(Diagnosis::NotScim)));
    let somebody = || ok(json!({"totalResults": 1, "Resources": [{"id": "1"}]}));
    assert_eq!(people_fail(somebody, Dialect::Scim2).await, (Passed, failed(Diagnosis::FilterIgnored)));
}

#[tokio::test]
async fn nobody_listening_is_told_apart_from_a_refusal() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let can = Capabilities::assumed(Dialect::Scim2);
    let checks = test_connection(&crate::stage::provider_at(address, can, static_token(address)), None).await;
    assert_eq!(checks[0].outcome, CheckOutcome::Failed(Diagnosis::ConnectionRefused));
    assert!(checks[1..].iter().all(|check| check.outcome == CheckOutcome::Skipped));
    assert_eq!(checks.len(), 6);
}

#[tokio::test]
async fn the_admin_api_knows_who_may_not_write() {
    let stage = Stage::new(|seen| match seen.line.as_str() {
        "GET /admin/rest/v1/me" => ok(json!({"key": 4611686018427387905_i64, "email": "a@contoso.example", "orgAdmin": false,
            "adminRoles": ["MANAGE_USERS", "MANAGE_SEATS"], "accounts": [{"key": "1", "name": "One"}, {"key": 2, "name": "Two"}]})),
        line if line.starts_with("GET /admin/rest/v1/accounts/1/licenses") => {
            let second = line.contains("offset=1&");
            let key = if second { "b" } else { "a" };
            ok(json!({"results": [{"key": key, "seats": 10, "userCount": 7, "products": ["G2M"], "unknown": {}}],
                "fromIndex": 0, "toIndex": u8::from(second), "total": 2}))
        }
        _ => goto(seen),
    })
    .await;
    let admin = stage.admin();
    let me = admin.me().await.unwrap();
    assert_eq!((me.key.as_str(), me.accounts.len()), ("4611686018427387905", 2));
    assert!(me.may_manage_licences());
    let licences = admin.licences("1").await.unwrap();
    assert_eq!(licences.items().iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(licences.items()[0].seats, Some(10));
    assert_eq!(licences.items()[0].free(), Some(3));
    let checks = test_connection(&stage.provider(Dialect::GotoV1), Some(&admin)).await;
    assert_eq!(checks[4].outcome, CheckOutcome::Failed(Diagnosis::NotOrganisationAdmin));
    let denied = Stage::new(|_| Reply(401, json!({"error": [{"code": "not.authenticated"}]}), vec![])).await;
    assert_eq!(denied.admin().me().await.unwrap_err().class, Class::BadToken);
    let null: Json = Json::Null;
    let empty = Stage::new(move |_| ok(null.clone())).await;
    assert_eq!(empty.admin().me().await.unwrap_err().class, Class::Protocol);
}

#[tokio::test]
async fn free_seats_are_unknown_where_they_are_shared_or_not_told() {
    for (licence, free) in [
        (json!({"key": 1, "seats": 10, "userCount": 7, "concurrentLicenseKey": 0}), Some(3)),
        (json!({"key": 1, "seats": 10, "userCount": 7, "concurrentLicenseKey": null}), Some(3)),
        (json!({"key": 1, "seats": 10, "userCount": 12}), Some(0)),
        (
            json!({"key": 1, "seats": 10, "userCount": 7, "concurrentLicenseKey": 4611686018427387905_i64}),
            None,
        ),
        (json!({"key": 1, "seats": 10}), None),
        (json!({"key": 1, "userCount": 7}), None),
    ] {
        let reply = json!({"results": [licence], "fromIndex": 0, "toIndex": 0, "total": 1});
        let stage = Stage::new(move |_| ok(reply.clone())).await;
        let licences = stage.admin().licences("1").await.unwrap();
        assert_eq!(licences.items()[0].free(), free, "{:?}", licences.items());
    }
}
