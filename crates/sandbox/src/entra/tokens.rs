//! What sign-in gave out: pending sign-ins, codes, access and refresh tokens, device codes, consents.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// Application permissions that the practice app registration has admin consent for.
pub const APP_ROLES: [&str; 10] = [
    "User.Read.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Synchronization.ReadWrite.All",
    "AuditLog.Read.All",
    "ProvisioningLog.Read.All",
    "Organization.Read.All",
];

/// An access token.
#[derive(Debug, Clone)]
pub struct Token {
    /// The signed-in user; none for an application.
    pub user: Option<String>,
    /// Delegated scopes, or application permissions.
    pub permissions: BTreeSet<String>,
    /// Until when, on the virtual clock.
    pub expires: Timestamp,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What an application asked for on the authorize page.
#[derive(Debug, Clone)]
pub struct Request {
    /// The client.
    pub client_id: String,
    /// Where the answer goes, exactly as it was sent.
    pub redirect_uri: String,
    /// `query`, `fragment` or `form_post`.
    pub response_mode: String,
    /// Requested scopes.
    pub scopes: BTreeSet<String>,
    /// Round-trips.
    pub state: Option<String>,
    /// Goes into the id token.
    pub nonce: Option<String>,
    /// The PKCE challenge (S256).
    pub challenge: String,
    /// Whether consent is asked for even when it was given before.
    pub prompt_consent: bool,
}

/// A sign-in that is under way.
#[derive(Debug, Clone)]
pub struct Flow {
    /// What was asked for.
    pub request: Request,
    /// Who signed in, once the password was right.
    pub user: Option<String>,
}

/// An authorization code.
#[derive(Debug, Clone)]
pub struct Code {
    /// What was asked for.
    pub request: Request,
    /// Who signed in.
    pub user: String,
    /// Until when.
    pub expires: Timestamp,
    /// Whether it was redeemed.
    pub used: bool,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// The client that it belongs to.
    pub client_id: String,
    /// The user.
    pub user: String,
    /// What was consented to.
    pub scopes: BTreeSet<String>,
    /// Until when.
    pub expires: Timestamp,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What became of a device code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nobody has answered.
    Pending,
    /// Signed in and accepted.
    Accepted(String),
    /// Refused.
    Declined,
    /// Redeemed.
    Used,
}

/// A device code.
#[derive(Debug, Clone)]
pub struct Device {
    /// The client.
    pub client_id: String,
    /// What the person types.
    pub user_code: String,
    /// Requested scopes.
    pub scopes: BTreeSet<String>,
    /// Until when.
    pub expires: Timestamp,
    /// When it was polled last.
    pub polled: Option<Timestamp>,
    /// What became of it.
    pub decision: Decision,
}

/// Everything that sign-in gave out.
#[derive(Debug)]
pub struct Grants {
    /// Sign-ins under way.
    pub flows: BTreeMap<String, Flow>,
    /// Codes.
    pub codes: BTreeMap<String, Code>,
    /// Access tokens.
    pub access: BTreeMap<String, Token>,
    /// Refresh tokens.
    pub refresh: BTreeMap<String, Refresh>,
    /// Device codes.
    pub devices: BTreeMap<String, Device>,
    /// Consents: client and user to scopes.
    pub consents: BTreeMap<(String, String), BTreeSet<String>>,
    /// Application permissions of the practice registration.
    pub app_roles: BTreeSet<String>,
    /// Scopes that consent silently leaves out, to play a partial consent.
    pub withheld_scopes: BTreeSet<String>,
    /// A refresh token works once instead of staying valid beside its successor.
    pub refresh_single_use: bool,
}

impl Default for Grants {
    fn default() -> Self {
        Self {
            flows: BTreeMap::new(),
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            devices: BTreeMap::new(),
            consents: BTreeMap::new(),
            app_roles: APP_ROLES.iter().map(|role| (*role).to_owned()).collect(),
            withheld_scopes: BTreeSet::new(),
            refresh_single_use: false,
        }
    }
}
