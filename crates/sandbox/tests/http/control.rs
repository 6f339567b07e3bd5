//! The control endpoint and the first line of `usher sandbox --json`.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{practice, small};

#[tokio::test]
async fn the_endpoints_are_one_object_with_exactly_these_fields() {
    let world = practice(small()).await;
    let shown = serde_json::to_value(world.endpoints()).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let set = |names: &str| names.split(' ').map(str::to_owned).collect::<BTreeSet<String>>();
    assert_eq!(
        names(&shown),
        set(
            "login graph goto_auth goto_api scim organization_center web portal control dns entra goto application scim_token"
        )
    );
    assert_eq!(names(&shown["entra"]), set("client_id client_secret tenant_id users user_name password"));
    assert_eq!(names(&shown["entra"]["users"][0]), set("user_name password role"));
    assert_eq!(names(&shown["goto"]), set("client_id client_secret user_name password redirect_uris"));
    assert_eq!(names(&shown["application"]), set("service_principal_id app_id display_name"));
    assert_eq!(shown["scim"], format!("{}/identity/v1", world.endpoints().goto_api));
    assert_eq!(shown["entra"]["users"][0]["role"], "Application Administrator");
    let (_, served) = world.control(Method::GET, "/endpoints", None).await;
    assert_eq!(served, shown);
}

#[tokio::test]
async fn every_endpoint_that_the_index_lists_exists() {
    let world = practice(small()).await;
    let (_, index) = world.control(Method::GET, "/", None).await;
    let rows = index["endpoints"].as_array().unwrap();
    assert!(rows.len() > 20);
    for row in rows.iter().filter(|row| row["method"] != "*") {
        let path = row["path"].as_str().unwrap().split(['{', '?']).next().unwrap().to_owned();
        let path = if row["path"].as_str().unwrap().contains('{') { format!("{path}x") } else { path };
        let tail = row["path"].as_str().unwrap().rsplit_once('}').map_or("", |(_, tail)| tail);
        let method: Method = row["method"].as_str().unwrap().parse().unwrap();
        let (status, body) = world.control(method, &format!("{path}{tail}"), Some(json!({ "?": 1 }))).await;
        let text = body["error"].as_str().unwrap_or_default();
        assert!(status != 405 && !text.starts_with("There is no /"), "{row}: {status} {body}");
    }
}

#[tokio::test]
async fn people_are_changed_with_checked_properties() {
    let world = practice(small()).await;
    let ana = json!({ "displayName": "Ana Silva", "userPrincipalName": "ana.silva@northwind.example" });
    let (status, made) = world.control(Method::POST, "/people", Some(ana.clone())).await;
    assert_eq!((status, made["accountEnabled"].as_bool()), (201, Some(true)));
    assert_eq!(world.control(Method::POST, "/people", Some(ana)).await.0, 409);
    let path = "/people/ana.silva@northwind.example";
    for (change, expected) in [
        (json!({ "department": "Sales" }), 200),
        (json!({ "departement": "Sales" }), 400),
        (json!({ "accountEnabled": "no" }), 400),
        (json!({ "id": "x" }), 400),
    ] {
        assert_eq!(world.control(Method::PATCH, path, Some(change.clone())).await.0, expected, "{change}");
    }
    let id = made["id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/users/{id}?$select=department")).await["department"], "Sales");
    let (status, assigned) =
        world.control(Method::POST, "/assignments", Some(json!({ "principalId": id }))).await;
    assert_eq!((status, assigned["principalDisplayName"].as_str()), (201, Some("Ana Silva")));
    let (_, removed) = world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    assert_eq!(removed["removed"], 1);
}

#[tokio::test]
async fn journal_shows_bodies_but_no_authorization_and_issued_knows_the_token() {
    let world = practice(small()).await;
    world.graph(Method::POST, "/$batch", Some(json!({ "requests": [] }))).await;
    let (_, journal) = world.control(Method::GET, "/journal?service=graph", None).await;
    let entry = &journal["requests"][0];
    assert_eq!((&entry["body"], &entry["status"]), (&json!({ "requests": [] }), &json!(400)));
    assert_eq!(entry["reason"], "Request_BadRequest");
    assert!(!journal.to_string().contains(&world.token));
    let (_, issued) = world.control(Method::GET, "/issued", None).await;
    assert!(
        issued["issued"].as_array().unwrap().iter().any(|secret| secret["value"] == world.token.as_str())
    );
    assert_eq!(world.control(Method::DELETE, "/journal", None).await.0, 204);
    let (_, journal) = world.control(Method::GET, "/journal", None).await;
    assert_eq!(journal["requests"], json!([]));
}

#[tokio::test]
async fn reset_brings_back_the_first_state() {
    let world = practice(small()).await;
    let before = world.pages("/users").await.0;
    let (id, old) = (before[0]["id"].as_str().unwrap(), world.token.clone());
    world.control(Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
    assert_eq!(world.control(Method::POST, "/reset", None).await.0, 204);
    assert_eq!(world.graph_as(&old, Method::GET, "/users", None).await.0, 401);
    let token = world.application_token().await;
    let (_, page) = world.graph_as(&token, Method::GET, "/users", None).await;
    assert_eq!(page["value"].as_array().unwrap().len(), before.len());
}

#[tokio::test]
async fn a_web_page_cannot_use_it() {
    let world = practice(small()).await;
    let url = format!("{}/people", world.endpoints().control);
    let from_page = world.http.get(&url).header("Origin", "https://evil.example").send().await.unwrap();
    assert_eq!(from_page.status(), 403);
    let rebound = world.http.get(&url).header("Host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
}

#[tokio::test]
async fn everything_ends_with_the_world() {
    let world = practice(small()).await;
    let graph = world.endpoints().graph.clone();
    let http = world.http.clone();
    world.running.stop().await;
    assert!(http.get(graph).send().await.unwrap_err().is_connect());
}
