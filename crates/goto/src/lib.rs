//! GoTo and generic SCIM client, its dialects and probes, the Admin API and the domain check.
