package io.mainstay.persistence.database;

import io.mainstay.persistence.database.DatabaseSettings.Dialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/** Opens JDBC connections of either dialect. Thread-safe. */
final class Connections {
  private final String url;
  private final Properties writing;
  private final Properties deriving;
  private final Properties reading;
  private final int checkpointPages;

  private Connections(
      String url,
      Properties writing,
      Properties deriving,
      Properties reading,
      int checkpointPages) {
    this.checkpointPages = checkpointPages;
    this.url = url;
    this.writing = writing;
    this.deriving = deriving;
    this.reading = reading;
  }

  static Connections of(Path file, DatabaseSettings settings) {
    if (settings.dialect() == Dialect.SQLITE) {
      int busyMillis = Math.toIntExact(settings.busyTimeout().toMillis());
      return new Connections(
          "jdbc:sqlite:" + file,
          writer(busyMillis, SQLiteConfig.SynchronousMode.FULL),
          // In WAL mode a commit of this connection does not wait for the disk; order is kept.
          writer(busyMillis, SQLiteConfig.SynchronousMode.NORMAL),
          reader(busyMillis),
          settings.checkpointPages());
    }
    Properties login = new Properties();
    login.setProperty("user", settings.user());
    login.setProperty("password", settings.password());
    return new Connections(settings.url(), login, login, login, 0);
  }

  /** For a database file beside a node that may be using it. */
  static Connection readOnly(Path file, int busyMillis) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file, reader(busyMillis));
  }

  Connection writer() throws SQLException {
    return checkpointing(DriverManager.getConnection(url, writing), checkpointPages);
  }

  Connection derivedWriter() throws SQLException {
    // It would wait for the disk as a whole checkpoint does: the others do that.
    return checkpointing(DriverManager.getConnection(url, deriving), 0);
  }

  /** The statement that sets when a connection moves the log to the file. */
  static String checkpointStatement(int pages) {
    return "PRAGMA wal_autocheckpoint = " + pages;
  }

  private Connection checkpointing(Connection connection, int pages) throws SQLException {
    if (url.startsWith("jdbc:sqlite:")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(checkpointStatement(pages));
      }
    }
    return connection;
  }

  Connection reader() throws SQLException {
    return DriverManager.getConnection(url, reading);
  }

  private static Properties writer(int busyMillis, SQLiteConfig.SynchronousMode mode) {
    SQLiteConfig config = sqlite(busyMillis);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(mode);
    // A transaction that reads and then writes fails at once when another wrote in between,
    // busy timeout or not; one that is a writer from its first statement waits instead.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    return config.toProperties();
  }

  private static Properties reader(int busyMillis) {
    SQLiteConfig config = sqlite(busyMillis);
    config.setReadOnly(true);
    return config.toProperties();
  }

  private static SQLiteConfig sqlite(int busyMillis) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(busyMillis);
    config.enforceForeignKeys(true);
    return config;
  }
}
