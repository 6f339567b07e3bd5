//! Worlds of unusual size, and what the practice GoTo application looks like in each.

use reqwest::Method;
use usher_sandbox::{Dialect, Options};

use crate::world::{practice, small};

#[tokio::test]
async fn empty_worlds_and_worlds_without_groups_start() {
    for (users, groups, assigned) in [(0, 0, 0), (0, 6, 4), (5, 0, 5), (40, 2, 2 + 5)] {
        let world = practice(Options { users, groups, ..small() }).await;
        assert_eq!(world.pages("/users").await.0.len(), users + 4, "{users}/{groups}");
        assert_eq!(world.pages("/groups").await.0.len(), groups, "{users}/{groups}");
        let (assignments, ..) = world.pages(&format!("{}/appRoleAssignedTo", world.sp())).await;
        assert_eq!(assignments.len(), assigned, "{users}/{groups}");
    }
}

#[tokio::test]
async fn a_large_tenant_is_read_to_the_end() {
    let world = practice(Options { users: 5000, groups: 40, ..small() }).await;
    let (people, _, pages) = world.pages("/users?$select=id&$top=999").await;
    assert_eq!((people.len(), pages), (5004, 6));
    let (entries, ..) = world.pages("/groups/delta?$select=displayName,members").await;
    let members: usize =
        entries.iter().filter_map(|entry| entry["members@delta"].as_array()).map(Vec::len).sum();
    // Everybody assigned by group, twice in other teams at most, and the few of the first six.
    assert!(members > 10_000, "{members}");
}

#[tokio::test]
async fn the_dialect_decides_the_scim_address_and_the_token_opens_it() {
    for (dialect, path) in [(Dialect::GotoV1, "/identity/v1"), (Dialect::Scim2, "/scim/v2")] {
        let world = practice(Options { dialect, ..small() }).await;
        let endpoints = world.endpoints();
        assert_eq!(endpoints.scim, format!("{}{path}", endpoints.goto_api));
        let url = format!("{}/Users?startIndex=1&count=1", endpoints.scim);
        let request = world.http.request(Method::GET, url).bearer_auth(&endpoints.scim_token);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}
