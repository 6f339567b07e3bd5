//! What crosses the bridge: plain requests and responses, and nothing else.
//!
//! Every type here derives its TypeScript twin. Sentences never cross as text: they cross as a [`Message`], a stable
//! id with typed arguments, which the one catalogue (`messages/en.ftl`) turns into words in window and terminal alike.
//! Secrets cross inward only, as [`SecretInput`].

mod accounts;
mod connection;
mod editing;
mod export;
mod message;
mod notice;
mod operate;
mod pending;
mod preview;
mod ring;
mod scoping;
mod seats;
mod set_up;
mod tenant;

pub use accounts::*;
pub use connection::*;
pub use editing::*;
pub use export::*;
pub use message::*;
pub use notice::*;
pub use operate::*;
pub use pending::*;
pub use preview::*;
pub use ring::*;
pub use scoping::*;
pub use seats::*;
pub use set_up::*;
pub use tenant::*;
