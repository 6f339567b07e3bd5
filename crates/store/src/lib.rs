//! One connection's memory in SQLite: revisions, links, journal, watermarks, provisioning log.
