//! Every operation of the product, neutral of the host that offers it.
//!
//! [`App`] is the application; the bridge table in `bridge` names every command, its request and its response. A
//! host translates arguments and results, nothing more.

mod access;
pub mod accounts;
pub mod app;
pub mod application;
pub mod approval;
pub mod audit;
mod bindings;
mod bridge;
mod catalogue;
mod clock;
pub mod connect;
pub mod connection_file;
pub mod connections;
pub mod domain;
mod draft;
pub mod drift;
pub mod dto;
pub mod entra;
pub mod everyone;
pub mod export;
pub mod health;
pub mod language;
pub mod links;
mod loaded;
pub mod mapping_check;
pub mod mapping_diff;
pub mod mapping_files;
pub mod mapping_trial;
pub mod mappings;
pub mod notice;
pub mod operate;
pub mod pending;
pub mod people;
pub mod population;
pub mod practice;
pub mod preview;
mod problem;
mod report;
pub mod ring;
mod rows;
mod running;
mod schedule;
pub mod scoping;
pub mod scoping_help;
pub mod scoping_trial;
pub mod scoping_why;
pub mod seats;
pub mod settings;
pub mod sign_in;
pub mod steps;
mod switched_off;
mod trial;
pub mod why;

pub use app::{App, OpenBrowser, Options};
pub use bindings::{NAMES, typescript};
pub use catalogue::{has, words};
pub use clock::Clock;
