-- How many links there are. Every cycle asks, and counting would read all of them.
CREATE TABLE link_count (
  kind   TEXT NOT NULL,
  active INTEGER NOT NULL,
  links  INTEGER NOT NULL,
  PRIMARY KEY (kind, active)
) WITHOUT ROWID;
INSERT INTO link_count (kind, active, links) SELECT kind, active, count(*) FROM link GROUP BY kind, active;
CREATE TRIGGER link_made AFTER INSERT ON link BEGIN
  INSERT INTO link_count (kind, active, links) VALUES (NEW.kind, NEW.active, 1)
    ON CONFLICT (kind, active) DO UPDATE SET links = links + 1;
END;
CREATE TRIGGER link_gone AFTER DELETE ON link BEGIN
  UPDATE link_count SET links = links - 1 WHERE kind = OLD.kind AND active = OLD.active;
END;
CREATE TRIGGER link_turned AFTER UPDATE OF active ON link WHEN NEW.active <> OLD.active BEGIN
  UPDATE link_count SET links = links - 1 WHERE kind = OLD.kind AND active = OLD.active;
  INSERT INTO link_count (kind, active, links) VALUES (NEW.kind, NEW.active, 1)
    ON CONFLICT (kind, active) DO UPDATE SET links = links + 1;
END;
CREATE TRIGGER link_kind BEFORE UPDATE OF kind ON link BEGIN
  SELECT RAISE(ABORT, 'the kind of a link never changes');
END;

-- Few: whoever is assigned again is looked for among these.
CREATE INDEX link_unmanaged ON link (kind, source) WHERE managed = 0;

-- A plan about everybody is megabytes long. In the same row, it would be read to find any other plan by its hash.
CREATE TABLE plan_content (
  number INTEGER PRIMARY KEY,
  hash   TEXT NOT NULL UNIQUE REFERENCES plan (hash) ON DELETE CASCADE,
  body   TEXT NOT NULL
);
INSERT INTO plan_content (hash, body) SELECT hash, body FROM plan WHERE body != '';
ALTER TABLE plan DROP COLUMN body;
