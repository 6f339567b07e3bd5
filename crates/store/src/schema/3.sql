-- Deletes that wait for their day, or that an administrator took back. A row lives no longer than its link: with the
-- account, what was to become of it is gone.
CREATE TABLE pending_delete (
  kind    TEXT NOT NULL,
  source  TEXT NOT NULL,
  display TEXT NOT NULL,
  code    TEXT NOT NULL,
  since   TEXT NOT NULL,
  due     TEXT NOT NULL,
  kept_by TEXT,
  kept_at TEXT,
  PRIMARY KEY (kind, source),
  FOREIGN KEY (kind, source) REFERENCES link (kind, source) ON DELETE CASCADE
) WITHOUT ROWID;
