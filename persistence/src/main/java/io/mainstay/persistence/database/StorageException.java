package io.mainstay.persistence.database;

import io.mainstay.persistence.database.DataDirectoryProblem.Kind;

/** A statement on the database failed after it was opened. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String remedy;

  StorageException(Kind kind, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** What kind; a full or read-only disk pauses intake. */
  public Kind kind() {
    return kind;
  }

  /** What the user can do. */
  public String remedy() {
    return remedy;
  }
}
