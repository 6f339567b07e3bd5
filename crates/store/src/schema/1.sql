-- One row: whose memory this is.
CREATE TABLE connection (
  only       INTEGER PRIMARY KEY CHECK (only = 1),
  id         TEXT NOT NULL,
  world      TEXT NOT NULL CHECK (world IN ('live', 'practice')),
  created_at TEXT NOT NULL,
  draft      INTEGER REFERENCES revision (number),
  live       INTEGER REFERENCES revision (number),
  base       INTEGER REFERENCES revision (number)
);
CREATE TRIGGER connection_world BEFORE UPDATE OF id, world ON connection
  BEGIN SELECT RAISE(ABORT, 'id and world never change'); END;

-- Append-only.
CREATE TABLE revision (
  number     INTEGER PRIMARY KEY,
  created_at TEXT NOT NULL,
  note       TEXT NOT NULL,
  content    TEXT NOT NULL,
  hash       TEXT NOT NULL
);
CREATE TRIGGER revision_kept BEFORE UPDATE ON revision
  BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;
CREATE TRIGGER revision_stays BEFORE DELETE ON revision
  BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END;

CREATE TABLE link (
  kind   TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  origin TEXT NOT NULL,
  active INTEGER NOT NULL,
  key    TEXT,
  PRIMARY KEY (kind, source)
) WITHOUT ROWID;
CREATE UNIQUE INDEX link_target ON link (kind, target);

CREATE TABLE run (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  cycle   TEXT NOT NULL,
  runner  TEXT NOT NULL,
  began   TEXT NOT NULL,
  ended   TEXT,
  outcome TEXT,
  counts  TEXT,
  plan    TEXT
);

-- Append-only; the latest row of a unit counts.
CREATE TABLE journal (
  number       INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL REFERENCES run (id),
  operation    INTEGER NOT NULL,
  part         INTEGER NOT NULL,
  state        TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  key          TEXT,
  precondition TEXT,
  payload      TEXT NOT NULL,
  at           TEXT NOT NULL
);
CREATE INDEX journal_unit ON journal (run, operation, part, number);
CREATE TRIGGER journal_kept BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE source_row (
  kind TEXT NOT NULL,
  id   TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE watermark (
  kind       TEXT PRIMARY KEY,
  delta_link TEXT NOT NULL,
  taken_at   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE log (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  at      TEXT NOT NULL,
  run     INTEGER,
  kind    TEXT NOT NULL,
  action  TEXT NOT NULL,
  status  TEXT NOT NULL,
  source  TEXT,
  target  TEXT,
  display TEXT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX log_at ON log (at);
CREATE INDEX log_run ON log (run, number);
CREATE INDEX log_status ON log (status, number);
CREATE INDEX log_action ON log (action, number);
CREATE INDEX log_source ON log (source, number);
CREATE INDEX log_target ON log (target, number);

CREATE TABLE plan (
  hash    TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  body    TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE approval (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  plan    TEXT NOT NULL REFERENCES plan (hash),
  who     TEXT NOT NULL,
  at      TEXT NOT NULL,
  typed   INTEGER,
  used_by INTEGER REFERENCES run (id)
);
CREATE INDEX approval_plan ON approval (plan);

-- Append-only.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at     TEXT NOT NULL,
  who    TEXT NOT NULL,
  action TEXT NOT NULL,
  ticket TEXT,
  plan   TEXT,
  body   TEXT NOT NULL
);
CREATE TRIGGER audit_kept BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

CREATE TABLE state (
  key  TEXT PRIMARY KEY,
  body TEXT NOT NULL
) WITHOUT ROWID;
