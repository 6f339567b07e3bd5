//! Delta queries: the first round, changes, removals, expiry.

use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::Options;

use crate::world::{Practice, practice, small};

async fn changes(world: &Practice, link: &Value) -> (Vec<Value>, Value) {
    let (changed, last, _) = world.pages(link.as_str().unwrap()).await;
    (changed, last["@odata.deltaLink"].clone())
}

#[tokio::test]
async fn users_change_disappear_and_return() {
    let world = practice(Options { users: 120, ..small() }).await;
    let (all, last, pages) = world.pages("/users/delta?$select=userPrincipalName,department").await;
    assert_eq!((all.len(), pages), (124, 2));
    let link = last["@odata.deltaLink"].clone();
    let (none, link) = changes(&world, &link).await;
    assert!(none.is_empty());
    let id = all[10]["id"].as_str().unwrap();
    world.control(Method::PATCH, &format!("/people/{id}"), Some(json!({ "department": null }))).await;
    let (changed, link) = changes(&world, &link).await;
    assert_eq!(
        changed,
        [json!({ "id": id, "department": null, "userPrincipalName": all[10]["userPrincipalName"] })]
    );
    world.control(Method::DELETE, &format!("/people/{id}"), None).await;
    let (changed, link) = changes(&world, &link).await;
    assert_eq!(changed, [json!({ "id": id, "@removed": { "reason": "changed" } })]);
    let deleted = world.get("/directory/deletedItems/microsoft.graph.user").await;
    assert_eq!(deleted["value"][0]["id"], id);
    world.control(Method::POST, &format!("/people/{id}/restore"), None).await;
    let (changed, link) = changes(&world, &link).await;
    assert_eq!(changed[0]["userPrincipalName"], all[10]["userPrincipalName"]);
    world.control(Method::DELETE, &format!("/people/{id}?purge=true"), None).await;
    let (changed, _) = changes(&world, &link).await;
    assert_eq!(changed, [json!({ "id": id, "@removed": { "reason": "deleted" } })]);
}

#[tokio::test]
async fn memberships_come_in_chunks_and_go_one_by_one() {
    let world = practice(Options { users: 700, groups: 1, ..small() }).await;
    let (entries, last, _) = world.pages("/groups/delta?$select=displayName,members").await;
    assert!(entries.len() > 2, "a large group comes in several entries");
    let members: Vec<&Value> =
        entries.iter().flat_map(|entry| entry["members@delta"].as_array().unwrap()).collect();
    let group = entries[0]["id"].as_str().unwrap();
    let (listed, ..) = world.pages(&format!("/groups/{group}/members?$top=999")).await;
    assert_eq!(members.len(), listed.len());
    let gone = members[3]["id"].as_str().unwrap();
    let change = json!({ "remove": [gone] });
    world.control(Method::POST, &format!("/groups/{group}/members"), Some(change)).await;
    let (changed, link) = changes(&world, &last["@odata.deltaLink"]).await;
    let expected =
        json!([{ "@odata.type": "#microsoft.graph.user", "id": gone, "@removed": { "reason": "deleted" } }]);
    assert_eq!(changed[0]["members@delta"], expected);
    world.control(Method::DELETE, &format!("/groups/{group}"), None).await;
    let (changed, _) = changes(&world, &link).await;
    assert_eq!(changed, [json!({ "id": group, "@removed": { "reason": "deleted" } })]);
}

#[tokio::test]
async fn latest_skips_the_first_round_and_links_expire() {
    let world = practice(small()).await;
    let page = world.get("/users/delta?$deltatoken=latest").await;
    assert_eq!(page["value"], json!([]));
    let link = page["@odata.deltaLink"].as_str().unwrap().to_owned();
    assert!(link.contains("?$deltatoken="), "{link}");
    world.control(Method::POST, "/entra/revoke", Some(json!({ "delta_links": true }))).await;
    let (status, body) = world.graph(Method::GET, &link, None).await;
    assert_eq!((status, body["error"]["code"].as_str()), (410, Some("resyncRequired")));
    let answer = world.http.get(&link).bearer_auth(&world.token).send().await.unwrap();
    let restart = answer.headers()["location"].to_str().unwrap().to_owned();
    let (all, last, _) = world.pages(&restart).await;
    assert_eq!(all.len(), 34);
    world.control(Method::POST, "/clock/advance", Some(json!({ "minutes": 7 * 24 * 60 + 1 }))).await;
    let fresh = world.application_token().await;
    let link = last["@odata.deltaLink"].as_str().unwrap();
    let (status, body) = world.graph_as(&fresh, Method::GET, link, None).await;
    assert_eq!((status, body["error"]["code"].as_str()), (410, Some("syncStateNotFound")));
}

#[tokio::test]
async fn managers_are_told_where_they_are_selected() {
    let world = practice(small()).await;
    let people = world.pages("/users?$top=5").await.0;
    let [ana, bo, cy] = [0, 1, 2].map(|at| people[at]["id"].as_str().unwrap().to_owned());
    let lead = async |report: &str, manager: Value| {
        let change = json!({ "manager": manager });
        world.control(Method::PATCH, &format!("/people/{report}"), Some(change)).await.0
    };
    assert_eq!(lead(&ana, json!(bo)).await, 200);
    assert_eq!(lead(&ana, json!("nobody")).await, 404);
    assert_eq!(world.get(&format!("/users/{ana}/manager?$select=id")).await["id"], bo.as_str());
    let expanded = world.get(&format!("/users/{ana}?$select=id&$expand=manager($select=id)")).await;
    assert_eq!(expanded["manager"], json!({ "@odata.type": "#microsoft.graph.user", "id": bo }));
    let link = async |path: &str| world.pages(path).await.1["@odata.deltaLink"].clone();
    let (with, without) =
        (link("/users/delta?$select=id,manager").await, link("/users/delta?$select=id,displayName").await);
    let (first, ..) = world.pages("/users/delta?$select=id,manager").await;
    let led = first.iter().filter(|person| person.get("manager@delta").is_some()).count();
    assert!(led * 2 > first.len(), "most people of a tenant have a manager: {led} of {}", first.len());
    let present = |id: &str| json!({ "@odata.type": "#microsoft.graph.user", "id": id });
    let removed = |id: &str| json!({ "@odata.type": "#microsoft.graph.user", "id": id, "@removed": { "reason": "deleted" } });
    let of_ana = |changed: &[Value]| {
        let found = changed.iter().find(|one| one["id"] == ana.as_str()).expect("she changed");
        let mut managers = found["manager@delta"].as_array().cloned().unwrap_or_default();
        managers.sort_by_key(|one| one.get("@removed").is_some());
        managers
    };
    lead(&ana, json!(cy)).await;
    let (changed, with) = changes(&world, &with).await;
    assert_eq!(of_ana(&changed), [present(&cy), removed(&bo)]);
    let (changed, _) = changes(&world, &without).await;
    assert_eq!(of_ana(&changed), [] as [Value; 0], "nobody asked for it");
    world.control(Method::DELETE, &format!("/people/{cy}"), None).await;
    let (changed, with) = changes(&world, &with).await;
    assert_eq!(of_ana(&changed), [removed(&cy)], "a manager in the recycle bin is nobody's");
    world.control(Method::POST, &format!("/people/{cy}/restore"), None).await;
    let (changed, with) = changes(&world, &with).await;
    assert_eq!(of_ana(&changed), [present(&cy)]);
    lead(&ana, Value::Null).await;
    let (changed, _) = changes(&world, &with).await;
    assert_eq!(of_ana(&changed), [removed(&cy)]);
    assert_eq!(world.graph(Method::GET, &format!("/users/{ana}/manager"), None).await.0, 404);
}
