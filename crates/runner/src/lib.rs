//! Joins the engine with Graph, GoTo and the store; the scheduler; both runners.

pub mod config;
