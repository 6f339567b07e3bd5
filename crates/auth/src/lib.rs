//! OAuth 2.0 for both clouds, the loopback listener, tokens and the vault.
//!
//! Everything that holds or moves a secret is here. Two rules shape it: a secret is a [`Secret`],
//! which cannot be printed or saved, and it belongs to one [`Origin`], the only place it is sent to.
//!
//! - Sign-in: a [`Provider`] says how a cloud works, [`Attempt`] runs one sign-in in the browser
//!   ([`DeviceAttempt`] without one) and gives a [`Grant`].
//! - Tokens: the API clients ask a [`TokenSource`]: [`Session`] (a stored sign-in),
//!   [`ClientCredentials`] or [`StaticToken`].
//! - Storage: the [`Vault`] is the system's keyring; [`SecretReference`] is the headless way.

mod attempt;
mod client_credentials;
mod device;
mod error;
mod freshness;
mod grant;
mod http;
mod id_token;
mod listener;
mod lock;
mod metadata;
mod origin;
mod page;
mod provider;
mod reference;
mod secret;
mod session;
mod token;
mod vault;
mod wire;

pub use attempt::{Attempt, AttemptOptions, Prompt};
pub use client_credentials::ClientCredentials;
pub use device::DeviceAttempt;
pub use error::{Refusal, ReplyProblem, SignInAgainReason, SignInError, TokenError, Unreachable, VaultError};
pub use grant::{Clock, Grant};
pub use http::{Http, HttpSetupError};
pub use id_token::Identity;
pub use metadata::{GOTO_ISSUER_HOSTS, IssuerHosts, discover};
pub use origin::{Origin, OriginError};
pub use page::PageTexts;
pub use provider::{
    Callback, Client, ClientAuthentication, ENTRA_CALLBACK, GOTO_CALLBACKS, IssParameter, IssuerRule,
    Provider,
};
pub use reference::{ReferenceError, SecretReference};
pub use secret::Secret;
pub use session::{Revocation, Session, SessionConfig, SessionStatus};
pub use token::{Need, StaticToken, TokenSource};
pub use vault::{Key, Purpose, SERVICE, Vault, VaultState};
