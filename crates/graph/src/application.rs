//! Gallery entries, applications and service principals.

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph, quoted};
use crate::ids::{AppId, AppRoleId, ApplicationId, ApplicationTemplateId, ServicePrincipalId};
use crate::page::{Kind, Pages};

/// A gallery entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationTemplate {
    /// Template id.
    pub id: ApplicationTemplateId,
    /// Name in the gallery.
    pub display_name: String,
    /// Who publishes the application.
    pub publisher: Option<String>,
    /// Gallery text.
    pub description: Option<String>,
    /// `sync` when provisioning is supported.
    #[serde(default, deserialize_with = "list_or_null")]
    pub supported_provisioning_types: Vec<String>,
    /// `oidc`, `password`, `saml` ...
    #[serde(default, deserialize_with = "list_or_null")]
    pub supported_single_sign_on_modes: Vec<String>,
}

impl ApplicationTemplate {
    /// Whether Entra can provision into the application.
    pub fn supports_provisioning(&self) -> bool {
        self.supported_provisioning_types.iter().any(|kind| kind.eq_ignore_ascii_case("sync"))
    }
}

/// An application registration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Object id.
    pub id: ApplicationId,
    /// Client id.
    pub app_id: AppId,
    /// Name.
    pub display_name: Option<String>,
    /// The gallery entry it was made from.
    pub application_template_id: Option<ApplicationTemplateId>,
}

/// An enterprise application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    /// Object id, the one that synchronization paths want.
    pub id: ServicePrincipalId,
    /// Client id.
    pub app_id: AppId,
    /// Name.
    pub display_name: Option<String>,
    /// The gallery entry it was made from.
    pub application_template_id: Option<ApplicationTemplateId>,
    /// Whether sign-in is allowed.
    pub account_enabled: Option<bool>,
    /// Whether people need an assignment to sign in.
    pub app_role_assignment_required: Option<bool>,
    /// The roles it declares.
    #[serde(default, deserialize_with = "list_or_null")]
    pub app_roles: Vec<AppRole>,
}

/// A role that an application declares.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Role id.
    pub id: AppRoleId,
    /// Name.
    pub display_name: Option<String>,
    /// Claim value, such as `msiam_access`.
    pub value: Option<String>,
    /// Whether it can be assigned.
    #[serde(default)]
    pub is_enabled: bool,
    /// `User`, `Application`.
    #[serde(default, deserialize_with = "list_or_null")]
    pub allowed_member_types: Vec<String>,
}

/// The role for assigning people and groups: an enabled one for users, `User` first; "Default Access" only when the
/// application declares none (Microsoft Learn, `appRoleAssignment`).
pub fn pick_role(roles: &[AppRole]) -> AppRoleId {
    let usable = || {
        roles
            .iter()
            .filter(|role| role.is_enabled && role.allowed_member_types.iter().any(|kind| kind == "User"))
    };
    usable()
        .find(|role| role.display_name.as_deref() == Some("User"))
        .or_else(|| usable().next())
        .map_or_else(AppRoleId::default_access, |role| role.id.clone())
}

/// What `instantiate` makes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instantiated {
    /// The registration.
    pub application: Application,
    /// The enterprise application.
    pub service_principal: ServicePrincipal,
}

/// How patiently to wait for a new object to become visible everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The first wait; doubled up to `longest`.
    pub first: Duration,
    /// The longest single wait.
    pub longest: Duration,
    /// After this long, a refusal counts as real.
    pub cap: Duration,
}

impl Default for Patience {
    /// Microsoft suggests polling every 5 to 10 seconds after `instantiate` ("Configure SAML-based single sign-on
    /// using Microsoft Graph"); five minutes is far above what is seen.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            longest: Duration::from_secs(10),
            cap: Duration::from_secs(300),
        }
    }
}

const SP_FIELDS: &str =
    "id,appId,displayName,applicationTemplateId,accountEnabled,appRoleAssignmentRequired,appRoles";

impl Graph {
    /// Gallery entries with exactly this name.
    pub async fn templates_named(&self, name: &str) -> Result<Vec<ApplicationTemplate>, GraphError> {
        self.templates(&format!("displayName eq {}", quoted(name))).await
    }

    /// Gallery entries whose name contains the text.
    pub async fn search_templates(&self, text: &str) -> Result<Vec<ApplicationTemplate>, GraphError> {
        self.templates(&format!("contains(displayName,{})", quoted(text))).await
    }

    async fn templates(&self, filter: &str) -> Result<Vec<ApplicationTemplate>, GraphError> {
        let url = self.url(&["applicationTemplates"], &[("$filter", filter)]);
        Ok(Pages::new(self, url, Kind::List, false).all().await?.into_items())
    }

    /// Makes an application from a gallery entry. A second call makes a second application, so after a lost reply
    /// look with [`Graph::service_principals_of`] first.
    pub async fn instantiate(
        &self,
        template: &ApplicationTemplateId,
        display_name: &str,
    ) -> Result<Instantiated, GraphError> {
        let url = self.url(&["applicationTemplates", template.as_str(), "instantiate"], &[]);
        self.json(Call::new(Method::POST, url, Some(json!({ "displayName": display_name }))).once()).await
    }

    /// Waits until a new service principal is visible for directory and synchronization calls alike. Dropping the
    /// future ends the wait. While it lasts, 401, 403, 404 and 409 mean "not yet": that is how a service principal
    /// answers that the synchronization interface does not know yet.
    pub async fn wait_until_replicated(
        &self,
        id: &ServicePrincipalId,
        patience: Patience,
    ) -> Result<ServicePrincipal, GraphError> {
        let start = Instant::now();
        let mut pause = patience.first;
        loop {
            let error = match self.replicated(id).await {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            if !matches!(error.status, Some(401 | 403 | 404 | 409)) {
                return Err(error);
            }
            if start.elapsed() + pause > patience.cap {
                return Err(match error.status {
                    Some(404 | 409) => GraphError { kind: GraphErrorKind::ReplicationPending, ..error },
                    _ => error,
                });
            }
            tracing::debug!(service_principal = %id, ?pause, status = error.status, "not replicated yet");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(patience.longest);
        }
    }

    async fn replicated(&self, id: &ServicePrincipalId) -> Result<ServicePrincipal, GraphError> {
        let found = self.service_principal(id).await?;
        self.sync_templates(id).await?;
        Ok(found)
    }

    /// One service principal.
    pub async fn service_principal(&self, id: &ServicePrincipalId) -> Result<ServicePrincipal, GraphError> {
        self.json(Call::get(self.url(&["servicePrincipals", id.as_str()], &[("$select", SP_FIELDS)]))).await
    }

    /// Service principals that were made from a gallery entry.
    pub async fn service_principals_of(
        &self,
        template: &ApplicationTemplateId,
    ) -> Result<Vec<ServicePrincipal>, GraphError> {
        let filter = format!("applicationTemplateId eq {}", quoted(template.as_str()));
        let url = self.url(&["servicePrincipals"], &[("$filter", &filter), ("$select", SP_FIELDS)]);
        Ok(Pages::new(self, url, Kind::List, false).all().await?.into_items())
    }

    /// Service principals whose name starts with the text, for a picker; at most `top`.
    pub async fn search_service_principals(
        &self,
        text: &str,
        top: u16,
    ) -> Result<Vec<ServicePrincipal>, GraphError> {
        let filter = format!("startswith(displayName,{})", quoted(text));
        let top = top.clamp(1, 999).to_string();
        let query = [("$filter", filter.as_str()), ("$select", SP_FIELDS), ("$top", &top)];
        let mut pages = Pages::new(self, self.url(&["servicePrincipals"], &query), Kind::List, false);
        Ok(pages.next().await?.unwrap_or_default())
    }

    /// The application registration with a client id.
    pub async fn application_of(&self, app_id: &AppId) -> Result<Option<Application>, GraphError> {
        let filter = format!("appId eq {}", quoted(app_id.as_str()));
        let select = "id,appId,displayName,applicationTemplateId";
        let url = self.url(&["applications"], &[("$filter", &filter), ("$select", select)]);
        Ok(Pages::new(self, url, Kind::List, false).all().await?.into_items().into_iter().next())
    }

    /// One application registration.
    pub async fn application(&self, id: &ApplicationId) -> Result<Application, GraphError> {
        let select = "id,appId,displayName,applicationTemplateId";
        self.json(Call::get(self.url(&["applications", id.as_str()], &[("$select", select)]))).await
    }
}

/// Graph writes null where a list is empty, now and then.
pub(crate) fn list_or_null<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        value => serde_json::from_value(value).map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str, name: &str, enabled: bool, kinds: &[&str]) -> AppRole {
        AppRole {
            id: id.into(),
            display_name: Some(name.to_owned()),
            value: None,
            is_enabled: enabled,
            allowed_member_types: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        }
    }

    #[test]
    fn default_access_only_without_roles() {
        let msiam = role("1", "msiam_access", true, &["User"]);
        let user = role("2", "User", true, &["User"]);
        let off = role("3", "User", false, &["User"]);
        let daemon = role("4", "Daemon", true, &["Application"]);
        assert_eq!(pick_role(&[msiam.clone(), user]).as_str(), "2");
        assert_eq!(pick_role(&[off.clone(), msiam]).as_str(), "1");
        assert!(pick_role(&[off, daemon]).is_default_access());
    }
}
