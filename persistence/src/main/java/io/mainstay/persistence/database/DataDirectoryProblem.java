package io.mainstay.persistence.database;

/** Why a data directory or its database cannot be used, and what to do about it. */
public final class DataDirectoryProblem extends Exception {
  private static final long serialVersionUID = 1L;

  /** Kinds of problem, for callers that react differently. */
  public enum Kind {
    /** Another process holds it. */
    IN_USE,
    NOT_A_DIRECTORY,
    MISSING,
    PERMISSION_DENIED,
    READ_ONLY,
    DISK_FULL,
    /** The database is another program's. */
    FOREIGN_DATABASE,
    CORRUPT_DATABASE,
    /** Written by a later release. */
    NEWER_SCHEMA,
    /** Anything else the operating system or the database said. */
    FAILED
  }

  private final Kind kind;
  private final String remedy;

  /** A problem; the message says what was asked and why it cannot be. */
  public DataDirectoryProblem(Kind kind, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** What kind. */
  public Kind kind() {
    return kind;
  }

  /** What the user can do. */
  public String remedy() {
    return remedy;
  }
}
