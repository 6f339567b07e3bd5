//! Domain verification: the TXT record as several resolvers see it, and the file on the domain's web server.
//!
//! GoTo shows a code such as `goto-verification-code=...` and looks for it either in a TXT record of the domain or in
//! a text file at its web root (Microsoft Learn, "Configure GoTo for automatic user provisioning"). GoTo has no
//! interface for this, so Usher looks itself and shows what each resolver answered.

mod dns;
mod verdict;
mod web;

pub use dns::{Answer, DnsFailure, Lookup, Resolver, Resolvers, TxtRecord, look_up};
pub use verdict::{Note, Verdict, VerdictCode, verdict};
pub use web::{Reach, WebAnswer, WebFailure, WebNote, check_file};
