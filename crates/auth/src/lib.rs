//! OAuth 2.0 for both clouds, the loopback listener, tokens and the vault.
//!
//! Everything that holds or moves a secret is here. Two rules shape it: a secret is a [`Secret`],
//! which cannot be printed or saved, and it belongs to one [`Origin`], the only place it is sent to.

mod error;
mod origin;
mod secret;
mod token;

pub use error::{Refusal, ReplyProblem, SignInAgainReason, TokenError, Unreachable, VaultError};
pub use origin::{Origin, OriginError};
pub use secret::Secret;
pub use token::{Need, StaticToken, TokenSource};
