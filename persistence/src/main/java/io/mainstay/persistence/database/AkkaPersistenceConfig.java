package io.mainstay.persistence.database;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.mainstay.persistence.database.DatabaseSettings.Dialect;
import java.nio.file.Path;

/** Settings of akka-persistence-jdbc for one database: journal, snapshots and queries share it. */
final class AkkaPersistenceConfig {
  private static final String SHARED = "akka-persistence-jdbc.shared-databases.slick";

  private AkkaPersistenceConfig() {}

  static Config of(Path file, DatabaseSettings settings) {
    boolean sqlite = settings.dialect() == Dialect.SQLITE;
    Config tables =
        ConfigFactory.parseString(
            """
            akka.persistence.journal.plugin = "jdbc-journal"
            akka.persistence.snapshot-store.plugin = "jdbc-snapshot-store"
            jdbc-journal.use-shared-db = "slick"
            jdbc-snapshot-store.use-shared-db = "slick"
            jdbc-read-journal.use-shared-db = "slick"
            jdbc-journal.tables.event_journal.tableName = "journal"
            jdbc-journal.tables.event_tag.tableName = "tags"
            jdbc-read-journal.tables.event_journal.tableName = "journal"
            jdbc-read-journal.tables.event_tag.tableName = "tags"
            jdbc-snapshot-store.tables.snapshot.tableName = "snapshots"
            jdbc-journal.dao = "akka.persistence.jdbc.journal.dao.DefaultJournalDao"
            """
                + SHARED
                + ".db.connectionPool = \"HikariCP\"\n");
    tables = with(tables, "jdbc-journal.bufferSize", settings.journalBuffer());
    tables = with(tables, "jdbc-journal.batchSize", settings.journalBatch());
    tables = with(tables, "jdbc-journal.parallelism", settings.writerThreads());
    tables =
        with(
            tables,
            SHARED + ".profile",
            sqlite ? "slick.jdbc.SQLiteProfile$" : "slick.jdbc.PostgresProfile$");
    tables = with(tables, SHARED + ".db.url", sqlite ? url(file, settings) : settings.url());
    tables =
        with(tables, SHARED + ".db.driver", sqlite ? "org.sqlite.JDBC" : "org.postgresql.Driver");
    tables = with(tables, SHARED + ".db.numThreads", settings.writerThreads());
    tables = with(tables, SHARED + ".db.maxConnections", settings.writerThreads());
    tables = with(tables, SHARED + ".db.minConnections", settings.writerThreads());
    if (sqlite) {
      tables =
          with(
              tables,
              SHARED + ".db.connectionInitSql",
              Connections.checkpointStatement(settings.checkpointPages()));
    } else {
      tables = with(tables, SHARED + ".db.user", settings.user());
      tables = with(tables, SHARED + ".db.password", settings.password());
    }
    return tables;
  }

  // foreign_keys stays off here: a tag's row refers to the journal's, written just before it.
  private static String url(Path file, DatabaseSettings settings) {
    return "jdbc:sqlite:"
        + file
        + "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout="
        + settings.busyTimeout().toMillis();
  }

  private static Config with(Config config, String path, Object value) {
    return config.withValue(path, ConfigValueFactory.fromAnyRef(value));
  }
}
