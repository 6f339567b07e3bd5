//! OAuth 2.0 for both clouds, the loopback listener, tokens and the vault.
