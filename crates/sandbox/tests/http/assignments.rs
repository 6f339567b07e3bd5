//! The gallery, instances, and who is assigned.

use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::Options;

use crate::world::{practice, small};

#[tokio::test]
async fn most_people_are_assigned_through_groups() {
    let world = practice(Options { users: 60, ..small() }).await;
    let (assigned, ..) = world.pages(&format!("{}/appRoleAssignedTo?$top=3", world.sp())).await;
    let of = |kind: &str| assigned.iter().filter(|a| a["principalType"] == kind).count();
    assert_eq!((of("Group"), of("User")), (4, 7));
    let roleless = |a: &&Value| a["appRoleId"] == "00000000-0000-0000-0000-000000000000";
    assert_eq!(assigned.iter().filter(roleless).count(), 1);
}

#[tokio::test]
async fn an_assignment_is_made_once_and_taken_back() {
    let world = practice(small()).await;
    let sp = world.get(&world.sp()).await;
    let path = format!("{}/appRoleAssignedTo", world.sp());
    let me = world.endpoints().entra.user_name.clone();
    let person = world.get(&format!("/users/{me}")).await["id"].clone();
    let role = &sp["appRoles"][0]["id"];
    let body = json!({ "principalId": person, "resourceId": sp["id"], "appRoleId": role });
    let (status, made) = world.graph(Method::POST, &path, Some(body.clone())).await;
    assert_eq!((status, made["principalDisplayName"].as_str()), (201, Some("Adele Vance")));
    let (status, twice) = world.graph(Method::POST, &path, Some(body)).await;
    assert_eq!((status, twice["error"]["code"].as_str()), (400, Some("Request_BadRequest")));
    let wrong = json!({ "principalId": person, "resourceId": sp["id"], "appRoleId": sp["id"] });
    let (status, refused) = world.graph(Method::POST, &path, Some(wrong)).await;
    assert_eq!((status, refused["error"]["message"].as_str()), (400, Some("Not a valid reference update.")));
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.graph(Method::DELETE, &one, None).await.0, 204);
    assert_eq!(world.graph(Method::DELETE, &one, None).await.0, 404);
}

#[tokio::test]
async fn an_instance_becomes_visible_after_replication() {
    let options =
        Options { application: false, retired_application: true, replication_delay_ms: 3_600_000, ..small() };
    let world = practice(options).await;
    let found = world.get("/applicationTemplates?$filter=displayName eq 'GoTo'").await;
    let template = &found["value"][0];
    assert_eq!(template["supportedProvisioningTypes"], json!(["sync"]));
    let similar = world.get("/applicationTemplates?$filter=contains(displayName,'goto')").await;
    assert_eq!(similar["value"].as_array().unwrap().len(), 3);
    let id = template["id"].as_str().unwrap();
    let body = json!({ "displayName": "GoTo (pilot)" });
    let (status, made) =
        world.graph(Method::POST, &format!("/applicationTemplates/{id}/instantiate"), Some(body)).await;
    assert_eq!(status, 201, "{made}");
    let sp = made["servicePrincipal"]["id"].as_str().unwrap();
    assert_eq!(world.graph(Method::GET, &format!("/servicePrincipals/{sp}"), None).await.0, 404);
    let jobs = format!("/servicePrincipals/{sp}/synchronization/jobs");
    let (status, early) = world.graph(Method::GET, &jobs, None).await;
    assert_eq!(
        (status, &early["error"]["code"], &early["error"]["message"]),
        (401, &json!("UnknownError"), &json!(""))
    );
    world.running.world.clock.advance(60);
    let token = world.application_token().await;
    let (status, shown) =
        world.graph_as(&token, Method::GET, &format!("/servicePrincipals/{sp}"), None).await;
    assert_eq!((status, shown["appRoles"][1]["displayName"].as_str()), (200, Some("msiam_access")));
    let by_template = format!("/servicePrincipals?$filter=applicationTemplateId eq '{id}'");
    let (_, listed) = world.graph_as(&token, Method::GET, &by_template, None).await;
    assert_eq!(listed["value"][0]["displayName"], "GoTo (pilot)");
    let (_, retired) = world
        .graph_as(&token, Method::GET, "/servicePrincipals?$filter=displayName eq 'GoToMeeting'", None)
        .await;
    assert_eq!(retired["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn without_the_permission_an_assignment_is_refused() {
    let world = practice(small()).await;
    let left = json!({ "app_roles": ["AppRoleAssignment.ReadWrite.All"] });
    world.control(Method::PATCH, "/entra", Some(left)).await;
    let token = world.application_token().await;
    let path = format!("{}/appRoleAssignedTo", world.sp());
    let (status, body) = world.graph_as(&token, Method::POST, &path, Some(json!({}))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (403, Some("Authorization_RequestDenied")));
}

#[tokio::test]
async fn a_batch_answers_by_id_and_fails_what_depends_on_failures() {
    let world = practice(small()).await;
    let requests = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/users?$top=1" },
        { "id": "2", "method": "GET", "url": "/users/nobody" },
        { "id": "3", "method": "GET", "url": "/groups", "dependsOn": ["2"] },
    ] });
    let (status, body) = world.graph(Method::POST, "/$batch", Some(requests)).await;
    assert_eq!(status, 200, "{body}");
    let statuses: Vec<(&str, u64)> = body["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|response| (response["id"].as_str().unwrap(), response["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(statuses, [("3", 424), ("2", 404), ("1", 200)]);
    let many: Vec<Value> =
        (0..21).map(|id| json!({ "id": id.to_string(), "method": "GET", "url": "/me" })).collect();
    assert_eq!(world.graph(Method::POST, "/$batch", Some(json!({ "requests": many }))).await.0, 400);
}
