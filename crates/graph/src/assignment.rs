//! Who is assigned to an application.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::error::{GraphError, GraphErrorKind};
use crate::http::{Call, Graph};
use crate::ids::{AppRoleId, AssignmentId, ServicePrincipalId};
use crate::page::{Complete, Kind, Pages};

/// A person or group with access to an application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRoleAssignment {
    /// Assignment id.
    pub id: AssignmentId,
    /// The role given.
    pub app_role_id: AppRoleId,
    /// Object id of the user, group or service principal.
    pub principal_id: String,
    /// What it is.
    pub principal_type: PrincipalKind,
    /// Its name.
    pub principal_display_name: Option<String>,
}

/// What an assignment was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum PrincipalKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A service principal, which is never provisioned, or something newer.
    #[serde(other)]
    Other,
}

impl Graph {
    /// Everybody and everything assigned to an application.
    pub async fn assignments(
        &self,
        resource: &ServicePrincipalId,
    ) -> Result<Complete<AppRoleAssignment>, GraphError> {
        let path = ["servicePrincipals", resource.as_str(), "appRoleAssignedTo"];
        Pages::new(self, self.url(&path, &[("$top", "999")]), Kind::List, false).all().await
    }

    /// Assigns a user or group. Being assigned already counts as done, but only after the list shows it: the text
    /// of that 400 is undocumented, so it is not matched.
    pub async fn assign(
        &self,
        resource: &ServicePrincipalId,
        principal: &str,
        role: &AppRoleId,
    ) -> Result<AppRoleAssignment, GraphError> {
        let url = self.url(&["servicePrincipals", resource.as_str(), "appRoleAssignedTo"], &[]);
        let body = json!({
            "principalId": principal,
            "resourceId": resource.as_str(),
            "appRoleId": role.as_str(),
        });
        let error = match self.json(Call::new(Method::POST, url, Some(body)).once()).await {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        use GraphErrorKind::{Conflict, Invalid, LostReply, Server};
        if !matches!(error.kind, Invalid | Conflict | LostReply | Server) {
            return Err(error);
        }
        let existing = self.assignments(resource).await?.into_items().into_iter();
        let mut same = existing.filter(|found| found.principal_id == principal && found.app_role_id == *role);
        same.next().ok_or(error)
    }

    /// Takes an assignment back; one that is gone already counts as done.
    pub async fn unassign(
        &self,
        resource: &ServicePrincipalId,
        assignment: &AssignmentId,
    ) -> Result<(), GraphError> {
        let path = ["servicePrincipals", resource.as_str(), "appRoleAssignedTo", assignment.as_str()];
        match self.send(Call::new(Method::DELETE, self.url(&path, &[]), None)).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == GraphErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}
