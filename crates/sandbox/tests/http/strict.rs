//! A table of requests that Graph and sign-in must refuse, or answer in a certain way.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::world::{answer, practice, small};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default = "get")]
    method: String,
    path: String,
    body: Option<Value>,
    /// `application` (default), `none`, or any text as the bearer token.
    #[serde(default)]
    token: Option<String>,
    status: u16,
    code: Option<String>,
}

fn get() -> String {
    "GET".into()
}

#[tokio::test]
async fn every_case_of_the_table() {
    let world = practice(small()).await;
    let cases: Vec<Case> = serde_json::from_str(include_str!("strict.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let path = case.path.replace("{sp}", &world.endpoints().application.service_principal_id);
        let method: Method = case.method.parse().unwrap();
        let mut request = world.http.request(method, format!("{}{path}", world.endpoints().graph));
        request = match case.token.as_deref() {
            None => request.bearer_auth(&world.token),
            Some("none") => request,
            Some("goto") => request.bearer_auth(&world.endpoints().scim_token),
            Some(other) => request.bearer_auth(other),
        };
        if let Some(body) = &case.body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        assert!(response.headers().contains_key("request-id"), "{path}");
        let (status, body) = answer(response).await;
        let code = body["error"]["code"].as_str().map(str::to_owned);
        if (status, &code) != (case.status, &case.code) {
            wrong.push(format!(
                "{} {path}: {status} {code:?}, expected {} {:?}",
                case.method, case.status, case.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 40);
}

#[tokio::test]
async fn request_ids_are_echoed() {
    let world = practice(small()).await;
    let url = format!("{}/v1.0/users/nobody", world.endpoints().graph);
    let sent = "7f1d5c3e-0000-4000-8000-000000000001";
    let request = world.http.get(url).bearer_auth(&world.token).header("client-request-id", sent);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["client-request-id"], sent);
    let own = response.headers()["request-id"].to_str().unwrap().to_owned();
    let (_, body) = answer(response).await;
    assert_eq!(body["error"]["innerError"]["client-request-id"], sent);
    assert_eq!(body["error"]["innerError"]["request-id"], own.as_str());
}
