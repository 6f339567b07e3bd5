//! Secrets: written as a whole, read back masked; and the test of credentials.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::with_sp;
use crate::graph::call::{fields, text};
use crate::graph::{Answer, Call, GraphError};
use crate::service::credentials::{prove, renew, secrets};
use crate::world::World;

/// `synchronizationSecret`, all members (microsoftgraph/msgraph-metadata, v1.0).
const KEYS: [&str; 45] = [
    "None",
    "UserName",
    "Password",
    "SecretToken",
    "AppKey",
    "BaseAddress",
    "ClientIdentifier",
    "ClientSecret",
    "SingleSignOnType",
    "Sandbox",
    "Url",
    "Domain",
    "ConsumerKey",
    "ConsumerSecret",
    "TokenKey",
    "TokenExpiration",
    "Oauth2AccessToken",
    "Oauth2AccessTokenCreationTime",
    "Oauth2RefreshToken",
    "SyncAll",
    "InstanceName",
    "Oauth2ClientId",
    "Oauth2ClientSecret",
    "CompanyId",
    "UpdateKeyOnSoftDelete",
    "SynchronizationSchedule",
    "SystemOfRecord",
    "SandboxName",
    "EnforceDomain",
    "SyncNotificationSettings",
    "SkipOutOfScopeDeletions",
    "Oauth2AuthorizationCode",
    "Oauth2RedirectUri",
    "ApplicationTemplateIdentifier",
    "Oauth2TokenExchangeUri",
    "Oauth2AuthorizationUri",
    "AuthenticationType",
    "Server",
    "PerformInboundEntitlementGrants",
    "HardDeletesEnabled",
    "SyncAgentCompatibilityKey",
    "SyncAgentADContainer",
    "ValidateDomain",
    "TestReferences",
    "ConnectionString",
];

/// What is shown as `*`.
const MASKED: [&str; 10] = [
    "Password",
    "SecretToken",
    "ClientSecret",
    "Oauth2ClientSecret",
    "Oauth2AccessToken",
    "Oauth2RefreshToken",
    "AppKey",
    "ConsumerSecret",
    "TokenKey",
    "ConnectionString",
];

fn pairs(list: &Value) -> Result<Vec<(String, String)>, GraphError> {
    let Some(list) = list.as_array() else {
        return Err(GraphError::bad_request("A list of keys and values is expected."));
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for entry in list {
        let entry = fields(Some(entry), &["key", "value"])?;
        let key = text(&entry, "key")?;
        if !KEYS.contains(&key) {
            // Microsoft's own answer to a wrong or wrongly cased key (msgraph-beta-sdk-java#372).
            let message = format!("Requested value '{key}' was not found.");
            return Err(GraphError::new(500, "InternalError", message));
        }
        let Some(value) = entry.get("value").and_then(Value::as_str) else {
            return Err(GraphError::bad_request(format!("The value of '{key}' must be a text.")));
        };
        if pairs.iter().any(|(known, _)| known == key) {
            return Err(GraphError::bad_request(format!("The key '{key}' was given twice.")));
        }
        if key == "SyncNotificationSettings" && !value.is_empty() {
            let parsed: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(value);
            parsed
                .map_err(|_| GraphError::bad_request("SyncNotificationSettings must be JSON in a text."))?;
        }
        pairs.push((key.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}

/// `GET secrets`
pub fn get(world: &World, sp: &str) -> Result<Answer, GraphError> {
    let value: Vec<Value> = with_sp(world, sp, |sp| {
        let show = |(key, value): &(String, String)| {
            let shown = if MASKED.contains(&key.as_str()) { "*" } else { value.as_str() };
            json!({ "key": key, "value": shown })
        };
        Ok(sp.sync.secrets.iter().map(show).collect())
    })?;
    crate::graph::me::collection(world, "synchronizationSecrets", value)
}

/// `PUT secrets`: the whole set; an empty value removes a key.
pub fn put(world: &World, call: &Call, sp: &str) -> Result<Answer, GraphError> {
    let body = call.fields(&["value"])?;
    let mut pairs = pairs(body.get("value").unwrap_or(&Value::Null))?;
    pairs.retain(|(_, value)| !value.is_empty());
    with_sp(world, sp, |sp| {
        // Whether the real service drops the tokens of the portal's Authorize here is not documented; the practice
        // service does, because a client that relies on the opposite would lose a customer's connection.
        sp.sync.secrets = pairs;
        Ok(())
    })?;
    Ok(Answer::none())
}

/// `POST jobs/validateCredentials` and `POST jobs/{id}/validateCredentials`
pub async fn validate(world: &World, call: &Call, sp: &str, job: Option<&str>) -> Result<Answer, GraphError> {
    let body = call.fields(&["applicationIdentifier", "templateId", "useSavedCredentials", "credentials"])?;
    match job {
        Some(job) => super::with_job(world, sp, job, |_| Ok(()))?,
        None => drop(super::template(world, sp, text(&body, "templateId")?)?),
    }
    let saved = body.get("useSavedCredentials") == Some(&Value::Bool(true));
    let proved = if saved {
        let stored = secrets(world, sp);
        match prove(world, &stored).await {
            Err(_) if stored.contains_key("Oauth2RefreshToken") => match renew(world, sp).await {
                Ok(()) => prove(world, &secrets(world, sp)).await,
                Err(error) => Err(error),
            },
            outcome => outcome,
        }
    } else {
        let given: BTreeMap<String, String> =
            pairs(body.get("credentials").unwrap_or(&json!([])))?.into_iter().collect();
        prove(world, &given).await
    };
    match proved {
        Ok(()) => Ok(Answer::none()),
        Err(why) => {
            let text = format!("The supplied credentials are not valid. {why}");
            Err(GraphError::new(400, "CredentialValidationUnavailable", text))
        }
    }
}
