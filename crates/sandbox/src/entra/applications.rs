//! The gallery, the tenant's applications with their service principals, and who is assigned to them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::graph::sync::Synchronization;
use crate::world::World;

/// The template of applications that are not in the gallery (Microsoft Learn, applicationTemplate: instantiate).
pub const NON_GALLERY: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";
/// The role that means "no role" (Microsoft Learn, appRoleAssignment).
pub const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

/// An entry of the gallery.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// The id of its synchronization template, where it can be provisioned.
    pub synchronization: Option<&'static str>,
    /// The name shown as publisher.
    pub publisher: &'static str,
    /// When Microsoft marked it as retired.
    pub deprecated: Option<&'static str>,
}

/// A role that an application declares.
#[derive(Debug, Clone)]
pub struct AppRole {
    /// Its id.
    pub id: String,
    /// Its name and value; `msiam_access` has no value.
    pub name: String,
    /// Whether it can be assigned.
    pub enabled: bool,
}

/// Since when a new object can be seen.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// On the virtual clock.
    at: Timestamp,
    /// On the real clock, so that a pinned clock does not hide it for ever.
    real: Instant,
}

impl Visible {
    /// After the replication delay of the world.
    pub fn after_replication(world: &World) -> Self {
        let delay = Duration::from_millis(world.options.replication_delay_ms);
        let signed = SignedDuration::try_from(delay).unwrap_or(SignedDuration::MAX);
        let at = world.clock.now().saturating_add(signed).unwrap_or(Timestamp::MAX);
        Self { at, real: Instant::now() + delay }
    }

    /// At once.
    pub fn now() -> Self {
        Self { at: Timestamp::MIN, real: Instant::now() }
    }

    /// Whether either clock has reached it.
    pub fn reached(&self, world: &World) -> bool {
        world.clock.now() >= self.at || Instant::now() >= self.real
    }
}

/// An application of the tenant: the registration and its service principal in one.
#[derive(Debug, Clone)]
pub struct ServicePrincipal {
    /// Object id of the service principal.
    pub id: String,
    /// Object id of the application.
    pub application_object_id: String,
    /// Client id.
    pub app_id: String,
    /// Its name.
    pub display_name: String,
    /// The gallery entry that it came from.
    pub template_id: String,
    /// Its roles.
    pub app_roles: Vec<AppRole>,
    /// Properties that were changed by PATCH.
    pub extra: Map<String, Value>,
    /// Since when it can be seen.
    pub visible: Visible,
    /// Its synchronization: secrets and jobs.
    pub sync: Synchronization,
}

/// Somebody has a role of an application.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Opaque id.
    pub id: String,
    /// The user or group.
    pub principal_id: String,
    /// `User` or `Group`.
    pub principal_type: &'static str,
    /// The role.
    pub app_role_id: String,
    /// The service principal.
    pub resource_id: String,
    /// When.
    pub created: Timestamp,
}

/// The gallery and what was added from it.
#[derive(Debug, Default)]
pub struct Applications {
    /// The gallery.
    pub templates: Vec<Template>,
    /// Service principals by object id.
    pub service_principals: BTreeMap<String, ServicePrincipal>,
    /// Assignments in the order in which they were made.
    pub assignments: Vec<Assignment>,
}

impl Applications {
    /// The service principal, once it can be seen.
    pub fn visible(&self, world: &World, id: &str) -> Option<&ServicePrincipal> {
        self.service_principals.get(id).filter(|sp| sp.visible.reached(world))
    }

    /// Drops assignments whose user or group is gone.
    pub fn forget_principal(&mut self, id: &str) {
        self.assignments.retain(|assignment| assignment.principal_id != id);
    }
}

/// Fills the gallery and, by option, adds instances.
pub fn seed(world: &World, applications: &mut Applications) {
    let template = |label: &str, name: &str, synchronization, publisher, deprecated| Template {
        id: world.random.uuid(&format!("template/{label}")),
        display_name: name.into(),
        synchronization,
        publisher,
        deprecated,
    };
    applications.templates = vec![
        template("goto", "GoTo", Some("goto"), "GoTo Group, Inc.", None),
        template("gotomeeting", "GoToMeeting", None, "Citrix Online, LLC", Some("2025-06-30")),
        template("decoy", "GoTo Webinar Reports", None, "Practice Publisher", None),
        Template { id: NON_GALLERY.into(), ..template("", "Custom", Some("scim"), "Microsoft", None) },
    ];
    if world.options.application {
        add(world, applications, "goto", 0);
    }
    if world.options.retired_application {
        add(world, applications, "gotomeeting", 1);
    }
}

fn add(world: &World, applications: &mut Applications, label: &str, template: usize) {
    let template = applications.templates[template].clone();
    let mut sp = instance(world, &template, &template.display_name, label);
    sp.visible = Visible::now();
    applications.service_principals.insert(sp.id.clone(), sp);
}

/// A new instance of a template. The label makes its ids.
pub fn instance(world: &World, template: &Template, name: &str, label: &str) -> ServicePrincipal {
    let id = |what: &str| world.random.uuid(&format!("{what}/{label}"));
    let role = |name: &str| AppRole { id: id(&format!("role-{name}")), name: name.into(), enabled: true };
    ServicePrincipal {
        id: id("sp"),
        application_object_id: id("application"),
        app_id: id("app"),
        display_name: name.into(),
        template_id: template.id.clone(),
        app_roles: vec![role("User"), role("msiam_access")],
        extra: Map::new(),
        visible: Visible::after_replication(world),
        sync: Synchronization::default(),
    }
}

impl Template {
    /// As Graph shows it.
    pub fn json(&self) -> Value {
        let provisioning = if self.synchronization.is_some() { json!(["sync"]) } else { json!([]) };
        json!({
            "id": self.id,
            "displayName": self.display_name,
            "homePageUrl": "https://www.goto.example",
            "supportedSingleSignOnModes": ["saml", "password"],
            "supportedProvisioningTypes": provisioning,
            "logoUrl": null,
            "categories": ["collaboration"],
            "publisher": self.publisher,
            "description": format!("{} (practice gallery)", self.display_name),
            "endpoints": [],
            "isEntraIntegrated": true,
            "lastModifiedDateTime": "2025-05-01T00:00:00Z",
            "deprecationDate": self.deprecated,
            "riskScore": null,
            "riskFactors": null,
        })
    }
}

impl ServicePrincipal {
    /// The roles as Graph shows them.
    pub fn roles_json(&self) -> Value {
        let role = |role: &AppRole| {
            json!({
                "allowedMemberTypes": ["User"],
                "description": role.name,
                "displayName": role.name,
                "id": role.id,
                "isEnabled": role.enabled,
                "origin": "Application",
                "value": (role.name != "msiam_access").then_some(&role.name),
            })
        };
        self.app_roles.iter().map(role).collect()
    }

    /// The service principal as Graph shows it.
    pub fn json(&self, tenant: &str) -> Value {
        let mut shown = json!({
            "id": self.id,
            "deletedDateTime": null,
            "accountEnabled": true,
            "appId": self.app_id,
            "applicationTemplateId": self.template_id,
            "appDisplayName": self.display_name,
            "appOwnerOrganizationId": tenant,
            "appRoleAssignmentRequired": true,
            "appRoles": self.roles_json(),
            "displayName": self.display_name,
            "homepage": "https://www.goto.example",
            "loginUrl": null,
            "notes": null,
            "notificationEmailAddresses": [],
            "preferredSingleSignOnMode": null,
            "preferredTokenSigningKeyThumbprint": null,
            "replyUrls": [],
            "servicePrincipalNames": [self.app_id],
            "servicePrincipalType": "Application",
            "signInAudience": "AzureADMyOrg",
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        });
        overlay(&mut shown, &self.extra);
        shown
    }

    /// The application as Graph shows it.
    pub fn application_json(&self) -> Value {
        json!({
            "id": self.application_object_id,
            "deletedDateTime": null,
            "appId": self.app_id,
            "applicationTemplateId": self.template_id,
            "displayName": self.display_name,
            "appRoles": self.roles_json(),
            "identifierUris": [],
            "signInAudience": "AzureADMyOrg",
            "web": { "redirectUris": [] },
        })
    }
}

fn overlay(shown: &mut Value, extra: &Map<String, Value>) {
    for (name, value) in extra {
        shown[name] = value.clone();
    }
}

impl Assignment {
    /// The assignment as Graph shows it.
    pub fn json(&self, principal_name: &str, resource_name: &str) -> Value {
        json!({
            "id": self.id,
            "deletedDateTime": null,
            "appRoleId": self.app_role_id,
            "createdDateTime": self.created,
            "principalDisplayName": principal_name,
            "principalId": self.principal_id,
            "principalType": self.principal_type,
            "resourceDisplayName": resource_name,
            "resourceId": self.resource_id,
        })
    }
}
