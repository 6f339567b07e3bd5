//! Who is signed in, in which tenant, with which roles and licences.

use serde::Deserialize;
use serde_json::Value;

use crate::error::GraphError;
use crate::http::{Call, Graph};
use crate::ids::{TenantId, UserId};
use crate::page::{Kind, Pages};

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// Object id.
    pub id: UserId,
    /// Name for people.
    pub display_name: Option<String>,
    /// Sign-in name.
    pub user_principal_name: Option<String>,
    /// E-mail address.
    pub mail: Option<String>,
}

/// The tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Tenant id.
    pub id: TenantId,
    /// Name of the tenant.
    pub display_name: Option<String>,
    /// `AAD`, `AAD B2C` or `CIAM`; provisioning works in the first only.
    pub tenant_type: Option<String>,
    /// Domains of the tenant.
    #[serde(default)]
    pub verified_domains: Vec<VerifiedDomain>,
    /// Service plans, the base of the licence check.
    #[serde(default)]
    pub assigned_plans: Vec<AssignedPlan>,
}

/// A domain that the tenant has proved to own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedDomain {
    /// The domain.
    pub name: String,
    /// Whether new users get it.
    #[serde(default)]
    pub is_default: bool,
    /// Whether it is the `onmicrosoft.com` one.
    #[serde(default)]
    pub is_initial: bool,
}

/// A service plan of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedPlan {
    /// Plan id.
    pub service_plan_id: String,
    /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`.
    #[serde(default)]
    pub capability_status: String,
}

/// Service plan ids of Entra ID P1 and P2 (Microsoft Learn, "Product names and service plan identifiers").
pub const PREMIUM_PLANS: [&str; 2] =
    ["41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"];

impl Organization {
    /// Whether an Entra ID P1 or P2 plan is usable: group assignment and provisioning logs need one.
    pub fn has_premium(&self) -> bool {
        self.assigned_plans.iter().any(|plan| {
            PREMIUM_PLANS.contains(&plan.service_plan_id.to_ascii_lowercase().as_str())
                && ["Enabled", "Warning"].contains(&plan.capability_status.as_str())
        })
    }
}

/// A directory role that the signed-in person holds actively.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryRole {
    /// Id of the role's template, the same in every tenant; the object id is not.
    pub role_template_id: String,
    /// Name for people.
    pub display_name: Option<String>,
}

/// Role template ids that matter here (Microsoft Learn, "Microsoft Entra built-in roles").
pub mod roles {
    /// Global Administrator.
    pub const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
    /// Application Administrator.
    pub const APPLICATION_ADMINISTRATOR: &str = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
    /// Cloud Application Administrator.
    pub const CLOUD_APPLICATION_ADMINISTRATOR: &str = "158c047a-c907-4556-b7ef-446551a6b5f7";
    /// Global Reader, who cannot read provisioning configuration.
    pub const GLOBAL_READER: &str = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
}

impl DirectoryRole {
    /// Whether the role may set up application provisioning.
    pub fn may_provision(&self) -> bool {
        [
            roles::GLOBAL_ADMINISTRATOR,
            roles::APPLICATION_ADMINISTRATOR,
            roles::CLOUD_APPLICATION_ADMINISTRATOR,
        ]
        .contains(&self.role_template_id.to_ascii_lowercase().as_str())
    }
}

/// A licence that the tenant has bought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscribedSku {
    /// Short name, such as `AAD_PREMIUM`.
    pub sku_part_number: String,
    /// `Enabled`, `Warning`, `Suspended` ...
    #[serde(default)]
    pub capability_status: String,
    /// Seats in use.
    #[serde(default)]
    pub consumed_units: i64,
    /// Service plans inside.
    #[serde(default)]
    pub service_plans: Vec<ServicePlan>,
}

/// A plan inside a [`SubscribedSku`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePlan {
    /// Plan id.
    pub service_plan_id: String,
    /// Short name.
    #[serde(default)]
    pub service_plan_name: String,
}

impl Graph {
    /// The signed-in person.
    pub async fn me(&self) -> Result<Me, GraphError> {
        self.json(Call::get(self.url(&["me"], &[("$select", "id,displayName,userPrincipalName,mail")]))).await
    }

    /// The tenant.
    pub async fn organization(&self) -> Result<Organization, GraphError> {
        let select = "id,displayName,tenantType,verifiedDomains,assignedPlans";
        let url = self.url(&["organization"], &[("$select", select)]);
        let found = Pages::new(self, url.clone(), Kind::List, false).all().await?.into_items();
        found.into_iter().next().ok_or_else(|| {
            crate::http::problem(crate::GraphErrorKind::Protocol, &url, "the tenant is missing".to_owned())
        })
    }

    /// The directory roles of the signed-in person. The plain call is used and sorted out here, because the cast
    /// needs an index that may lag (Microsoft Learn, "List a user's memberships (transitive)").
    pub async fn my_roles(&self) -> Result<Vec<DirectoryRole>, GraphError> {
        let url = self.url(&["me", "transitiveMemberOf"], &[]);
        let found = Pages::<Value>::new(self, url, Kind::List, false).all().await?.into_items();
        Ok(found
            .into_iter()
            .filter(|object| {
                object.get("@odata.type").and_then(Value::as_str) == Some("#microsoft.graph.directoryRole")
            })
            .filter_map(|object| serde_json::from_value(object).ok())
            .collect())
    }

    /// How many users there are.
    pub async fn user_count(&self) -> Result<u64, GraphError> {
        self.count("users").await
    }

    /// How many groups there are.
    pub async fn group_count(&self) -> Result<u64, GraphError> {
        self.count("groups").await
    }

    /// One object is read with `$count=true`, an advanced query that counts the whole collection.
    async fn count(&self, collection: &str) -> Result<u64, GraphError> {
        let query = [("$select", "id"), ("$top", "1"), ("$count", "true")];
        let url = self.url(&[collection], &query);
        let mut pages = Pages::<Value>::new(self, url.clone(), Kind::List, true);
        pages.next().await?;
        pages.total().ok_or_else(|| {
            crate::http::problem(crate::GraphErrorKind::Protocol, &url, "the count is missing".to_owned())
        })
    }

    /// The licences of the tenant; needs `LicenseAssignment.Read.All`.
    pub async fn subscribed_skus(&self) -> Result<Vec<SubscribedSku>, GraphError> {
        Ok(Pages::new(self, self.url(&["subscribedSkus"], &[]), Kind::List, false).all().await?.into_items())
    }
}
