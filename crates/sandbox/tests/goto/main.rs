//! GoTo's side of the practice world over real connections: sign-in, domains, the control endpoint, both dialects.

mod control;
mod domains;
mod help;
mod sign_in;
mod vectors;
