package io.mainstay.persistence.database;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Locale;

/**
 * Which database, and the bounds of its use.
 *
 * @param dialect sqlite, in the data directory, or postgresql
 * @param url of PostgreSQL (jdbc:postgresql://...); unused for SQLite
 * @param user of PostgreSQL
 * @param password of PostgreSQL; give it by environment variable
 * @param busyTimeout how long a writer waits for another one
 * @param journalBatch rows written in one transaction, at most
 * @param journalBuffer persists that wait in memory, at most
 * @param writerThreads connections of the journal; 1 for SQLite, which has one writer
 * @param checkpointPages pages of 4 KiB in SQLite's log before they are moved to the file
 * @param probeBytes size of the probe write that ends a pause of intake
 */
public record DatabaseSettings(
    Dialect dialect,
    String url,
    String user,
    String password,
    Duration busyTimeout,
    int journalBatch,
    int journalBuffer,
    int writerThreads,
    int checkpointPages,
    int probeBytes) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.database";

  /** The databases we have a schema for. */
  public enum Dialect {
    /** Embedded, one file. */
    SQLITE,
    /** A server. */
    POSTGRESQL
  }

  public DatabaseSettings {
    if (dialect == Dialect.POSTGRESQL && !url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          PATH + ".url is '" + url + "' but dialect postgresql needs jdbc:postgresql://HOST/NAME");
    }
    if (journalBatch < 1 || journalBuffer < journalBatch) {
      throw new IllegalArgumentException(
          PATH
              + ": journal-batch ("
              + journalBatch
              + ") must be 1 or more and journal-buffer ("
              + journalBuffer
              + ") not below it");
    }
    if (writerThreads < 1 || (dialect == Dialect.SQLITE && writerThreads != 1)) {
      throw new IllegalArgumentException(
          PATH + ".writer-threads is " + writerThreads + "; SQLite has exactly one writer");
    }
    if (checkpointPages < 100) {
      throw new IllegalArgumentException(
          PATH + ".checkpoint-pages is " + checkpointPages + "; must be 100 or more");
    }
    if (busyTimeout.isNegative() || busyTimeout.isZero() || probeBytes < 1) {
      throw new IllegalArgumentException(
          PATH
              + ": busy-timeout and probe-size must be positive, got "
              + busyTimeout
              + " and "
              + probeBytes);
    }
  }

  /** Reads {@link #PATH}. */
  public static DatabaseSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new DatabaseSettings(
        dialect(config.getString("dialect")),
        config.getString("url"),
        config.getString("user"),
        config.getString("password"),
        config.getDuration("busy-timeout"),
        config.getInt("journal-batch"),
        config.getInt("journal-buffer"),
        config.getInt("writer-threads"),
        config.getInt("checkpoint-pages"),
        Math.toIntExact(config.getBytes("probe-size")));
  }

  private static Dialect dialect(String name) {
    for (Dialect dialect : Dialect.values()) {
      if (dialect.name().toLowerCase(Locale.ROOT).equals(name)) {
        return dialect;
      }
    }
    throw new IllegalArgumentException(
        PATH + ".dialect is '" + name + "'; known are sqlite and postgresql");
  }

  @Override
  public String toString() {
    return "DatabaseSettings[" + dialect + (dialect == Dialect.SQLITE ? "" : ", " + url) + "]";
  }
}
