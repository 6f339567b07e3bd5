//! Lists that leave out an account or a group that is there. The pages of a list show no single moment (RFC 7644 section
//! 3.4.2.4): whoever removes somebody on a page that was read pushes somebody else over the edge of the next one, and
//! the total is right all the same. Nobody is made again, and nobody keeps access, because of it.

use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::Dialect;

use crate::help::local::Local;

async fn settled() -> Local {
    let local = Local::new(Dialect::Scim2).await;
    for _ in 0..2 {
        local.run().await.expect("a cycle ends");
    }
    local
}

/// The list of people or groups leaves this one out from now on, and counts as if it were right.
async fn hide(local: &Local, what: &str, attribute: &str, name: &str) {
    let mut list = local.world.scim(&format!("/{what}?startIndex=1&count=1000")).await;
    let rows = list["Resources"].as_array_mut().expect("a list");
    let before = rows.len();
    rows.retain(|row| !row[attribute].as_str().is_some_and(|text| text.eq_ignore_ascii_case(name)));
    assert_eq!(rows.len(), before - 1, "{name} is there");
    let rows = rows.clone();
    let merge = json!({ "Resources": rows, "totalResults": rows.len(), "itemsPerPage": rows.len() });
    let fault = json!({ "service": "goto_api", "method": "GET", "path_contains": format!("/{what}?"),
        "effect": { "merge": merge } });
    local.world.control(Method::POST, "/faults", Some(fault)).await;
}

/// Everything that was written since then; some people of the practice tenant are refused in every cycle.
async fn writes(local: &Local, since: u64) -> Vec<(u64, String)> {
    let all = local.world.goto_writes_since(since).await.into_iter();
    all.filter(|(status, _)| *status != 400).collect()
}

#[tokio::test]
async fn who_is_left_out_of_the_list_still_loses_access_when_they_leave() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    hide(&local, "Users", "userName", &name).await;
    local.world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    local.cycle(true).await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false), "somebody who left has no access");
}

#[tokio::test]
async fn who_is_left_out_of_the_list_is_neither_made_again_nor_written() {
    let local = settled().await;
    let name = local.world.assigned_directly().await.remove(0).1;
    hide(&local, "Users", "userName", &name).await;
    let mark = local.world.journal_mark().await;
    local.cycle(true).await.expect("a cycle ends");
    assert_eq!(writes(&local, mark).await, []);
}

#[tokio::test]
async fn who_comes_back_is_enabled_where_lists_show_active_people_only() {
    let local = settled().await;
    let (id, name) = local.world.assigned_directly().await.remove(0);
    local.world.control(Method::DELETE, &format!("/assignments/{id}"), None).await;
    local.run().await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&false));
    hide(&local, "Users", "userName", &name).await;
    let body = json!({ "principalId": id, "role": "User" });
    local.world.control(Method::POST, "/assignments", Some(body)).await;
    let mark = local.world.journal_mark().await;
    local.cycle(true).await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    let writes = writes(&local, mark).await;
    assert!(writes.iter().all(|(_, what)| !what.starts_with("POST")), "{writes:?}");
}

#[tokio::test]
async fn a_group_that_is_left_out_of_the_list_is_not_made_again_and_keeps_its_members() {
    let local = settled().await;
    let before = local.world.goto_members().await;
    let name = before.keys().next().expect("there is a group").clone();
    hide(&local, "Groups", "displayName", &name).await;
    let mark = local.world.journal_mark().await;
    local.cycle(true).await.expect("a cycle ends");
    assert_eq!(writes(&local, mark).await, []);
    assert_eq!(local.world.goto_members().await, before);
}

#[tokio::test]
async fn who_is_really_gone_is_asked_for_once_and_made_again() {
    let local = settled().await;
    let name = local.world.assigned_directly().await.remove(0).1;
    local.world.control(Method::DELETE, &format!("/goto/users/{name}"), None).await;
    let mark = local.world.journal_mark().await;
    local.cycle(true).await.expect("a cycle ends");
    assert_eq!(local.world.goto_users().await.get(&name), Some(&true));
    let all = local.world.goto_requests_since(mark).await;
    let not_found = |entry: &&Value| entry["status"] == 404 && entry["method"] == "GET";
    assert_eq!(all.iter().filter(not_found).count(), 1, "one question for one who is missing");
}
