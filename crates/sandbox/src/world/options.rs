//! How a practice world is started.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ClockMode;

/// The services, each on a port of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Entra sign-in.
    Login,
    /// Microsoft Graph.
    Graph,
    /// GoTo sign-in.
    GotoAuth,
    /// The GoTo API: SCIM and Admin API.
    GotoApi,
    /// The GoTo Organization Center page.
    OrganizationCenter,
    /// The web server of the practice domain.
    Web,
    /// The Entra portal page.
    Portal,
    /// Changes the world from outside.
    Control,
}

impl Service {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::Graph,
        Self::GotoAuth,
        Self::GotoApi,
        Self::OrganizationCenter,
        Self::Web,
        Self::Portal,
        Self::Control,
    ];
}

/// The SCIM dialect that the practice GoTo speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialect {
    /// GoTo's own, at `/identity/v1`.
    #[default]
    #[serde(rename = "goto-v1")]
    GotoV1,
    /// RFC 7644, at `/scim/v2`.
    #[serde(rename = "scim2")]
    Scim2,
}

/// How a practice world is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The same seed makes the same people, groups and ids.
    pub seed: u64,
    /// How many people exist, besides the administrators.
    pub users: usize,
    /// How many groups exist.
    pub groups: usize,
    /// The SCIM dialect of GoTo.
    pub dialect: Dialect,
    /// How time passes.
    pub clock: ClockMode,
    /// Requests that the GoTo API answers in any second; none means no limit.
    pub goto_rate: Option<u32>,
    /// How long a new service principal stays invisible: whichever of the virtual and the real clock gets there first.
    pub replication_delay_ms: u64,
    /// Whether the GoTo application was already added from the gallery, with people and groups assigned.
    pub application: bool,
    /// Whether the tenant also has an instance of the retired GoToMeeting application.
    pub retired_application: bool,
    /// Redirect URIs of the practice app registration. Any port matches, paths are matched exactly.
    pub entra_redirect_uris: Vec<String>,
    /// Fixed ports; 0 or absent means any free one.
    pub ports: BTreeMap<Service, u16>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            users: 60,
            groups: 6,
            dialect: Dialect::default(),
            clock: ClockMode::Ticking,
            goto_rate: Some(10),
            replication_delay_ms: 0,
            application: true,
            retired_application: false,
            entra_redirect_uris: vec!["http://localhost".into()],
            ports: BTreeMap::new(),
        }
    }
}
