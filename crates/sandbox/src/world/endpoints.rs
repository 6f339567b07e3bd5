//! Where everything listens and how to get in: the first line of `usher sandbox --json`.

use serde::Serialize;

/// All addresses and practice credentials. Serialises to one JSON object with exactly these fields.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoints {
    /// Entra sign-in root, without a tenant.
    pub login: String,
    /// Graph root, without `/v1.0`.
    pub graph: String,
    /// GoTo sign-in root.
    pub goto_auth: String,
    /// GoTo API root.
    pub goto_api: String,
    /// SCIM base URL of the chosen dialect.
    pub scim: String,
    /// The Organization Center page.
    pub organization_center: String,
    /// The web server of the practice domain.
    pub web: String,
    /// The portal page.
    pub portal: String,
    /// The control endpoint.
    pub control: String,
    /// The DNS server, `host:port`, UDP and TCP.
    pub dns: String,
    /// The practice tenant and its app registration.
    pub entra: EntraClient,
    /// The practice GoTo organisation and its OAuth client.
    pub goto: GotoClient,
    /// The GoTo application of the tenant.
    pub application: Application,
    /// A bearer token for the SCIM endpoint.
    pub scim_token: String,
}

/// The practice tenant and its app registration.
#[derive(Debug, Clone, Serialize)]
pub struct EntraClient {
    /// Client id of the app registration (public client, and confidential with the secret).
    pub client_id: String,
    /// Its secret, for client credentials.
    pub client_secret: String,
    /// The tenant.
    pub tenant_id: String,
    /// Accounts that can sign in, an administrator first.
    pub users: Vec<PracticeUser>,
    /// The administrator's user name.
    pub user_name: String,
    /// The administrator's password.
    pub password: String,
}

/// An account that can sign in.
#[derive(Debug, Clone, Serialize)]
pub struct PracticeUser {
    /// User principal name.
    pub user_name: String,
    /// Password.
    pub password: String,
    /// Directory role, or `None`.
    pub role: String,
}

/// The practice GoTo organisation's OAuth client.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GotoClient {
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: String,
    /// The organisation administrator's user name.
    pub user_name: String,
    /// The organisation administrator's password.
    pub password: String,
    /// The redirect URIs that the client has registered.
    pub redirect_uris: Vec<String>,
}

/// The GoTo application of the tenant. Empty when it was not added yet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Application {
    /// Object id of the service principal.
    pub service_principal_id: String,
    /// Client id of the application.
    pub app_id: String,
    /// Its name.
    pub display_name: String,
}
