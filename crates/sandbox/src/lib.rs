//! A complete practice world on loopback: strict, seeded, with faults as data.
//!
//! One process, each service on its own port: Entra sign-in, Microsoft Graph, GoTo sign-in, the GoTo API, the
//! Organization Center, a DNS server, a web server, a portal page and a control endpoint. It validates like a
//! suspicious provider and shares no wire type or client code with the rest of the product, so that a mistake cannot
//! hide on both sides.

pub mod control;
pub mod domain;
pub mod entra;
pub mod goto;
pub mod graph;
pub mod login;
pub mod portal;
pub mod service;
pub mod world;

pub use world::{ClockMode, Dialect, Endpoints, Options, Running, StartError, World, start};
