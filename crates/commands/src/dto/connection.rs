//! Connections, their drafts, the application's own state.

use super::{ConnectionTest, FilterRow, Message};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the whole window needs to know.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Usher's version.
    pub version: String,
    /// Present while Usher runs on the embedded practice world.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub practice: Option<PracticeWorld>,
    /// Where credentials are kept.
    pub keyring: KeyringState,
    /// Chosen theme.
    pub theme: Theme,
    /// The time that Usher goes by (ISO 8601): the practice clock in practice mode.
    pub now: String,
    /// How a step's twin page is called and where it is.
    pub links: Vec<LinkInfo>,
}

/// A page that Usher can open in the browser. The address never comes from the window.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkInfo {
    /// Its key, for `open_link`.
    pub link: String,
    /// The host it leads to, for the tooltip.
    pub host: String,
}

/// The embedded practice world.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PracticeWorld {
    /// Practice tenant's name.
    pub tenant: String,
    /// Invented people in it.
    pub people: u32,
    /// Practice clock (ISO 8601).
    pub now: String,
}

/// Light, dark, high contrast, or whatever the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    HighContrast,
}

/// Where credentials are kept and whether that works now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeyringState {
    /// The real name: `GNOME Keyring`, `Windows Credential Manager`, `macOS Keychain`, `memory`.
    pub name: String,
    /// Whether it works.
    pub status: KeyringStatus,
    /// What to do about it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// Whether the keyring works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum KeyringStatus {
    /// Open.
    Available,
    /// Locked: the person has to unlock it.
    Locked,
    /// None on this computer.
    Absent,
    /// A password window of the system is waiting.
    Waiting,
    /// By explicit choice credentials last until Usher closes.
    Memory,
}

/// One card of the home page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionSummary {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it belongs to the practice world.
    pub practice: bool,
    /// Who runs it.
    pub runner: Runner,
    /// One status word.
    pub status: StatusWord,
    /// Tenant and domain, as far as known.
    pub tenant: String,
    /// The GoTo domain, as far as known.
    pub domain: String,
    /// Steps done, for a connection that is being set up.
    pub steps_done: u32,
    /// Steps in all.
    pub steps_total: u32,
    /// The step to continue with.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<StepId>,
    /// When the draft was saved (ISO 8601).
    pub draft_saved_at: String,
    /// Last finished cycle.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_cycle: Option<CycleSummary>,
    /// People that are in step, after a cycle.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_step: Option<u32>,
    /// What needs a person, worst first.
    pub needs: Vec<Message>,
    /// Since when it is off (ISO 8601).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_since: Option<String>,
    /// The connection's file cannot be read.
    pub unreadable: bool,
}

/// The words of the status vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum StatusWord {
    /// Draft, never switched on.
    SettingUp,
    /// Switched on, last cycle good.
    On,
    /// A cycle is in progress.
    RunningNow,
    /// Some people failed.
    OnWithProblems,
    /// On, but this computer does not run it now.
    OnWaiting,
    /// Slowed down by the service or by our own breaker.
    Quarantined,
    /// Switched off by someone.
    Off,
    /// Cannot ask now.
    NotReachable,
}

/// Who performs the cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Runner {
    /// The synchronization job in Microsoft's cloud.
    Entra,
    /// This computer.
    Local,
}

/// Named defaults for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TargetProfile {
    /// GoTo.
    Goto,
    /// GoToMeeting.
    Gotomeeting,
    /// Any SCIM 2.0 service provider.
    Scim,
}

/// The steps of the set-up, in the order of Microsoft's tutorial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum StepId {
    /// 1 Sign in and prerequisites.
    SignIn,
    /// 2 Plan.
    Plan,
    /// 3 Prepare GoTo.
    PrepareGoto,
    /// 4 Application.
    Application,
    /// 5 People.
    People,
    /// 6 Connect.
    Connect,
    /// 7 User attributes.
    UserAttributes,
    /// 8 Group attributes.
    GroupAttributes,
    /// 9 Scoping filters.
    ScopingFilters,
    /// 10 Preview.
    Preview,
    /// 11 Turn on.
    TurnOn,
}

/// A connection as the pages need it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionView {
    /// The card.
    pub summary: ConnectionSummary,
    /// Number of the draft revision: give it back with `draft_save`.
    pub revision: u32,
    /// The draft.
    pub draft: Draft,
    /// Number of the live revision, if there is one.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_revision: Option<u32>,
    /// Differences between draft and live, one sentence each.
    pub not_live: Vec<Message>,
    /// Who is signed in at Entra.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entra_account: Option<Account>,
    /// Who authorised at GoTo.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goto_account: Option<Account>,
    /// Whether a GoTo client secret is stored. The secret itself never comes back.
    pub goto_secret_stored: bool,
    /// What is stored where.
    pub kept: Vec<KeptItem>,
    /// The last test of the connection, as long as it is of the connection as it is now.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_test: Option<ConnectionTest>,
}

/// Somebody who signed in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Account {
    /// User name.
    pub user_name: String,
    /// Display name.
    pub display_name: String,
    /// Tenant or organisation.
    pub organization: String,
    /// When (ISO 8601).
    pub since: String,
    /// Granted scopes.
    pub scopes: Vec<String>,
}

/// One row of "What is kept where".
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeptItem {
    /// What.
    pub what: Message,
    /// Where.
    pub place: Message,
    /// Whether something is stored there now.
    pub stored: bool,
}

/// What the window edits. Autosaved; never holds a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Name.
    pub name: String,
    /// Target profile.
    pub profile: TargetProfile,
    /// Tenant id or domain.
    pub tenant: String,
    /// Cloud: `worldwide`, `us-gov-l4`, `us-gov-l5`, `china`, `practice`.
    pub cloud: String,
    /// Client id of Usher's app registration in Entra.
    pub entra_client_id: String,
    /// Client id of the GoTo OAuth client.
    pub goto_client_id: String,
    /// The registered loopback port of the GoTo OAuth client.
    pub goto_redirect_port: u16,
    /// SCIM base URL.
    pub base_url: String,
    /// `auto`, `goto-v1` or `scim2`.
    pub dialect: String,
    /// Service principal's object id.
    pub application: String,
    /// Only assigned people and groups.
    pub assigned_only: bool,
    /// Object ids of the people and groups who may get an account so far; everybody when absent.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<Vec<String>>,
    /// Whether a choice of scope and runner was made.
    pub planned: bool,
    /// Whether another service writes to the same organisation; absent until a person has said so.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_writers: Option<OtherWriters>,
    /// Who runs it.
    pub runner: Runner,
    /// Minutes between cycles.
    pub interval_minutes: u32,
    /// Guards.
    pub guards: GuardSettings,
    /// Notification addresses.
    pub notice_email: Vec<String>,
    /// Send an e-mail notification when a failure occurs.
    pub notice_on_failure: bool,
    /// Through which server the local runner sends it.
    pub mail_server: super::MailServer,
    /// Domain verification.
    pub domain: DomainSettings,
    /// User attribute mappings.
    pub users: MappingTable,
    /// Group attribute mappings.
    pub groups: MappingTable,
    /// Scoping filters of people.
    pub user_filters: Vec<FilterRow>,
    /// Scoping filters of groups.
    pub group_filters: Vec<FilterRow>,
    /// The mappings were looked at by a person (steps 7 and 8).
    pub users_reviewed: bool,
    /// The group mappings were looked at.
    pub groups_reviewed: bool,
}

/// Other services that write people to the same organisation, such as an Active Directory connector, Okta or OneLogin:
/// two writers undo each other's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum OtherWriters {
    /// None does.
    None,
    /// One does, and a person accepts that.
    Accepted,
}

/// Limits that stop a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GuardSettings {
    /// People losing access, at most this many.
    pub people_count: u32,
    /// Or this share, whichever is smaller.
    pub people_percent: u32,
    /// But never less than this.
    pub people_at_least: u32,
    /// New people and groups are made.
    pub create: bool,
    /// People and groups are changed.
    pub update: bool,
    /// People are disabled.
    pub disable: bool,
    /// People and groups are deleted.
    pub delete: bool,
    /// User names, with `*` for any characters, of people whose access stays. Shown; changed in the connection file.
    pub protected: Vec<String>,
}

/// Domain verification as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DomainSettings {
    /// The domain.
    pub name: String,
    /// The whole verification text.
    pub code: String,
    /// When the admin got it (ISO 8601), or empty.
    pub received: String,
    /// The admin says GoTo shows it as verified.
    pub confirmed: bool,
}

/// One table of attribute mappings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingTable {
    /// Whether this kind is provisioned.
    pub enabled: bool,
    /// What may be done to objects of this kind.
    pub actions: ObjectActions,
    /// Rows.
    pub rows: Vec<MappingRow>,
}

/// Target object actions. Disabling is an update, as in Entra.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ObjectActions {
    /// New objects may be made.
    pub create: bool,
    /// Objects may be changed, and people disabled.
    pub update: bool,
    /// Objects may be removed.
    pub delete: bool,
}

/// One attribute mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingRow {
    /// Attribute path at the service provider.
    pub target: String,
    /// `attribute`, `constant`, `expression` or `none`.
    pub kind: SourceKind,
    /// Attribute name, constant text or expression.
    pub value: String,
    /// Default value if null, for new people only; empty for none.
    pub default_value: String,
    /// Matching precedence, 0 for none.
    pub matching: u32,
    /// Only during object creation.
    pub only_during_creation: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// One source attribute.
    Attribute,
    /// A fixed text.
    Constant,
    /// An expression.
    Expression,
    /// Nothing flows.
    None,
}

/// One finished or running cycle.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CycleSummary {
    /// Run id.
    pub run: String,
    /// `initial`, `incremental`, or `cycle` where it ended before that was known.
    pub cycle: String,
    /// When it began (ISO 8601).
    pub started: String,
    /// When it ended (ISO 8601); absent while it runs.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// `succeeded`, `failed`, `in-part`, `stopped-by-guard`, `cancelled`, `running`.
    pub outcome: CycleOutcome,
    /// Created.
    pub created: u32,
    /// Updated, memberships included.
    pub updated: u32,
    /// Disabled.
    pub disabled: u32,
    /// Failed.
    pub failed: u32,
    /// Why it did not succeed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Message>,
}

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum CycleOutcome {
    /// Still running.
    Running,
    /// Everything verified.
    Succeeded,
    /// Some objects failed.
    InPart,
    /// Nothing could be done.
    Failed,
    /// A guard stopped it before anything was written.
    StoppedByGuard,
    /// Cancelled by a person.
    Cancelled,
}
