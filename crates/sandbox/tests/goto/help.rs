//! A served practice world and small helpers for the GoTo tests.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use usher_sandbox::{ClockMode, Endpoints, Options, Running};

pub struct World {
    pub running: Running,
    pub http: Client,
}

impl World {
    /// A world with a pinned clock and no rate cap.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// A world with a pinned clock and this cap on the API.
    pub async fn start_with(goto_rate: Option<u32>) -> Self {
        let clock = ClockMode::Pinned("2026-01-05T08:00:00Z".parse().unwrap());
        let options = Options { seed: 7, clock, goto_rate, ..Options::default() };
        let running = usher_sandbox::start(options).await.unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { running, http }
    }

    pub fn endpoints(&self) -> &Endpoints {
        &self.running.endpoints
    }

    /// A control request that must succeed.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_control(method, path, body).await;
        assert_eq!(status, StatusCode::OK, "{method} {path}: {answer}");
        answer
    }

    /// A control request.
    pub async fn try_control(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/goto{path}", self.endpoints().control);
        json_of(self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), url).json(&body)).await
    }

    /// A request to the API with the static token.
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.endpoints().goto_api))
            .bearer_auth(&self.endpoints().scim_token)
    }
}

/// Sends, and reads status and JSON.
pub async fn json_of(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = &page[page.find(&start).expect("the hidden field") + start.len()..];
    rest[..rest.find('"').unwrap()].to_owned()
}
