//! Edits behind the back of whoever provisions, the rate cap, and the start of a world.

use crate::help::{World, json_of};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ADMIN: &str = "goto.admin@northwind.example";

#[tokio::test]
async fn the_same_seed_gives_the_same_world() {
    let (one, other) = (World::start().await, World::start().await);
    let users = |world: &World| {
        let state = world.running.world.goto.lock().unwrap();
        serde_json::to_string(&state.users).unwrap()
    };
    assert_eq!(users(&one), users(&other));
    let list = one.control("GET", "/users", Value::Null).await;
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["attributes"]["userName"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 4, "the admin, two people of the tenant, one that nobody knows: {names:?}");
    let known = |name: &str| {
        let entra = one.running.world.entra.lock().unwrap();
        entra.directory.users.values().any(|user| user.text("userPrincipalName") == Some(name))
    };
    let matched: Vec<bool> = names.iter().map(|name| known(name)).collect();
    assert_eq!(matched, [false, true, true, false]);
    assert_eq!(one.endpoints().scim_token, other.endpoints().scim_token);
    assert_eq!(one.endpoints().goto.client_secret, other.endpoints().goto.client_secret);
}

#[tokio::test]
async fn users_and_groups_are_edited_behind_our_back() {
    let world = World::start().await;
    let person = json!({"attributes": {"userName": "Zoë@northwind.example", "name": {"givenName": "Zoë", "familyName": "O'Neil"}}});
    let zoe = world.control("POST", "/users", person).await;
    let key = zoe["key"].as_str().unwrap().to_owned();
    let group = json!({"attributes": {"displayName": "Sales"}, "members": ["zoë@northwind.example", ADMIN]});
    world.control("POST", "/groups", group).await;
    let changed = world
        .control(
            "PATCH",
            &format!("/users/{key}"),
            json!({"attributes": {"title": "CTO", "active": false}, "role": "read"}),
        )
        .await;
    assert_eq!(
        (&changed["role"], &changed["active"], &changed["groups"]),
        (&json!("read"), &json!(false), &json!(["Sales"]))
    );
    let sales = world.control("PATCH", "/groups/Sales", json!({"remove": [ADMIN]})).await;
    assert_eq!(sales["members"][0]["key"], json!(key));
    assert_eq!(sales["members"].as_array().unwrap().len(), 1);
    let (_, seen) = json_of(world.api(Method::GET, &format!("/identity/v1/Users/{key}"))).await;
    assert_eq!((&seen["title"], &seen["name"]["familyName"]), (&json!("CTO"), &json!("O'Neil")));
    world.control("DELETE", &format!("/users/{key}"), Value::Null).await;
    let sales = world.control("GET", "/groups/Sales", Value::Null).await;
    assert_eq!(sales["members"], json!([]));
    world.control("DELETE", "/groups/Sales", Value::Null).await;
    let (status, _) = world.try_control("GET", "/groups/Sales", Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn unknown_fields_of_control_are_refused() {
    let world = World::start().await;
    for (method, path, body) in [
        ("PATCH", "/switches", json!({"pageing": false})),
        ("PATCH", "/switches", json!({"patch_members": "merge"})),
        ("POST", "/users", json!({"userName": "a@northwind.example"})),
        ("POST", "/groups", json!({"attributes": {"displayName": "A"}, "members": ["nobody"]})),
        ("PATCH", "/admin", json!({"role": "owner"})),
        ("POST", "/tokens/revoke", json!({"which": "some"})),
        ("PATCH", "/dns", json!({"answering": "loud"})),
        ("PUT", "/dns/txt/northwind.example", json!(["x".repeat(256)])),
    ] {
        let (status, _) = world.try_control(method, path, body.clone()).await;
        assert!([400, 404].contains(&status.as_u16()), "{method} {path} {body}: {status}");
    }
    assert_eq!(
        world.control("GET", "/groups", Value::Null).await,
        json!([]),
        "a refused group leaves nothing"
    );
}

#[tokio::test]
async fn the_admin_loses_the_role_and_the_tokens() {
    let world = World::start().await;
    let token = {
        let mut state = world.running.world.goto.lock().unwrap();
        let admin = state.admin;
        state.grants.sign_in(admin, None, world.running.world.clock.now())
    };
    let users = || async {
        let url = format!("{}/identity/v1/Users?count=1", world.endpoints().goto_api);
        world.http.get(url).bearer_auth(&token).send().await.unwrap().status()
    };
    assert_eq!(users().await, StatusCode::OK);
    world.control("PATCH", "/admin", json!({"role": "none", "account_roles": []})).await;
    assert_eq!(users().await, StatusCode::UNAUTHORIZED, "401 is a missing right at GoTo");
    world.control("PATCH", "/admin", json!({"role": "read"})).await;
    assert_eq!(users().await, StatusCode::OK);
    let revoked = world.control("POST", "/tokens/revoke", json!({"which": "access"})).await;
    assert_eq!(revoked, json!({"revoked": 1}));
    assert_eq!(users().await, StatusCode::FORBIDDEN, "403 is a bad token at GoTo");
}

#[tokio::test]
async fn licences_follow_control_and_suspension() {
    let world = World::start().await;
    let accounts = world.control("GET", "/accounts", Value::Null).await;
    let path = format!(
        "/accounts/{}/licences/{}",
        accounts[0]["key"].as_str().unwrap(),
        accounts[0]["licences"][0]["key"].as_str().unwrap()
    );
    let stranger = "former.contractor@northwind.example";
    let licence = world.control("PATCH", &path, json!({"seats": 3, "users": [stranger]})).await;
    assert_eq!((&licence["seats"], licence["users"].as_array().unwrap().len()), (&json!(3), 1));
    world.control("PATCH", &format!("/users/{stranger}"), json!({"attributes": {"active": false}})).await;
    let accounts = world.control("GET", "/accounts", Value::Null).await;
    assert_eq!(accounts[0]["licences"][0]["users"], json!([]), "whoever is suspended holds no licence");
}

#[tokio::test]
async fn a_request_may_carry_100_members_and_not_101() {
    let world = World::start().await;
    let mut members = Vec::new();
    for number in 0..101 {
        let name = format!("p{number}@northwind.example");
        let user = world.control("POST", "/users", json!({"attributes": {"userName": name}})).await;
        members.push(json!({"type": "user", "value": user["key"]}));
    }
    let post = |name: &str, members: &[Value]| {
        json_of(
            world
                .api(Method::POST, "/identity/v1/Groups")
                .json(&json!({"displayName": name, "members": members})),
        )
    };
    let (status, body) = post("All", &members).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    let (status, body) = post("All", &members[..100]).await;
    assert_eq!((status, body["members"].as_array().unwrap().len()), (StatusCode::CREATED, 100));
    let rest = json!({"members": &members[100..]});
    let url = format!("/identity/v1/Groups/{}", body["id"].as_str().unwrap());
    let (_, body) = json_of(world.api(Method::PATCH, &url).json(&rest)).await;
    assert_eq!(body["members"].as_array().unwrap().len(), 101, "PATCH adds");
}

#[tokio::test]
async fn a_burst_over_ten_is_refused_in_part() {
    let world = World::start_with(Some(10)).await;
    let burst = || async {
        let get = || world.api(Method::GET, "/identity/v1/Users?count=1").send();
        let answers = futures::future::join_all((0..40).map(|_| get())).await;
        answers.into_iter().map(Result::unwrap).filter(|answer| answer.status() == 429).collect::<Vec<_>>()
    };
    let refused = burst().await;
    assert!((1..=30).contains(&refused.len()), "ten pass in any second: {}", refused.len());
    assert!(refused[0].headers().get("retry-after").is_none(), "GoTo documents no Retry-After");
    let (admin, _) = json_of(world.api(Method::GET, "/admin/rest/v1/me")).await;
    assert_eq!(admin, StatusCode::OK, "each API has a limit of its own");
    world.control("PATCH", "/switches", json!({"retry_after": true})).await;
    let refused = burst().await;
    assert!(refused.iter().all(|answer| answer.headers()["retry-after"] == "1"));
    assert!(!refused.is_empty());
}

#[tokio::test]
async fn numbers_as_ids_keep_all_their_digits() {
    let world = World::start().await;
    world.control("PATCH", "/switches", json!({"numeric_ids": true})).await;
    let (_, body) = json_of(world.api(Method::GET, "/identity/v1/Users?count=1")).await;
    let id = body["resources"][0]["id"].as_u64().expect("a number");
    assert_ne!(id as f64 as u64, id);
    let (status, _) = json_of(world.api(Method::GET, &format!("/identity/v1/Users/{id}"))).await;
    assert_eq!(status, StatusCode::OK);
}
