//! The credentials of a job: what is stored, whether they work, and their renewal.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::graph::sync::job::Secrets;
use crate::world::{World, lock};

/// The stored secrets of an application.
pub fn secrets(world: &World, sp: &str) -> BTreeMap<String, String> {
    let entra = lock(&world.entra);
    let found = entra.applications.service_principals.get(sp);
    found.map(|sp| sp.sync.secrets.iter().cloned().collect()).unwrap_or_default()
}

/// An HTTP client for loopback.
fn client() -> Result<reqwest::Client, String> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .map_err(|error| error.to_string())
}

/// Tries credentials against the service provider, as the provisioning service does before it saves them.
pub async fn prove(world: &World, secrets: &BTreeMap<String, String>) -> Result<(), String> {
    let scim = &world.endpoints().scim;
    let base =
        secrets.get("BaseAddress").map_or(scim.as_str(), String::as_str).trim_end_matches('/').to_owned();
    let url = url::Url::parse(&base).map_err(|_| "The tenant URL is not a URL.".to_owned())?;
    // Practice stays practice: nothing outside this computer is ever called.
    if !matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) {
        return Err("The practice service calls addresses on this computer only.".into());
    }
    let token = secrets.get("SecretToken").or_else(|| secrets.get("Oauth2AccessToken"));
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err("No credentials are stored: authorize first.".into());
    };
    let answer = client()?.get(format!("{base}/Users?startIndex=1&count=1")).bearer_auth(token).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("The service provider answered {}.", answer.status().as_u16())),
        Err(_) => Err("The service provider did not answer.".into()),
    }
}

/// Posts a form to GoTo's token endpoint as Microsoft's own client, and stores what comes back.
pub async fn exchange(world: &World, sp: &str, form: &[(&str, &str)]) -> Result<(), String> {
    let url = format!("{}/oauth/token", world.endpoints().goto_auth);
    let (id, secret) = &world.portal_client();
    let answer = client()?.post(url).basic_auth(id, Some(secret)).form(form).send().await;
    let answer = answer.map_err(|_| "GoTo's token endpoint did not answer.".to_owned())?;
    let status = answer.status();
    let body: Value = answer.json().await.map_err(|_| "GoTo's token endpoint sent no JSON.".to_owned())?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if !status.is_success() {
        return Err(format!("GoTo refused: {}.", text("error").unwrap_or("no reason given")));
    }
    let access = text("access_token").ok_or("GoTo sent no access token.")?.to_owned();
    let refresh = text("refresh_token").map(str::to_owned);
    let mut entra = lock(&world.entra);
    let found = entra.applications.service_principals.get_mut(sp).ok_or("The application is gone.")?;
    let now = world.clock.now().to_string();
    put(&mut found.sync.secrets, "Oauth2AccessToken", access);
    put(&mut found.sync.secrets, "Oauth2AccessTokenCreationTime", now);
    if let Some(refresh) = refresh {
        put(&mut found.sync.secrets, "Oauth2RefreshToken", refresh);
    }
    Ok(())
}

/// Renews the access token that the portal's Authorize stored.
pub async fn renew(world: &World, sp: &str) -> Result<(), String> {
    let stored = secrets(world, sp);
    let refresh = stored.get("Oauth2RefreshToken").ok_or("No refresh token is stored: authorize again.")?;
    exchange(world, sp, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await
}

/// Sets one secret and leaves the others.
pub fn put(secrets: &mut Secrets, key: &str, value: String) {
    match secrets.iter_mut().find(|(known, _)| known == key) {
        Some((_, old)) => *old = value,
        None => secrets.push((key.to_owned(), value)),
    }
}
