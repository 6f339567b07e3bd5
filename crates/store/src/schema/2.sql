-- Who is in which group, both ways round, by numbers: a large tenant has a million memberships. What was read before
-- kept members inside of the groups' rows, so everything is read once more. Links stay.
DELETE FROM source_row;
DELETE FROM watermark;
CREATE TABLE source_id (
  number INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE
);
CREATE TABLE source_member (
  team   INTEGER NOT NULL,
  member INTEGER NOT NULL,
  PRIMARY KEY (team, member)
) WITHOUT ROWID;
CREATE INDEX source_member_of ON source_member (member, team);

-- Whoever was let go (unassigned, filtered out) is no longer managed: nothing that happens to that person later counts.
ALTER TABLE link ADD COLUMN managed INTEGER NOT NULL DEFAULT 1;

-- Objects that could not be brought in step. They are looked at again when they are due, even if nothing changes.
CREATE TABLE retry (
  kind     TEXT NOT NULL,
  source   TEXT NOT NULL,
  failures INTEGER NOT NULL,
  since    TEXT NOT NULL,
  due      TEXT NOT NULL,
  code     TEXT NOT NULL,
  PRIMARY KEY (kind, source)
) WITHOUT ROWID;
CREATE INDEX retry_due ON retry (due);
