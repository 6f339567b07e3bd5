//! A served world with a plain HTTP client: redirects by hand, no proxy.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use usher_sandbox::{ClockMode, Options, Running, start};

/// A world and how to talk to it.
pub struct Practice {
    pub running: Running,
    pub http: reqwest::Client,
    /// An application token for Graph.
    pub token: String,
}

/// An answer: status and JSON body, null where there is none.
pub type Answer = (u16, Value);

pub async fn practice(options: Options) -> Practice {
    let running = start(options).await.expect("a world");
    let http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut practice = Practice { running, http, token: String::new() };
    practice.token = practice.application_token().await;
    practice
}

/// A small world whose clock stands still.
pub fn small() -> Options {
    let at = "2026-01-05T08:00:00Z".parse().unwrap();
    Options { users: 30, clock: ClockMode::Pinned(at), ..Options::default() }
}

impl Practice {
    pub fn endpoints(&self) -> &usher_sandbox::Endpoints {
        &self.running.endpoints
    }

    pub async fn application_token(&self) -> String {
        let entra = &self.endpoints().entra;
        let scope = format!("{}/.default", self.endpoints().graph);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &entra.client_id),
            ("client_secret", &entra.client_secret),
            ("scope", &scope),
        ];
        let (status, body) = self.token_call(&form).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn token_call(&self, form: &[(&str, &str)]) -> Answer {
        let url =
            format!("{}/{}/oauth2/v2.0/token", self.endpoints().login, self.endpoints().entra.tenant_id);
        answer(self.http.post(url).form(form).send().await.unwrap()).await
    }

    /// A call to Graph with the application token; the path starts with `/`, a whole URL works too.
    pub async fn graph(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.graph_as(&self.token, method, path, body).await
    }

    pub async fn graph_as(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}/v1.0{path}", self.endpoints().graph)
        };
        let mut request = self.http.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.graph(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Follows next links to the end. Returns the objects and the last page.
    pub async fn pages(&self, path: &str) -> (Vec<Value>, Value, usize) {
        let mut page = self.get(path).await;
        let mut all = page["value"].as_array().unwrap().clone();
        let mut count = 1;
        while let Some(next) = page["@odata.nextLink"].as_str().map(str::to_owned) {
            page = self.get(&next).await;
            all.extend(page["value"].as_array().unwrap().clone());
            count += 1;
        }
        (all, page, count)
    }

    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.endpoints().control));
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub async fn fault(&self, fault: Value) -> String {
        let (status, body) = self.control(Method::POST, "/faults", Some(fault)).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// The path of the GoTo application's service principal.
    pub fn sp(&self) -> String {
        format!("/servicePrincipals/{}", self.endpoints().application.service_principal_id)
    }
}

pub async fn answer(response: reqwest::Response) -> Answer {
    let status: StatusCode = response.status();
    let text = response.text().await.unwrap();
    (status.as_u16(), serde_json::from_str(&text).unwrap_or_else(|_| json!(text)))
}
