//! The same requests in a bare loop: the same HTTP client, as many at a time, nothing planned, noted down or understood.

use std::time::Instant;

use anyhow::{Result, ensure};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::ours::CONCURRENCY;
use crate::practice::{Practice, Received};

/// Sends them to a world that has not seen them yet; says how long that took.
pub async fn send(practice: &Practice, requests: &[Received]) -> Result<f64> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()?;
    let (base, token) = (practice.text("/scim"), practice.text("/scim_token"));
    let one = |request: &Received| {
        let url = format!("{base}{}", request.below);
        let mut builder = client
            .request(request.method.parse().expect("it was received"), url)
            .bearer_auth(token)
            .header("accept", "application/scim+json, application/json;q=0.9");
        if let Some(body) = &request.body {
            builder = builder.header("content-type", "application/scim+json").body(body.clone());
        }
        async move {
            let response = builder.send().await?;
            let status = response.status();
            let body = response.bytes().await?;
            ensure!(status.is_success(), "{status} {}", String::from_utf8_lossy(&body));
            Ok(())
        }
    };
    let began = Instant::now();
    // Groups name people, and members name both: what belongs to the next sort waits for the one before, as in a run.
    for sort in requests.chunk_by(|one, next| sort(one) == sort(next)) {
        let at_a_time = if sort[0].method == "GET" { 1 } else { CONCURRENCY as usize };
        stream::iter(sort).map(one).buffer_unordered(at_a_time).try_collect::<()>().await?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Method and kind of object.
fn sort(request: &Received) -> (&str, Option<&str>) {
    (&request.method, request.below.split(['/', '?']).nth(1))
}
