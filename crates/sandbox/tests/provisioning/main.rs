//! Both runners against the practice world, over real connections.

mod changes;
mod entra_runner;
mod failing;
mod guards;
mod help;
mod local_runner;
mod pending;
mod request_counts;
mod sixteen;
