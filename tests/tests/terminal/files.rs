//! Connection files for the tests.

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;
use usher_tests::sandbox::Sandbox;

/// The variables that the files below name.
pub const ENTRA_SECRET: &str = "USHER_ENTRA_SECRET";
/// The service provider's bearer token.
pub const SCIM_TOKEN: &str = "USHER_SCIM_TOKEN";

/// From the sandbox's Graph, with client credentials, to a service provider with a bearer token.
pub struct File<'a> {
    /// The connection's id.
    pub id: &'a str,
    /// The profile.
    pub profile: &'a str,
    /// The SCIM base address.
    pub base_url: &'a str,
    /// The dialect.
    pub dialect: &'a str,
    /// Whether it belongs to the practice world.
    pub practice: bool,
    /// Requests per second; 0 is no ceiling.
    pub rate: u32,
}

impl File<'_> {
    /// Its text.
    pub fn text(&self, sandbox: &Sandbox) -> String {
        let Self { id, profile, base_url, dialect, practice, rate } = self;
        let [login, graph, tenant, client, application] =
            ["/login", "/graph", "/entra/tenant_id", "/entra/client_id", "/application/service_principal_id"]
                .map(|pointer| sandbox.text(pointer));
        format!(
            r#"id = "{id}"
name = "A test"
profile = "{profile}"
practice = {practice}

[source]
login = "{login}"
graph = "{graph}"
tenant = "{tenant}"
client_id = "{client}"
client_secret = "env:{ENTRA_SECRET}"

[target]
base_url = "{base_url}"
dialect = "{dialect}"
token = "env:{SCIM_TOKEN}"

[scope]
application = "{application}"
assigned_only = true

[runner]
kind = "local"
requests_per_second = {rate}
"#
        )
    }

    /// Writes it into a folder.
    pub fn write(&self, sandbox: &Sandbox, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(format!("{}.toml", self.id));
        std::fs::write(&path, self.text(sandbox))?;
        Ok(path)
    }
}

/// Gives a command the two secrets that the file names.
pub fn with_secrets<'c>(command: &'c mut Command, sandbox: &Sandbox, token: &str) -> &'c mut Command {
    command.env(ENTRA_SECRET, sandbox.text("/entra/client_secret")).env(SCIM_TOKEN, token)
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("temporary paths are text")
}

/// A connection of the practice world whose sign-ins happen in a browser.
pub fn interactive(sandbox: &Sandbox, id: &str, redirect_port: u16) -> String {
    let [tenant, entra, goto, application] =
        ["/entra/tenant_id", "/entra/client_id", "/goto/client_id", "/application/service_principal_id"]
            .map(|pointer| sandbox.text(pointer));
    format!(
        r#"id = "{id}"
practice = true

[source]
tenant = "{tenant}"
client_id = "{entra}"

[target]
client_id = "{goto}"
redirect_port = {redirect_port}

[scope]
application = "{application}"
assigned_only = true

[runner]
requests_per_second = 0
"#
    )
}
