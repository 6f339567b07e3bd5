//! Applies a plan as a synchronous state machine and runs cycles; the outside is a few small traits.
