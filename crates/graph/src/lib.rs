//! The Microsoft Graph client: only the calls that Usher makes.
//!
//! Collections are followed to the end and come with proof of it ([`Complete`]); links to another origin are refused
//! before anything is sent; throttling and passing failures are waited out within bounds ([`Retry`]); dropping a
//! future cancels its call. Errors carry what support asks for: code, message and request ids.

mod application;
mod assignment;
mod directory;
mod error;
mod http;
mod ids;
mod page;
mod people;
mod provisioning_log;
mod retry;
mod sync;

pub use application::{
    AppRole, Application, ApplicationTemplate, Instantiated, Patience, ServicePrincipal, pick_role,
};
pub use assignment::{AppRoleAssignment, PrincipalKind};
pub use directory::{
    AssignedPlan, DirectoryRole, Me, Organization, PREMIUM_PLANS, ServicePlan, SubscribedSku, VerifiedDomain,
    roles,
};
pub use error::{GraphError, GraphErrorKind};
pub use http::Graph;
pub use ids::*;
pub use page::{Closed, Complete, DeltaLink, Items, Pages};
pub use people::{
    Change, Group, GroupChange, MANAGER_DELTA, Member, MemberChange, MemberKind, Properties, RemovedReason,
    User,
};
pub use provisioning_log::{Identity, LogEntry, LogError, LogFilter, LogStatus, LogStep, ModifiedProperty};
pub use retry::Retry;
pub use sync::*;
