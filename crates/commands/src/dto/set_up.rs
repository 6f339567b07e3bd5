//! The guided set-up: connections, steps, findings, remedies, sign-ins, settings, help for mappings.

use super::{Message, SecretInput, StepId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionRef {
    /// Connection id.
    pub id: String,
}

/// Makes a connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NewConnection {
    /// Name.
    pub name: String,
    /// Target profile.
    pub profile: super::TargetProfile,
}

/// Removes a connection from this computer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RemoveConnection {
    /// Connection id.
    pub id: String,
    /// The connection's name, typed by the person. Checked in Rust.
    pub typed_name: String,
}

/// Imports a connection file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportConnection {
    /// The file's text.
    pub text: String,
}

/// A connection file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportedConnection {
    /// The file's text. No secret is in it.
    pub text: String,
}

/// Saves the draft. Refused when somebody saved in between.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    /// Connection id.
    pub id: String,
    /// The revision that was edited.
    pub revision: u32,
    /// The new draft.
    pub draft: super::Draft,
}

/// The answer to a save.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SavedDraft {
    /// The new revision.
    pub revision: u32,
    /// When (ISO 8601).
    pub saved_at: String,
}

/// The state of every step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetupReport {
    /// The steps in order.
    pub steps: Vec<StepReport>,
    /// Whether the last step may switch on.
    pub can_turn_on: bool,
    /// What still stands in the way.
    pub in_the_way: Vec<Message>,
}

/// One step as its check found it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StepReport {
    /// Which step.
    pub step: StepId,
    /// Derived state.
    pub state: StepState,
    /// What was looked at.
    pub findings: Vec<Finding>,
    /// When (ISO 8601).
    pub checked_at: String,
}

/// Derived state of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Everything that it asks for was read or verified.
    Done,
    /// Something needs a person.
    Attention,
    /// It waits for an earlier step.
    Blocked,
    /// Nothing has been done yet.
    NotStarted,
}

/// One checked fact.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Finding {
    /// Stable id within the step, for example `role`.
    pub id: String,
    /// The result.
    pub result: CheckResult,
    /// What it says.
    pub title: Message,
    /// What was asked, where, what came back.
    pub evidence: Vec<Message>,
    /// How to mend it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// Read and good.
    Passed,
    /// Read and bad, or not readable.
    FixThis,
    /// Good enough to go on, worth knowing.
    Warning,
    /// Belongs to a later step.
    Later,
    /// Not tried, because something before it failed.
    NotTried,
    /// A fact, neither good nor bad.
    Information,
}

/// How to mend a finding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Remedy {
    /// Numbered steps.
    pub steps: Vec<Message>,
    /// Buttons.
    pub actions: Vec<RemedyAction>,
    /// A text that can be sent to somebody who may do it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Message>,
}

/// A button of a remedy.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RemedyAction {
    /// Checks again.
    CheckAgain,
    /// Signs in at Entra.
    SignIn,
    /// Authorises at GoTo.
    Authorize,
    /// Goes to a step.
    GoTo {
        /// The step.
        step: StepId,
    },
    /// Opens a page in the browser.
    Open {
        /// Key of the link table.
        link: String,
    },
}

/// Which cloud signs somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum CloudName {
    /// Microsoft Entra.
    Entra,
    /// GoTo.
    Goto,
}

/// Begins a sign-in in the system browser.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BeginSignIn {
    /// Connection id.
    pub id: String,
    /// Which cloud.
    pub cloud: CloudName,
}

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignInAttempt {
    /// Its id, for `sign_in_wait`, `sign_in_cancel` and `sign_in_open`.
    pub attempt: String,
    /// Whether the browser could be started.
    pub opened: bool,
    /// The host of the page.
    pub host: String,
}

/// Names a waiting sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttemptRef {
    /// Attempt id.
    pub attempt: String,
}

/// Who signed in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignedIn {
    /// The account.
    pub account: super::Account,
}

/// The address of a waiting sign-in, to be copied when the browser does not open. It holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignInAddress {
    /// The address.
    pub url: String,
}

/// Stores the GoTo client secret.
#[derive(Debug, Deserialize, TS)]
pub struct StoreGotoSecret {
    /// Connection id.
    pub id: String,
    /// The secret.
    pub secret: SecretInput,
}

/// Forgets stored credentials.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForgetCredentials {
    /// Connection id.
    pub id: String,
    /// One cloud's, or all when absent.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<CloudName>,
}

/// What registering Usher's own OAuth clients needs: exact values to copy.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClientGuide {
    /// Entra: redirect URI under "Mobile and desktop applications".
    pub entra_redirect: String,
    /// Entra: delegated permissions with their reasons.
    pub entra_permissions: Vec<Permission>,
    /// GoTo: the redirect URIs to register, first the one that is used.
    pub goto_redirects: Vec<String>,
    /// GoTo: scopes to tick.
    pub goto_scopes: Vec<Permission>,
}

/// A permission and why it is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Permission {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: Message,
    /// Whether an administrator has to approve it.
    pub admin_consent: bool,
    /// Whether the current sign-in has it.
    pub granted: bool,
}

/// Opens a page of the link table in the browser.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenLink {
    /// Its key.
    pub link: String,
    /// The connection whose tenant or organisation it concerns.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Chooses the theme.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetTheme {
    /// The theme.
    pub theme: super::Theme,
}

/// Explicitly keeps credentials in memory only.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeepInMemory {
    /// True: credentials last until Usher closes.
    pub until_close: bool,
}

/// Source attributes that can be chosen, with a sample.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingHelp {
    /// Source attributes.
    pub source_attributes: Vec<AttributeInfo>,
    /// Attributes of the service provider.
    pub target_attributes: Vec<AttributeInfo>,
    /// What is wrong with, or worth knowing about, each row: by target attribute.
    pub findings: Vec<MappingFinding>,
    /// The person that the samples come from.
    pub sample_of: String,
    /// What each row gives for that person.
    pub samples: Vec<MappingSample>,
}

/// An attribute that can be chosen.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttributeInfo {
    /// Name or path.
    pub name: String,
    /// `string`, `boolean`, `reference`, ...
    pub value_type: String,
    /// Whether it can be used as a match.
    pub filterable: bool,
    /// Whether it must be mapped.
    pub required: bool,
}

/// A remark on a mapping row.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingFinding {
    /// The row's target; empty for the whole table.
    pub target: String,
    /// How bad.
    pub result: CheckResult,
    /// What it says.
    pub message: Message,
    /// Why it deserves a look, where the sentence alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<Message>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub remedy: Option<Message>,
}

/// What one row gives for the sample person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingSample {
    /// The row's target.
    pub target: String,
    /// The value; empty when nothing flows.
    pub value: String,
    /// Why nothing flows, or what failed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Message>,
}

/// Asks for the help of one table.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MappingHelpRequest {
    /// Connection id.
    pub id: String,
    /// `users` or `groups`.
    pub table: String,
    /// The person or group to try it on; the first assigned one when empty.
    pub sample: String,
}
