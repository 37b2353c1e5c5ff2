-- Schema 1, PostgreSQL. journal, tags and snapshots have the columns of akka-persistence-jdbc 5.2.
CREATE TABLE schema_version (
  version    INTEGER PRIMARY KEY,
  created_at BIGINT NOT NULL -- milliseconds since 1970, as every *_at
);

-- A sequence: an ordering is never used again, though it may become visible after a later one.
CREATE TABLE journal (
  ordering           BIGSERIAL PRIMARY KEY,
  persistence_id     TEXT    NOT NULL,
  sequence_number    BIGINT NOT NULL,
  deleted            BOOLEAN NOT NULL DEFAULT FALSE,
  writer             TEXT    NOT NULL,
  write_timestamp    BIGINT NOT NULL,
  adapter_manifest   TEXT    NOT NULL,
  event_ser_id       INTEGER NOT NULL,
  event_ser_manifest TEXT    NOT NULL,
  event_payload      BYTEA NOT NULL, -- UTF-8 JSON where event_ser_id is 182001
  meta_ser_id        INTEGER,
  meta_ser_manifest  TEXT,
  meta_payload       BYTEA,
  UNIQUE (persistence_id, sequence_number)
);

CREATE TABLE tags (
  event_id BIGINT NOT NULL REFERENCES journal (ordering) ON DELETE CASCADE,
  tag      TEXT    NOT NULL,
  PRIMARY KEY (event_id, tag)
);

CREATE TABLE snapshots (
  persistence_id        TEXT    NOT NULL,
  sequence_number       BIGINT NOT NULL,
  created               BIGINT NOT NULL,
  snapshot_ser_id       INTEGER NOT NULL,
  snapshot_ser_manifest TEXT    NOT NULL,
  snapshot_payload      BYTEA NOT NULL,
  meta_ser_id           INTEGER,
  meta_ser_manifest     TEXT,
  meta_payload          BYTEA,
  PRIMARY KEY (persistence_id, sequence_number)
);

-- An upload in progress, or finished a short while ago (sha256 set), so that a lost answer can be
-- asked for again. content_id names its chunks.
CREATE TABLE blob_upload (
  content_id BIGSERIAL PRIMARY KEY,
  upload_id  TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  next_chunk BIGINT NOT NULL,
  bytes      BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  sha256     TEXT
);

CREATE TABLE blob (
  sha256     TEXT    PRIMARY KEY,
  content_id BIGINT NOT NULL UNIQUE,
  bytes      BIGINT NOT NULL,
  touched_at BIGINT NOT NULL -- last time it was stored; collection waits a grace period from here
);

CREATE TABLE blob_chunk (
  content_id  BIGINT NOT NULL,
  chunk_index BIGINT NOT NULL,
  data        BYTEA NOT NULL,
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
  sequence_number BIGINT NOT NULL,
  ordering        BIGINT NOT NULL
);
CREATE INDEX cause_index_root ON cause_index (root_id);
CREATE INDEX cause_index_cause ON cause_index (cause_id);
CREATE INDEX cause_index_entity ON cause_index (persistence_id);

CREATE TABLE projection_offset (
  name     TEXT    PRIMARY KEY,
  ordering BIGINT NOT NULL
);
