//! What is read from both clouds during the set-up: applications, people, the domain, the connection test.

use super::{CheckResult, Finding, Message};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Facts for the plan step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanFacts {
    /// People in the tenant.
    pub people: u32,
    /// Groups in the tenant.
    pub groups: u32,
    /// Applications of the retired GoToMeeting connector.
    pub retired: Vec<ApplicationRow>,
}

/// An application instance in the tenant.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ApplicationRow {
    /// Service principal's object id.
    pub id: String,
    /// Name.
    pub name: String,
    /// When it was made (ISO 8601), or empty.
    pub created: String,
    /// Single sign-on mode, or empty.
    pub single_sign_on: String,
    /// Provisioning state in Entra: `none`, `off`, `on`.
    pub provisioning: String,
    /// Assigned people and groups.
    pub assignments: u32,
    /// Whether this connection uses it.
    pub selected: bool,
}

/// An application template of the gallery.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TemplateRow {
    /// Template id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Publisher.
    pub publisher: String,
    /// Whether it can be provisioned.
    pub provisioning: bool,
    /// Whether it is the retired connector.
    pub retired: bool,
}

/// Applications of the tenant and of the gallery.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Applications {
    /// Instances in the tenant.
    pub instances: Vec<ApplicationRow>,
    /// Gallery entries.
    pub gallery: Vec<TemplateRow>,
}

/// Adds an application from the gallery.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddApplication {
    /// Connection id.
    pub id: String,
    /// Template id.
    pub template: String,
    /// Name.
    pub name: String,
}

/// Chooses an application.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UseApplication {
    /// Connection id.
    pub id: String,
    /// Service principal's object id.
    pub application: String,
}

/// Who is assigned.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct People {
    /// Assigned people and groups.
    pub rows: Vec<AssignmentRow>,
    /// Roles that can be given.
    pub roles: Vec<RoleOption>,
    /// Distinct people that will be provisioned.
    pub in_scope: u32,
    /// Groups that will be provisioned.
    pub groups: u32,
    /// Assigned people who will not be provisioned.
    pub left_out: u32,
    /// Findings about the assigned people: Default Access, nested groups, guests, domains.
    pub findings: Vec<Finding>,
}

/// One assignment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AssignmentRow {
    /// Assignment id.
    pub id: String,
    /// Principal's object id.
    pub principal: String,
    /// Name.
    pub name: String,
    /// User principal name, or empty for a group.
    pub detail: String,
    /// `user` or `group`.
    pub kind: String,
    /// Direct members that are people, for a group.
    pub people: u32,
    /// Role id.
    pub role: String,
    /// Role name.
    pub role_name: String,
    /// Whether it will be provisioned.
    pub provisioned: bool,
    /// Why, or why not.
    pub because: Message,
}

/// A role of the application.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleOption {
    /// Role id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Default Access.
    pub default_access: bool,
}

/// Searches people and groups.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SearchPrincipals {
    /// Connection id.
    pub id: String,
    /// What was typed.
    pub text: String,
    /// `user` or `group`.
    pub kind: String,
}

/// Somebody who can be assigned.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrincipalRow {
    /// Object id.
    pub id: String,
    /// Name.
    pub name: String,
    /// User principal name, or a description.
    pub detail: String,
    /// Why it cannot be assigned usefully, for example a group that is not security enabled.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Message>,
}

/// Assigns somebody.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Assign {
    /// Connection id.
    pub id: String,
    /// Principal's object id.
    pub principal: String,
    /// Role id.
    pub role: String,
}

/// Takes an assignment away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Unassign {
    /// Connection id.
    pub id: String,
    /// Assignment id.
    pub assignment: String,
}

/// What each name server and the web server said.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DomainReport {
    /// The verdict.
    pub verdict: Message,
    /// Whether the record or the file is there for everybody.
    pub found: bool,
    /// Each name server.
    pub servers: Vec<DomainServer>,
    /// The web file.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<WebFile>,
    /// When (ISO 8601).
    pub checked_at: String,
    /// Days left of the ten, if the code's date is known.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i32>,
}

/// What one name server said.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DomainServer {
    /// Which one: the domain's own, this computer's, a public one.
    pub name: Message,
    /// Address.
    pub address: String,
    /// Every TXT string seen, control characters made visible.
    pub records: Vec<String>,
    /// Seconds that the answer may be kept.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u32>,
    /// How long it took.
    pub milliseconds: u32,
    /// Whether the code is among them.
    pub found: bool,
    /// What went wrong.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Message>,
}

/// What the web server said.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WebFile {
    /// The address that was asked.
    pub url: String,
    /// HTTP status, 0 when there was no answer.
    pub status: u16,
    /// The text, control characters made visible.
    pub body: String,
    /// Whether it is exactly the code.
    pub found: bool,
    /// What is wrong with it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Message>,
}

/// The connection test.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionTest {
    /// Its rows in order.
    pub rows: Vec<TestRow>,
    /// Whether all passed.
    pub passed: bool,
    /// When (ISO 8601).
    pub tested_at: String,
    /// Total duration.
    pub milliseconds: u32,
    /// The diagnosis of the first failure.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Finding>,
}

/// One row of the connection test.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TestRow {
    /// Stable id.
    pub id: String,
    /// The result.
    pub result: CheckResult,
    /// What it says.
    pub title: Message,
    /// What came back.
    pub evidence: Message,
    /// Duration.
    pub milliseconds: u32,
}
