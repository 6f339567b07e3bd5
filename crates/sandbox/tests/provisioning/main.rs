//! Both runners against the practice world, over real connections.

mod accounts;
mod after_cycles;
mod changes;
mod drift;
mod entra_runner;
mod failing;
mod gone;
mod guards;
mod help;
mod local_runner;
mod managers;
mod pending;
mod request_counts;
mod rings;
mod sixteen;
mod stopped;
mod told;
mod unlisted;
mod versions;
