//! Errors of this room, one enum per family of operations. No variant holds a secret or a code.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Origin, OriginError};

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The authorization server no longer accepts what is stored: a person has to sign in.
    #[error("the sign-in for {origin} has ended: {reason}; sign in again")]
    SignInAgain {
        /// Where the token would have been sent.
        origin: Origin,
        /// Why, as far as the server said.
        reason: SignInAgainReason,
    },
    /// The API refused a token that cannot be renewed.
    #[error("{origin} refused the stored token; enter a new one")]
    StaticTokenRefused {
        /// Whose token it is.
        origin: Origin,
    },
    /// The authorization server could not be reached, or failed, several times.
    #[error("the sign-in service {host} could not be reached ({cause}); try again later")]
    Unreachable {
        /// Host name of the authorization server.
        host: String,
        /// What happened last.
        cause: Unreachable,
    },
    /// The authorization server refuses the client itself: wrong id or secret, or a grant that is not enabled.
    #[error(
        "the sign-in service {host} refused Usher's OAuth client ({refusal}); check the client's id, secret and permissions"
    )]
    ClientRefused {
        /// Host name of the authorization server.
        host: String,
        /// What it said.
        refusal: Refusal,
    },
    /// The reply of the token endpoint cannot be used.
    #[error("the sign-in service {host} sent an unusable reply: {problem}")]
    BadReply {
        /// Host name of the authorization server.
        host: String,
        /// What is wrong with it.
        problem: ReplyProblem,
    },
    /// The refresh token could not be read or kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The lock that keeps two processes from using one refresh token at a time could not be taken.
    #[error(
        "another Usher process has been renewing the sign-in for {waited_s} seconds; close it or try again"
    )]
    LockBusy {
        /// How long we waited.
        waited_s: u64,
    },
    /// The lock file could not be created or opened.
    #[error("the lock file {path} cannot be used: {kind}", path = path.display())]
    LockFile {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        kind: std::io::ErrorKind,
    },
}

/// Why a stored sign-in is over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInAgainReason {
    /// Nothing is stored: never signed in, or forgotten.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// Refused by the server: expired, revoked, or more proof of identity is asked for.
    #[error("{0}")]
    Refused(Refusal),
    /// The server gives no refresh token, so the sign-in lasts as long as its first access token.
    #[error("the sign-in service gave no refresh token")]
    NoRefreshToken,
    /// The stored text is not one that this version wrote.
    #[error("what is stored cannot be read")]
    Unreadable,
}

/// Why signing in did not work. Nothing is stored when one of these comes back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Another program holds the port of the redirect URI, on one or both loopback addresses.
    #[error("port {port} is in use by another program; close it, or use the spare address {spare}", spare = .spares.first().map_or("(none left)", String::as_str))]
    PortTaken {
        /// The port.
        port: u16,
        /// The other registered redirect URIs, in order.
        spares: Vec<String>,
    },
    /// The loopback listener could not be opened for another reason.
    #[error("Usher cannot wait for the browser on this computer: {kind}")]
    Listener {
        /// The operating system's reason.
        kind: std::io::ErrorKind,
    },
    /// The redirect URI is not an address of this computer with a port.
    #[error("{uri} cannot be used as a redirect URI; it must look like http://localhost:47113/goto/callback")]
    BadRedirect {
        /// The value as typed.
        uri: String,
    },
    /// Cancelled in Usher.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The browser did not come back.
    #[error("the browser did not come back within {} minutes; sign in again and finish in the browser", waited.as_secs().div_ceil(60))]
    TimedOut {
        /// How long we waited.
        waited: Duration,
    },
    /// The person, or a policy, said no.
    #[error(
        "access was denied in the browser ({refusal}); sign in again and accept, or ask an administrator to"
    )]
    Denied {
        /// What the server said.
        refusal: Refusal,
    },
    /// Refused for another reason.
    #[error("{host} refused the sign-in ({refusal})")]
    Refused {
        /// Host name of the authorization server.
        host: String,
        /// What it said.
        refusal: Refusal,
    },
    /// The client's id or secret is wrong, or it may not use this grant.
    #[error("{host} refused Usher's OAuth client ({refusal}); check the client's id and secret")]
    ClientRefused {
        /// Host name of the authorization server.
        host: String,
        /// What it said.
        refusal: Refusal,
    },
    /// The answer names another authorization server than the one asked (RFC 9207 section 2.4).
    #[error("the answer in the browser did not come from {host}; nothing was accepted")]
    WrongIssuer {
        /// Host name of the authorization server that was asked.
        host: String,
    },
    /// The device code ran out before somebody entered it.
    #[error("the code has expired; ask for a new one")]
    CodeExpired,
    /// This authorization server has no sign-in by device code.
    #[error("{host} offers no sign-in by code")]
    NoDeviceCode {
        /// Host name of the authorization server.
        host: String,
    },
    /// The authorization server could not be reached.
    #[error("the sign-in service {host} could not be reached ({cause}); check the network and try again")]
    Unreachable {
        /// Host name of the authorization server.
        host: String,
        /// What happened last.
        cause: Unreachable,
    },
    /// A reply of the authorization server cannot be used.
    #[error("the sign-in service {host} sent an unusable reply: {problem}")]
    BadReply {
        /// Host name of the authorization server.
        host: String,
        /// What is wrong with it.
        problem: ReplyProblem,
    },
}

/// What an authorization server said when it refused (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The `error` code, cleaned and cut; the only part that logic may branch on.
    pub error: String,
    /// `AADSTS` numbers. Microsoft may change them: they choose a hint, never a decision.
    pub aadsts: Vec<u32>,
    /// Microsoft's correlation id, for a support request.
    pub correlation_id: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.error)
    }
}

/// How reaching a server failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// No connection: no network, unknown host, refused, or a broken TLS handshake.
    #[error("no connection")]
    NoConnection,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke, or the reply is not HTTP.
    #[error("the connection broke")]
    Broken,
    /// The server answered that it cannot serve at present (429 or 5xx).
    #[error("it answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
}

/// What is wrong with a reply of an authorization server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyProblem {
    /// A redirect; following one would send credentials elsewhere.
    #[error("a redirect, which is never followed")]
    Redirect,
    /// Not the JSON of RFC 6749, 8414 or 8628.
    #[error("it is not what the OAuth standards describe (status {status})")]
    NotOAuth {
        /// The HTTP status.
        status: u16,
    },
    /// Larger than any honest reply.
    #[error("it is too large")]
    TooLarge,
    /// A token type other than bearer.
    #[error("the token type is not Bearer")]
    NotBearer,
    /// The id_token does not fit this sign-in.
    #[error("the id_token's {claim} is wrong")]
    IdToken {
        /// The claim.
        claim: &'static str,
    },
    /// Metadata of another issuer than the one asked for, or with addresses elsewhere.
    #[error("its metadata names an address that is not allowed: {field}")]
    Metadata {
        /// The metadata field.
        field: &'static str,
    },
    /// An address in it cannot be used.
    #[error(transparent)]
    Address(#[from] OriginError),
}

/// Why a stored secret cannot be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keyring on this computer or in this session.
    #[error("there is no keyring service in this session")]
    Absent,
    /// The keyring is there but locked, or nothing in it may be written.
    #[error("the keyring is locked")]
    Locked,
    /// No answer in time: most likely a window is asking for the keyring's password.
    #[error("the keyring has not answered for {waited:?}; it may be waiting for its password")]
    Waiting {
        /// How long we waited.
        waited: Duration,
    },
    /// The secret is longer than we keep.
    #[error("the secret has {bytes} bytes; at most {limit} can be stored")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The stored entry is damaged: parts are missing or do not fit together.
    #[error("the stored entry is damaged; store it again")]
    Damaged,
    /// The entry read back differs from what was written; the old one still stands.
    #[error("the keyring did not keep what was written")]
    NotKept,
    /// A name with characters that could make two keys equal.
    #[error("this name cannot be used for an entry in the keyring")]
    BadName,
    /// The keyring failed in another way; the text is the platform's and holds no secret.
    #[error("the keyring failed: {0}")]
    Other(String),
}
