//! Tests of the handlers, without a server.
