//! Credentials and settings of the synchronization interface, and the proof that credentials work.

use http::Method;
use serde_json::{Value, json};
use usher_auth::Secret;

use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph, problem};
use crate::ids::{JobId, ServicePrincipalId, SyncTemplateId};

/// A key of the set, in Graph's case-sensitive spelling (`synchronizationSecret`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretKey(pub String);

impl SecretKey {
    /// Tenant URL of a SCIM service provider.
    pub const BASE_ADDRESS: &'static str = "BaseAddress";
    /// Bearer token of a SCIM service provider.
    pub const SECRET_TOKEN: &'static str = "SecretToken";
    /// `"true"` for everybody, `"false"` for assigned people only.
    pub const SYNC_ALL: &'static str = "SyncAll";
    /// Notices and the threshold of accidental deletions, as JSON in a string.
    pub const SYNC_NOTIFICATION_SETTINGS: &'static str = "SyncNotificationSettings";
    /// `"True"` keeps people who leave the scope.
    pub const SKIP_OUT_OF_SCOPE_DELETIONS: &'static str = "SkipOutOfScopeDeletions";
}

impl From<&str> for SecretKey {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

/// One entry of the set. Values may be credentials, so all are treated as such.
#[derive(Debug, Clone)]
pub struct SecretPair {
    /// Name.
    pub key: SecretKey,
    /// Value; `*` when Graph hides it.
    pub value: Secret,
}

impl SecretPair {
    /// An entry.
    pub fn new(key: &str, value: Secret) -> Self {
        Self { key: key.into(), value }
    }

    /// Whether Graph hid the value: sending the set back would then store the mask itself.
    pub fn is_masked(&self) -> bool {
        let text = self.value.expose();
        !text.is_empty() && text.chars().all(|letter| letter == '*')
    }
}

fn pairs(set: &[SecretPair]) -> Value {
    set.iter().map(|pair| json!({ "key": pair.key.0, "value": pair.value.expose() })).collect()
}

impl Graph {
    /// The whole set, masked values included.
    pub async fn sync_secrets(&self, sp: &ServicePrincipalId) -> Result<Vec<SecretPair>, GraphError> {
        let url = self.sync_url(sp, &["secrets"]);
        let value: Value = self.json(Call::get(url.clone()).synchronization()).await?;
        let entries = value.get("value").and_then(Value::as_array).ok_or_else(|| {
            problem(GraphErrorKind::Protocol, &url, "the list of settings is missing".to_owned())
        })?;
        let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
        Ok(entries
            .iter()
            .map(|entry| SecretPair {
                key: SecretKey(text(entry, "key")),
                value: Secret::new(text(entry, "value")),
            })
            .collect())
    }

    /// Replaces the whole set. A set with masked values is refused before it is sent: what Graph makes of the mask
    /// is undocumented, and a stored `*` would break the connection.
    pub async fn put_sync_secrets(
        &self,
        sp: &ServicePrincipalId,
        set: &[SecretPair],
    ) -> Result<(), GraphError> {
        let url = self.sync_url(sp, &["secrets"]);
        if let Some(hidden) = set.iter().find(|pair| pair.is_masked()) {
            let message =
                format!("the value of {} is hidden by Graph and must be entered again", hidden.key.0);
            return Err(problem(GraphErrorKind::Invalid, &url, message));
        }
        let call = Call::new(Method::PUT, url, Some(json!({ "value": pairs(set) })));
        self.send(call.synchronization()).await.map(|_| ())
    }

    /// Tries the credentials that the job has stored. The only way to prove the portal's Authorize.
    pub async fn validate_saved_credentials(
        &self,
        sp: &ServicePrincipalId,
        job: &JobId,
    ) -> Result<(), GraphError> {
        let body = json!({ "useSavedCredentials": true, "credentials": [] });
        self.job_action(sp, job, "validateCredentials", Some(body)).await
    }

    /// Tries credentials before a job has them.
    pub async fn validate_credentials(
        &self,
        sp: &ServicePrincipalId,
        template: &SyncTemplateId,
        credentials: &[SecretPair],
    ) -> Result<(), GraphError> {
        let body = json!({
            "templateId": template.as_str(),
            "useSavedCredentials": false,
            "credentials": pairs(credentials),
        });
        let url = self.sync_url(sp, &["jobs", "validateCredentials"]);
        self.send(Call::new(Method::POST, url, Some(body)).synchronization()).await.map(|_| ())
    }
}
