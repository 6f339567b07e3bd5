-- What a person decided about accounts and groups that were at the service provider before Usher.
CREATE TABLE decision (
  kind   TEXT NOT NULL,
  target TEXT NOT NULL,
  choice TEXT NOT NULL CHECK (choice IN ('adopt', 'leave', 'later')),
  who    TEXT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (kind, target)
) WITHOUT ROWID;
