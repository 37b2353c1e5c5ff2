package io.mainstay.persistence.journal;

/**
 * Something wrong with the journal.
 *
 * @param persistenceId which entity, or empty
 * @param sequenceNr of which event, or 0
 */
public record JournalFinding(Kind kind, String persistenceId, long sequenceNr, String message) {
  /** Kinds of finding. */
  public enum Kind {
    /** A sequence number is missing. */
    SEQUENCE_GAP,
    /** Two incarnations of an entity wrote at the same time, or rows changed places. */
    DUPLICATE_WRITER,
    /** A row does not have its checksum. */
    CHECKSUM,
    /** An event that cannot follow on those before it. */
    UNFOLDABLE,
    /** A snapshot that cannot be read, or that is not what the events make. */
    SNAPSHOT,
    /** A row that this release cannot read. */
    UNDECODABLE,
    /** An event names a cause that is not in the journal. */
    MISSING_CAUSE,
    /** An event names a blob that is not there. */
    MISSING_BLOB,
    /** A blob's bytes are not those that were stored. */
    CORRUPT_BLOB,
    /** The cause index lacks an event that it should have; reindex. */
    NOT_INDEXED,
    /** The database file itself. */
    DATABASE
  }
}
