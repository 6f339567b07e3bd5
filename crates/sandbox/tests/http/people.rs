//! People and groups: how many, which kinds, paging to the end.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::Options;

use crate::world::{practice, small};

const SELECT: &str = "id,displayName,userPrincipalName,mail,surname,department,accountEnabled,userType";

#[tokio::test]
async fn pages_reach_everybody_once() {
    let world = practice(Options { users: 205, ..small() }).await;
    let (people, last, pages) = world.pages("/users?$select=id,userPrincipalName&$top=50").await;
    // Four accounts besides the people.
    assert_eq!((people.len(), pages), (209, 5));
    assert!(last.get("@odata.nextLink").is_none());
    let ids: BTreeSet<&str> = people.iter().map(|person| person["id"].as_str().unwrap()).collect();
    let names: BTreeSet<&str> =
        people.iter().map(|person| person["userPrincipalName"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), names.len()), (209, 209));
    let (_, _, pages) = world.pages("/users").await;
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_people() {
    let (one, two) = (practice(small()).await, practice(small()).await);
    let other = practice(Options { seed: 2, ..small() }).await;
    let path = format!("/users?$select={SELECT}");
    let (one, two, other) = (one.pages(&path).await.0, two.pages(&path).await.0, other.pages(&path).await.0);
    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[tokio::test]
async fn every_special_case_is_there() {
    let world = practice(Options { users: 60, ..small() }).await;
    let (people, ..) = world.pages(&format!("/users?$select={SELECT}")).await;
    let count = |test: &dyn Fn(&Value) -> bool| people.iter().filter(|person| test(person)).count();
    let text = |person: &Value, name: &str| person[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(count(&|person| person["userType"] == "Guest"), 3);
    assert_eq!(count(&|person| text(person, "userPrincipalName").contains("_partner.example#EXT#@")), 3);
    assert_eq!(count(&|person| person["accountEnabled"] == false), 4);
    assert!(count(&|person| person["department"].is_null()) >= 4);
    assert!(count(&|person| person["surname"].is_null()) >= 2);
    assert!(count(&|person| person["mail"].is_null()) >= 1);
    assert!(count(&|person| person["userPrincipalName"] != person["mail"]) >= 5);
    assert!(count(&|person| text(person, "surname").contains(['\'', '’'])) >= 1);
    assert!(count(&|person| text(person, "displayName").chars().any(|c| c > '\u{300}')) >= 5);
    assert!(count(&|person| text(person, "displayName").chars().count() > 100) >= 1);
    assert!(count(&|person| text(person, "userPrincipalName").ends_with("@eu.northwind.example")) >= 5);
}

#[tokio::test]
async fn one_person_by_id_name_and_filter() {
    let world = practice(small()).await;
    let person = world.get("/users?$top=1").await["value"][0].clone();
    let (id, name) = (person["id"].as_str().unwrap(), person["userPrincipalName"].as_str().unwrap());
    assert_eq!(world.get(&format!("/users/{id}")).await["userPrincipalName"], name);
    let encoded = name.replace('#', "%23");
    assert_eq!(world.get(&format!("/users/{encoded}?$select=id")).await["id"], id);
    let start = &name[..3];
    let found = world.get(&format!("/users?$filter=startswith(userPrincipalName,'{start}')")).await;
    assert!(found["value"].as_array().unwrap().iter().any(|found| found["id"] == id));
    let missing = world.graph(Method::GET, "/users/nobody", None).await;
    assert_eq!((missing.0, missing.1["error"]["code"].as_str()), (404, Some("Request_ResourceNotFound")));
}

#[tokio::test]
async fn groups_have_their_kinds_and_members() {
    let world = practice(Options { users: 60, ..small() }).await;
    let (groups, ..) = world.pages("/groups").await;
    assert_eq!(groups.len(), 6);
    let unified: Vec<&Value> =
        groups.iter().filter(|group| group["groupTypes"] == json!(["Unified"])).collect();
    assert_eq!((unified.len(), unified[0]["securityEnabled"].as_bool()), (1, Some(false)));
    let mut nested = 0;
    let mut empty = 0;
    for group in &groups {
        let id = group["id"].as_str().unwrap();
        let (direct, ..) = world.pages(&format!("/groups/{id}/members?$select=id&$top=7")).await;
        let (all, ..) = world.pages(&format!("/groups/{id}/transitiveMembers?$select=id")).await;
        let (users, ..) = world.pages(&format!("/groups/{id}/members/microsoft.graph.user")).await;
        let inner = direct.iter().filter(|member| member["@odata.type"] == "#microsoft.graph.group").count();
        assert_eq!(direct.len() - inner, users.len());
        nested += usize::from(inner == 2 && all.len() > direct.len());
        empty += usize::from(direct.is_empty());
    }
    assert_eq!((nested, empty), (1, 1));
}

#[tokio::test]
async fn a_count_needs_the_consistency_header_on_every_page() {
    let world = practice(small()).await;
    let url = format!("{}/v1.0/users?$count=true&$top=20", world.endpoints().graph);
    let call = |url: String, eventual: bool| {
        let request = world.http.get(url).bearer_auth(&world.token);
        if eventual { request.header("ConsistencyLevel", "eventual").send() } else { request.send() }
    };
    assert_eq!(call(url.clone(), false).await.unwrap().status(), 400);
    let page: Value = call(url, true).await.unwrap().json().await.unwrap();
    assert_eq!(page["@odata.count"], 34);
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(call(next.clone(), false).await.unwrap().status(), 400);
    let page: Value = call(next, true).await.unwrap().json().await.unwrap();
    assert!(page.get("@odata.count").is_none());
}
