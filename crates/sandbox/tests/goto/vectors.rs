//! Requests and the answers they must get, in both SCIM dialects and the Admin API: `tests/vectors/goto/*.json`.
//!
//! A case starts in a fresh organisation with `ana@northwind.example` in it and `outsider@northwind.example` outside.
//! A step's `expect` is a part of the body: objects may hold more, arrays are compared whole, null means absent.
//! `keep` names values of the answer for later steps (`{name}` in paths and bodies).

use std::collections::BTreeMap;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_sandbox::goto::model::OrgRole;
use usher_sandbox::goto::wire::Call;
use usher_sandbox::goto::{Existing, Moment, Options, State, api};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    #[serde(default)]
    switches: Map<String, Value>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    role: Option<OrgRole>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    request: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    status: u16,
    #[serde(default)]
    expect: Option<Value>,
    #[serde(default)]
    expect_headers: BTreeMap<String, Option<String>>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

struct Run {
    state: State,
    moment: Moment,
    token: String,
    media_type: &'static str,
    kept: BTreeMap<String, String>,
}

fn start(case: &Case, media_type: &'static str) -> Run {
    let now = "2026-01-05T08:00:00Z".parse().expect("a time");
    let mut state = State::new(&Options {
        seed: 7,
        dialect: usher_sandbox::Dialect::GotoV1,
        domains: vec!["northwind.example".into(), "eu.northwind.example".into()],
        existing: vec![Existing {
            user_name: "ana@northwind.example".into(),
            given_name: "Ana".into(),
            family_name: "Lee".into(),
        }],
        outside: vec!["outsider@northwind.example".into()],
        connector_redirects: Vec::new(),
        rate: None,
        now,
    });
    let mut switches = serde_json::to_value(&state.switches).expect("switches serialise");
    for (name, value) in &case.switches {
        switches[name] = value.clone();
    }
    state.switches = serde_json::from_value(switches).expect("the case's switches exist");
    let admin = state.admin;
    let token = match &case.scopes {
        None => state.grants.sign_in(admin, None, now),
        Some(scopes) => state.grants.sign_in(admin, Some(scopes), now),
    };
    if let Some(role) = case.role {
        state.users.get_mut(&admin).expect("the admin").role = role;
    }
    let ana = state.user_by_name("ana@northwind.example").expect("Ana").key.to_string();
    let account = state.accounts.keys().next().expect("an account").to_string();
    let kept = [
        ("ana", ana),
        ("admin", admin.to_string()),
        ("account", account),
        ("static", state.scim_token.clone()),
    ];
    Run {
        moment: Moment::new(now, "http://127.0.0.1:1", "http://127.0.0.1:2"),
        token,
        media_type,
        kept: kept.map(|(name, value)| (name.to_owned(), value)).into(),
        state,
    }
}

impl Run {
    fn fill(&self, text: &str) -> String {
        self.kept
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    async fn step(&mut self, step: &Step) -> (u16, HeaderMap, Value) {
        let request = self.fill(&step.request);
        let (method, target) = request.split_once(' ').expect("method and target");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        let mut set = |name: &str, value: String| {
            headers.insert(
                HeaderName::try_from(name).expect("a header name"),
                HeaderValue::try_from(value).expect("a header value"),
            );
        };
        set("authorization", format!("Bearer {}", self.token));
        if step.body.is_some() {
            set("content-type", self.media_type.to_owned());
        }
        for (name, value) in &step.headers {
            set(name, self.fill(value));
        }
        let body = step.body.as_ref().map(|body| self.fill(&body.to_string())).unwrap_or_default();
        let call = Call {
            method: Method::try_from(method).expect("a method"),
            path: path.to_owned(),
            raw_query: query.to_owned(),
            headers,
            body: body.into_bytes().into(),
        };
        let response = api(&mut self.state, &call, &self.moment);
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        (parts.status.as_u16(), parts.headers, body)
    }
}

/// Where and how the body differs from what was expected.
fn difference(expected: &Value, actual: &Value, at: &str) -> Option<String> {
    let differs = || Some(format!("{at}: expected {expected}, got {actual}"));
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().find_map(|(name, value)| {
            difference(value, actual.get(name).unwrap_or(&Value::Null), &format!("{at}/{name}"))
        }),
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            expected.iter().zip(actual).enumerate().find_map(|(index, (expected, actual))| {
                difference(expected, actual, &format!("{at}/{index}"))
            })
        }
        (expected, actual) if expected == actual => None,
        _ => differs(),
    }
}

async fn check(file: &str, media_type: &'static str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/goto").join(file);
    let text = std::fs::read_to_string(&path).expect("the vector file");
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        assert!(!case.source.is_empty(), "{}: a case says where its expectation comes from", case.name);
        let mut run = start(case, media_type);
        for (index, step) in case.steps.iter().enumerate() {
            let (status, headers, body) = run.step(step).await;
            let here = format!("{file}: {}, step {}: {}", case.name, index + 1, step.request);
            if status != step.status {
                wrong.push(format!("{here}: expected {}, got {status} {body}", step.status));
                break;
            }
            if let Some(expected) = &step.expect {
                let expected: Value = serde_json::from_str(&run.fill(&expected.to_string())).expect("JSON");
                wrong.extend(difference(&expected, &body, "").map(|what| format!("{here}: {what}")));
            }
            for (name, value) in &step.expect_headers {
                let actual = headers.get(name).and_then(|value| value.to_str().ok());
                if actual != value.as_deref() {
                    wrong.push(format!("{here}: header {name} is {actual:?}, expected {value:?}"));
                }
            }
            for (name, pointer) in &step.keep {
                let value = body.pointer(pointer).and_then(Value::as_str);
                let value = value.unwrap_or_else(|| panic!("{here}: nothing at {pointer} in {body}"));
                run.kept.insert(name.clone(), value.to_owned());
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn goto_v1() {
    check("goto_v1.json", "application/json").await;
}

#[tokio::test]
async fn scim2() {
    check("scim2.json", "application/scim+json").await;
}

#[tokio::test]
async fn admin() {
    check("admin.json", "application/json").await;
}
