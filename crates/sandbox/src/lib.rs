//! A complete practice world on loopback: strict, seeded, with faults as data.
