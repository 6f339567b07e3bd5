//! Ids as newtypes: an object id of a service principal cannot be passed where a user's is wanted.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as Graph spells it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// Object id of a user.
    UserId;
    /// Object id of a group.
    GroupId;
    /// Id of a tenant (the `organization` object).
    TenantId;
    /// Object id of an application registration; not its `appId`.
    ApplicationId;
    /// The client id (`appId`) that an application and its service principal share.
    AppId;
    /// Object id of a service principal; synchronization paths accept only this one.
    ServicePrincipalId;
    /// Id of a gallery entry (`applicationTemplate`).
    ApplicationTemplateId;
    /// Id of an app role that a service principal declares.
    AppRoleId;
    /// Id of an app role assignment; opaque.
    AssignmentId;
    /// Id of a synchronization template; may differ from its `factoryTag`.
    SyncTemplateId;
    /// Id of a synchronization job; opaque, contains dots.
    JobId;
    /// Id of a synchronization rule of a job's schema.
    RuleId;
}

/// The app role id of "Default Access", right only when the application declares no role of its own
/// (Microsoft Learn, `appRoleAssignment` resource type).
pub const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

impl AppRoleId {
    /// The all-zero role, "Default Access".
    pub fn default_access() -> Self {
        Self(DEFAULT_ACCESS.to_owned())
    }

    /// Whether this is "Default Access".
    pub fn is_default_access(&self) -> bool {
        self.0 == DEFAULT_ACCESS
    }
}
