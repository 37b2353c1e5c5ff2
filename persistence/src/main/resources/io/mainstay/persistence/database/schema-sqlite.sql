-- Schema 1, SQLite. journal, tags and snapshots have the columns of akka-persistence-jdbc 5.2.
CREATE TABLE schema_version (
  version    INTEGER PRIMARY KEY,
  created_at INTEGER NOT NULL -- milliseconds since 1970, as every *_at
);

-- AUTOINCREMENT: an ordering is never used again, so a projection's offset stays true.
CREATE TABLE journal (
  ordering           INTEGER PRIMARY KEY AUTOINCREMENT,
  persistence_id     TEXT    NOT NULL,
  sequence_number    INTEGER NOT NULL,
  deleted            INTEGER NOT NULL DEFAULT 0,
  writer             TEXT    NOT NULL,
  write_timestamp    INTEGER NOT NULL,
  adapter_manifest   TEXT    NOT NULL,
  event_ser_id       INTEGER NOT NULL,
  event_ser_manifest TEXT    NOT NULL,
  event_payload      BLOB    NOT NULL, -- UTF-8 JSON where event_ser_id is 182001
  meta_ser_id        INTEGER,
  meta_ser_manifest  TEXT,
  meta_payload       BLOB,
  UNIQUE (persistence_id, sequence_number)
);

CREATE TABLE tags (
  event_id INTEGER NOT NULL REFERENCES journal (ordering) ON DELETE CASCADE,
  tag      TEXT    NOT NULL,
  PRIMARY KEY (event_id, tag)
);

CREATE TABLE snapshots (
  persistence_id        TEXT    NOT NULL,
  sequence_number       INTEGER NOT NULL,
  created               INTEGER NOT NULL,
  snapshot_ser_id       INTEGER NOT NULL,
  snapshot_ser_manifest TEXT    NOT NULL,
  snapshot_payload      BLOB    NOT NULL,
  meta_ser_id           INTEGER,
  meta_ser_manifest     TEXT,
  meta_payload          BLOB,
  PRIMARY KEY (persistence_id, sequence_number)
);

-- An upload in progress, or finished a short while ago (sha256 set), so that a lost answer can be
-- asked for again. content_id names its chunks.
CREATE TABLE blob_upload (
  content_id INTEGER PRIMARY KEY AUTOINCREMENT,
  upload_id  TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  next_chunk INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  sha256     TEXT
);

CREATE TABLE blob (
  sha256     TEXT    PRIMARY KEY,
  content_id INTEGER NOT NULL UNIQUE,
  bytes      INTEGER NOT NULL,
  touched_at INTEGER NOT NULL -- last time it was stored; collection waits a grace period from here
);

CREATE TABLE blob_chunk (
  content_id  INTEGER NOT NULL,
  chunk_index INTEGER NOT NULL,
  data        BLOB    NOT NULL,
  PRIMARY KEY (content_id, chunk_index)
);

CREATE TABLE blob_reference (
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  owner  TEXT NOT NULL, -- id of the session that needs it
  PRIMARY KEY (sha256, owner)
);
CREATE INDEX blob_reference_owner ON blob_reference (owner);

-- Where each event is and what it follows from; rebuilt from the journal at any time.
CREATE TABLE cause_index (
  event_id        TEXT    PRIMARY KEY,
  cause_id        TEXT    NOT NULL,
  root_id         TEXT    NOT NULL,
  persistence_id  TEXT    NOT NULL,
  sequence_number INTEGER NOT NULL,
  ordering        INTEGER NOT NULL
);
CREATE INDEX cause_index_root ON cause_index (root_id);
CREATE INDEX cause_index_cause ON cause_index (cause_id);
CREATE INDEX cause_index_entity ON cause_index (persistence_id);

CREATE TABLE projection_offset (
  name     TEXT    PRIMARY KEY,
  ordering INTEGER NOT NULL
);
