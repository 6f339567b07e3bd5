//! The client against small servers that misbehave on purpose, and against one that is not ours.

mod client;
mod created;
mod domain;
mod names;
mod probe;
mod scim2_server;
mod stage;
mod versions;
