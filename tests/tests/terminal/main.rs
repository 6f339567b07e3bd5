//! The terminal host against the practice world and against parties that are not ours: the built `usher` is started as a
//! person or a script would, and only what it prints, sends and leaves behind counts.

mod daemon;
mod demo;
mod drafts;
mod exported;
mod failing;
mod files;
mod golden;
mod killed;
mod leaks;
mod mapping;
mod notices;
mod on_demand;
mod peer;
mod pending;
mod quiet;
mod rings;
mod safe;
mod seats;
mod stage;
mod tester;
mod unattended;
