//! Faults: each effect as a client meets it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::world::{practice, small};

#[tokio::test]
async fn a_status_strikes_as_often_as_it_says() {
    let world = practice(small()).await;
    let effect = json!({ "status": { "status": 429, "retry_after": 7 } });
    world.fault(json!({ "service": "graph", "path_contains": "/groups", "skip": 1, "times": 1, "effect": effect })).await;
    let url = format!("{}/v1.0/groups", world.endpoints().graph);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = world.http.get(&url).bearer_auth(&world.token).send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        seen.push((answer.status().as_u16(), wait));
    }
    assert_eq!(seen, [(200, None), (429, Some("7".to_owned())), (200, None)]);
}

#[tokio::test]
async fn a_lost_reply_was_processed_and_a_dropped_request_was_not() {
    let world = practice(small()).await;
    let path = format!("{}/synchronization/jobs", world.sp());
    let url = format!("{}/v1.0{path}", world.endpoints().graph);
    for (effect, jobs) in [("drop", 0), ("lose_reply", 1)] {
        world.fault(json!({ "service": "graph", "method": "POST", "times": 1, "effect": effect })).await;
        let body = json!({ "templateId": "goto" });
        let error = world.http.post(&url).bearer_auth(&world.token).json(&body).send().await.unwrap_err();
        assert!(error.is_request(), "{effect}: {error:?}");
        assert_eq!(world.get(&path).await["value"].as_array().unwrap().len(), jobs, "{effect}");
    }
    let (_, journal) = world.control(Method::GET, "/journal?service=graph&method=POST", None).await;
    let statuses: Vec<_> =
        journal["requests"].as_array().unwrap().iter().map(|entry| &entry["status"]).collect();
    assert_eq!(statuses, [&json!(null), &json!(201)]);
}

#[tokio::test]
async fn a_held_request_is_answered_when_it_is_released() {
    let world = practice(small()).await;
    let id = world.fault(json!({ "service": "graph", "times": 1, "effect": "hold" })).await;
    let url = format!("{}/v1.0/organization", world.endpoints().graph);
    let held = tokio::spawn(world.http.get(url).bearer_auth(&world.token).send());
    let processed = || {
        world
            .running
            .world
            .journal
            .since(0)
            .iter()
            .any(|entry| entry.path.ends_with("organization") && entry.status.is_some())
    };
    while !processed() {
        tokio::task::yield_now().await;
        tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>()).await.unwrap_err();
    }
    assert!(!held.is_finished());
    assert_eq!(world.control(Method::POST, &format!("/faults/{id}/release"), None).await.0, 204);
    assert_eq!(held.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_truncated_body_is_an_error_and_a_delay_is_not() {
    let world = practice(small()).await;
    world.fault(json!({ "service": "graph", "times": 1, "effect": "truncate_body" })).await;
    let url = format!("{}/v1.0/users", world.endpoints().graph);
    let answer = world.http.get(&url).bearer_auth(&world.token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    world.fault(json!({ "service": "graph", "times": 1, "effect": { "delay_ms": 30 } })).await;
    let before = std::time::Instant::now();
    world.get("/users").await;
    assert!(before.elapsed() >= Duration::from_millis(30));
}
