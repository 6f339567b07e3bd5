//! One connection's memory in SQLite: revisions, links, journal, watermarks, provisioning log.
//!
//! A connection is a folder with one database. [`DataFolder`] finds, makes and removes connections; [`Store`] is one
//! open connection. Calls block: callers on an async runtime use its blocking threads. What several processes may do
//! at once is decided by [`RunLock`], not here: readers and writers of one database never hurt each other.

mod audit;
mod database;
mod decisions;
mod error;
mod folder;
mod journal;
mod links;
mod lock;
mod log;
mod members;
mod pending;
mod plans;
mod private;
mod retry;
mod revisions;
mod runs;
mod schema;
mod source;
mod state;

pub use audit::{AuditEntry, AuditRecord};
pub use database::{Place, Store};
pub use decisions::{Choice, Decided};
pub use error::StoreError;
pub use folder::{ConnectionId, DataFolder, FoundConnection, Removal, SCHEDULE_LOCK, World};
pub use journal::JournalRecord;
pub use links::{Kind, Link, LinkOrigin};
pub use lock::{Holder, RunLock};
pub use log::{LogEntry, LogPage, LogQuery, LogRecord};
pub use members::MemberChange;
pub use pending::{Decision, Leavers, NewPendingDelete, PendingDelete};
pub use plans::{Approval, SavedPlan};
pub use private::{private_dir, private_file};
pub use retry::{Failing, Retry};
pub use revisions::{Pointers, Revision};
pub use runs::{NewRun, Run, RunId};
pub use source::{SourceChange, SourceRow, Watermark};
