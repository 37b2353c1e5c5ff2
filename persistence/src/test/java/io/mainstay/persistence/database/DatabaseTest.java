package io.mainstay.persistence.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import io.mainstay.persistence.database.DatabaseSettings.Dialect;
import io.mainstay.persistence.support.TestNode;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final DatabaseSettings SETTINGS = DatabaseSettings.of(TestNode.config(""));

  @Test
  void open_firstCreatesThenChecks(@TempDir Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      try (Database database = Database.open(directory, SETTINGS)) {
        database.probeWrite();
      }
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.databaseFile())));
      try (Database database = Database.open(directory, SETTINGS)) {
        assertEquals("wal", pragma(database, "journal_mode"));
        assertEquals("2", database.write(c -> one(c, "PRAGMA synchronous")));
      }
    }
  }

  @Test
  void open_anotherProgramsDatabase_isRefused(@TempDir Path data) throws Exception {
    sql(data, "CREATE TABLE customers (id INTEGER)");
    DataDirectoryProblem problem = refused(data);
    assertEquals(Kind.FOREIGN_DATABASE, problem.kind());
    assertTrue(problem.getMessage().contains("customers"));
  }

  @Test
  void open_aFileThatIsNoDatabase_isRefused(@TempDir Path data) throws Exception {
    Files.writeString(data.resolve("mainstay.db"), "this is no database at all\n".repeat(500));
    DataDirectoryProblem problem = refused(data);
    assertEquals(Kind.FOREIGN_DATABASE, problem.kind());
    assertFalse(problem.remedy().isBlank());
  }

  @Test
  void open_aCorruptDatabase_saysSo(@TempDir Path data) throws Exception {
    create(data);
    try (RandomAccessFile file = new RandomAccessFile(data.resolve("mainstay.db").toFile(), "rw")) {
      byte[] noise = "garbage ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
      file.seek(4096);
      file.write(noise);
    }
    DataDirectoryProblem problem = refused(data);
    assertEquals(Kind.CORRUPT_DATABASE, problem.kind(), problem.getMessage());
    assertTrue(problem.remedy().contains("recover"));
  }

  @Test
  void open_aTruncatedDatabase_saysSo(@TempDir Path data) throws Exception {
    create(data);
    try (RandomAccessFile file = new RandomAccessFile(data.resolve("mainstay.db").toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertEquals(Kind.CORRUPT_DATABASE, refused(data).kind());
  }

  @Test
  void open_aNewerSchema_isRefused(@TempDir Path data) throws Exception {
    create(data);
    sql(data, "INSERT INTO schema_version(version, created_at) VALUES (99, 0)");
    DataDirectoryProblem problem = refused(data);
    assertEquals(Kind.NEWER_SCHEMA, problem.kind());
    assertTrue(problem.getMessage().contains("99"));
  }

  @Test
  void open_aChangedSchema_isRefusedAndNamesTheColumn(@TempDir Path data) throws Exception {
    create(data);
    sql(data, "ALTER TABLE blob_upload DROP COLUMN name");
    DataDirectoryProblem problem = refused(data);
    assertEquals(Kind.CORRUPT_DATABASE, problem.kind());
    assertTrue(problem.getMessage().contains("name"));
  }

  @Test
  void openReadOnly_besideAWriter_seesWhatIsCommittedAndCannotWrite(@TempDir Path data)
      throws Exception {
    try (DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory, SETTINGS);
        Connection reader = Database.openReadOnly(data)) {
      database.probeWrite();
      assertEquals("1", one(reader, "SELECT count(*) FROM projection_offset"));
      assertThrows(
          java.sql.SQLException.class,
          () -> one(reader, "DELETE FROM projection_offset RETURNING 1"));
    }
  }

  @Test
  void openReadOnly_withoutADatabase_saysWhatToName(@TempDir Path data) {
    DataDirectoryProblem problem =
        assertThrows(DataDirectoryProblem.class, () -> Database.openReadOnly(data));
    assertEquals(Kind.MISSING, problem.kind());
    assertTrue(problem.remedy().contains("--data"));
    assertFalse(Files.exists(data.resolve("mainstay.db")));
  }

  @Test
  void write_thatFails_changesNothing(@TempDir Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory, SETTINGS)) {
      assertThrows(
          StorageException.class,
          () ->
              database.write(
                  connection -> {
                    one(
                        connection,
                        "INSERT INTO projection_offset VALUES ('half', 1) RETURNING name");
                    return one(connection, "SELECT nonsense");
                  }));
      assertEquals("0", database.read(c -> one(c, "SELECT count(*) FROM projection_offset")));
      database.probeWrite();
    }
  }

  /** A page limit on the connection makes SQLite answer as on a full disk. */
  @Test
  void write_whenTheDiskIsFull_saysSoAndWorksAgainAfterwards(@TempDir Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory, SETTINGS)) {
      String pages = database.write(c -> one(c, "PRAGMA page_count"));
      database.write(c -> one(c, "PRAGMA max_page_count = " + pages));
      StorageException full =
          assertThrows(
              StorageException.class,
              () ->
                  database.write(
                      c ->
                          one(
                              c,
                              "INSERT INTO blob_chunk VALUES (1, 1, zeroblob(100000))"
                                  + " RETURNING 1")));
      assertEquals(Kind.DISK_FULL, full.kind());
      assertTrue(full.remedy().contains("resumes"));
      database.write(c -> one(c, "PRAGMA max_page_count = 1000000"));
      database.probeWrite();
    }
  }

  @Test
  void akkaConfig_namesOurTablesAndOneWriter(@TempDir Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory, SETTINGS)) {
      Config config = database.akkaConfig();
      assertEquals("journal", config.getString("jdbc-journal.tables.event_journal.tableName"));
      String db = "akka-persistence-jdbc.shared-databases.slick.db.";
      assertEquals(1, config.getInt(db + "maxConnections"));
      assertTrue(config.getString(db + "url").contains("synchronous=FULL"));
    }
  }

  @Test
  void postgresqlSchema_hasTheTablesOfTheSqliteOne() {
    List<String> sqlite = heads(Dialect.SQLITE);
    assertEquals(sqlite, heads(Dialect.POSTGRESQL));
    assertEquals(14, sqlite.size());
  }

  @Test
  void settings_thatContradictEachOther_areRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("mainstay.persistence.database.dialect = oracle"));
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("mainstay.persistence.database.dialect = postgresql"));
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("mainstay.persistence.database.writer-threads = 2"));
    assertThrows(
        IllegalArgumentException.class,
        () -> settings("mainstay.persistence.database.journal-buffer = 10"));
    DatabaseSettings postgres =
        settings(
            "mainstay.persistence.database { dialect = postgresql, password = s3cret,"
                + " url = \"jdbc:postgresql://h/d\", writer-threads = 8 }");
    assertFalse(postgres.toString().contains("s3cret"));
    Config config = AkkaPersistenceConfig.of(Path.of("unused"), postgres);
    assertEquals(
        "slick.jdbc.PostgresProfile$",
        config.getString("akka-persistence-jdbc.shared-databases.slick.profile"));
  }

  private static DatabaseSettings settings(String overrides) {
    return DatabaseSettings.of(TestNode.config(overrides));
  }

  private static List<String> heads(Dialect dialect) {
    return Schema.statements(dialect).stream()
        .map(statement -> statement.split("\\(")[0].strip())
        .toList();
  }

  private static void create(Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      Database.open(directory, SETTINGS).close();
    }
  }

  private static DataDirectoryProblem refused(Path data) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      return assertThrows(
          DataDirectoryProblem.class, () -> Database.open(directory, SETTINGS).close());
    }
  }

  private static void sql(Path data, String statement) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("mainstay.db"));
        Statement run = connection.createStatement()) {
      run.executeUpdate(statement);
    }
  }

  private static String pragma(Database database, String name) {
    return database.read(connection -> one(connection, "PRAGMA " + name));
  }

  private static String one(Connection connection, String query) throws java.sql.SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }
}
