//! GoTo and generic SCIM client, its dialects and probes, the Admin API and the domain check.
//!
//! [`ServiceProvider`] speaks both dialects; what differs between servers is data, a [`Capabilities`] record that
//! [`ServiceProvider::probe`] finds out. Reads are followed to the end with proof ([`Complete`]), paced and repeated
//! within bounds. Writes are sent once: whoever plans them decides what follows, told by [`GotoError`] whether the
//! request was certainly not processed or the outcome is unknown.

mod admin;
mod body;
mod capabilities;
mod connection_test;
pub mod domain;
mod error;
mod list;
mod members;
mod pacer;
mod probe;
mod proof;
mod resource;
mod schema;
mod service_provider;
mod transport;
mod value;
mod writes;

pub use admin::{Account, Admin, AdminMe, Licence};
pub use capabilities::{Capabilities, Dialect, FilterSupport, MemberPatch, Support};
pub use connection_test::{Check, CheckName, CheckOutcome, Diagnosis, test_connection};
pub use error::{Class, GotoError, Outcome};
pub use list::Complete;
pub use members::{Member, MemberKind};
pub use pacer::{Pacer, Window};
pub use probe::{Probe, ProbeEvidence, ProbeOutcome};
pub use resource::{Kind, Resource, ScimId};
pub use service_provider::ServiceProvider;
pub use transport::Retry;
pub use value::{Value, Write};
