package io.mainstay.persistence.database;

import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import java.sql.SQLException;
import java.util.Locale;
import org.sqlite.SQLiteException;

/** Names what a database says went wrong. */
final class SqlProblems {
  private SqlProblems() {}

  static DataDirectoryProblem opening(String name, SQLException e) {
    Kind kind = kind(e);
    return new DataDirectoryProblem(
        kind, "Cannot open database " + name + ": " + e.getMessage(), remedy(kind), e);
  }

  static StorageException running(SQLException e) {
    Kind kind = kind(e);
    return new StorageException(
        kind, "The database refused a statement: " + e.getMessage(), remedy(kind), e);
  }

  private static Kind kind(SQLException e) {
    if (e instanceof SQLiteException sqlite) {
      // Extended codes keep the primary one in the low byte.
      return switch (sqlite.getResultCode().code & 0xff) {
        case 3, 14 -> Kind.PERMISSION_DENIED;
        case 5, 6 -> Kind.IN_USE;
        case 8 -> Kind.READ_ONLY;
        case 11 -> Kind.CORRUPT_DATABASE;
        case 13 -> Kind.DISK_FULL;
        case 26 -> Kind.FOREIGN_DATABASE;
        default -> Kind.FAILED;
      };
    }
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("disk full") || message.contains("no space")
        ? Kind.DISK_FULL
        : Kind.FAILED;
  }

  private static String remedy(Kind kind) {
    return switch (kind) {
      case PERMISSION_DENIED -> "Give this user the file and its directory, or use another --data.";
      case IN_USE ->
          "Another program writes to it: end it, or raise "
              + DatabaseSettings.PATH
              + ".busy-timeout.";
      case READ_ONLY -> "Make the file and its file system writable.";
      case CORRUPT_DATABASE ->
          "Keep a copy of the file. Restore a backup, or save what can be read"
              + " with: sqlite3 mainstay.db .recover | sqlite3 saved.db";
      case DISK_FULL -> "Free space on that disk; intake resumes by itself.";
      case FOREIGN_DATABASE ->
          "The file is not a Mainstay database: move it away, or use another" + " --data.";
      case NOT_A_DIRECTORY, MISSING, NEWER_SCHEMA, FAILED -> "See the cause in the log.";
    };
  }
}
