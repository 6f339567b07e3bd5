//! The connection file: one revision of a connection as TOML that people review, keep and run.
//!
//! [`parse`] reports everything that is wrong in one pass, with line and column; [`print()`] writes the canonical,
//! commented form, which parses to the same [`Connection`]. `docs/connection-file.md` describes every key. No secret
//! is in the file: secrets are references ([`usher_runner::config::SecretRef`]).

mod defaults;
mod mapping;
mod print;
mod problem;
mod reader;
mod sections;
mod sentences;
mod values;

use usher_runner::config::{Connection, SecretRef};

pub use defaults::new_connection;
pub use print::print;
pub use problem::{Problem, ProblemKind};
pub(crate) use values::{is_host, is_mail_address, is_tenant};

use reader::Reader;

/// A file that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub connection: Connection,
    /// What deserves a look: for example what the local runner cannot evaluate yet. In the order of the file.
    pub warnings: Vec<Problem>,
}

/// Reads a connection file, or says everything that is wrong with it, in the order of the file.
pub fn parse(text: &str) -> Result<Parsed, Vec<Problem>> {
    let mut reader = Reader::new(text);
    let connection = match reader.document() {
        Some(document) => sections::connection(&mut reader, &document),
        None => None,
    };
    let (errors, warnings) = reader.finish();
    match connection {
        Some(connection) if errors.is_empty() => Ok(Parsed { connection, warnings }),
        _ => Err(errors),
    }
}

/// The keys of a connection whose secret would be read from this computer's environment or files.
///
/// The window refuses a file with any: someone else's file must not choose what is read here. The terminal accepts
/// them, because there the person names the file on purpose.
pub fn local_references(connection: &Connection) -> Vec<&'static str> {
    let secrets = [
        ("source.client_secret", connection.source.client_secret.as_ref()),
        ("target.token", connection.target.token.as_ref()),
        ("notice.smtp.password", connection.notice.smtp.as_ref().and_then(|smtp| smtp.password.as_ref())),
    ];
    let is_local = |reference: &SecretRef| matches!(reference, SecretRef::Env(_) | SecretRef::File(_));
    secrets.into_iter().filter(|(_, secret)| secret.is_some_and(is_local)).map(|(key, _)| key).collect()
}
