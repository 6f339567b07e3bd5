//! `usher`, the terminal host.

fn main() {}
