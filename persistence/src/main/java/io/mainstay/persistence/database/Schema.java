package io.mainstay.persistence.database;

import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import io.mainstay.persistence.database.DatabaseSettings.Dialect;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Creates our tables in an empty database, and checks those of a used one. */
final class Schema {
  /** Raised whenever the DDL changes; a migration goes with it. */
  static final int VERSION = 1;

  private static volatile Map<String, Set<String>> expectedTables;

  private final Dialect dialect;
  private final String name;

  /** For messages, {@code name} says which database. */
  Schema(Dialect dialect, String name) {
    this.dialect = dialect;
    this.name = name;
  }

  void prepare(Connection connection) throws SQLException, DataDirectoryProblem {
    Map<String, Set<String>> found = tables(connection);
    if (found.isEmpty()) {
      create(connection);
      return;
    }
    if (!found.containsKey("schema_version")) {
      throw new DataDirectoryProblem(
          Kind.FOREIGN_DATABASE,
          "Database " + name + " has tables that are not Mainstay's: " + found.keySet(),
          "Move it away, or use another one (--data, or " + DatabaseSettings.PATH + ".url).",
          null);
    }
    requireKnown(version(connection));
    if (dialect == Dialect.SQLITE) {
      quickCheck(connection);
    }
    compare(found);
  }

  /** For readers: refuses a file that is not ours or too new, and changes nothing. */
  static void requireOurs(Connection connection, String name)
      throws SQLException, DataDirectoryProblem {
    Schema schema = new Schema(Dialect.SQLITE, name);
    Map<String, Set<String>> found = tables(connection);
    if (!found.containsKey("schema_version")) {
      throw new DataDirectoryProblem(
          Kind.FOREIGN_DATABASE,
          "Database " + name + " is not Mainstay's; it has tables " + found.keySet(),
          "Name the data directory of a node with --data.",
          null);
    }
    schema.requireKnown(schema.version(connection));
    schema.compare(found);
  }

  private void requireKnown(int version) throws DataDirectoryProblem {
    if (version > VERSION) {
      throw new DataDirectoryProblem(
          Kind.NEWER_SCHEMA,
          "Database " + name + " has schema " + version + ", this release knows " + VERSION,
          "Use the release that wrote it, or a later one.",
          null);
    }
  }

  private void create(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    boolean done = false;
    try (Statement statement = connection.createStatement()) {
      for (String ddl : statements(dialect)) {
        statement.executeUpdate(ddl);
      }
      statement.executeUpdate(
          "INSERT INTO schema_version(version, created_at) VALUES ("
              + VERSION
              + ", "
              + System.currentTimeMillis()
              + ")");
      connection.commit();
      done = true;
    } finally {
      if (!done) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    }
  }

  private int version(Connection connection) throws SQLException, DataDirectoryProblem {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT max(version) FROM schema_version")) {
      int version = row.next() ? row.getInt(1) : 0;
      if (version < 1) {
        throw new DataDirectoryProblem(
            Kind.CORRUPT_DATABASE,
            "Database " + name + " has an empty schema_version table",
            "Restore a backup, or use another one.",
            null);
      }
      return version;
    }
  }

  private void quickCheck(Connection connection) throws SQLException, DataDirectoryProblem {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
      String verdict = row.next() ? row.getString(1) : "no answer";
      if (!"ok".equals(verdict)) {
        throw new DataDirectoryProblem(
            Kind.CORRUPT_DATABASE,
            "Database " + name + " is corrupt: " + verdict,
            "Keep a copy of the file. Restore a backup, or save what can be read with:"
                + " sqlite3 mainstay.db .recover | sqlite3 saved.db",
            null);
      }
    }
  }

  private void compare(Map<String, Set<String>> found) throws SQLException, DataDirectoryProblem {
    Map<String, Set<String>> expected = expected();
    for (Map.Entry<String, Set<String>> table : expected.entrySet()) {
      Set<String> columns = found.getOrDefault(table.getKey(), Set.of());
      if (!columns.containsAll(table.getValue())) {
        Set<String> missing = new TreeSet<>(table.getValue());
        missing.removeAll(columns);
        throw new DataDirectoryProblem(
            Kind.CORRUPT_DATABASE,
            "Database " + name + " lacks columns " + missing + " of table " + table.getKey(),
            "Somebody changed the schema: restore a backup, or use another database.",
            null);
      }
    }
  }

  // Both dialects have the same names, so what SQLite makes of its DDL in memory is the measure. It
  // never changes, and is made once.
  private static Map<String, Set<String>> expected() throws SQLException {
    Map<String, Set<String>> known = expectedTables;
    if (known == null) {
      known = made();
      expectedTables = known;
    }
    return known;
  }

  private static Map<String, Set<String>> made() throws SQLException {
    try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = memory.createStatement()) {
      for (String ddl : statements(Dialect.SQLITE)) {
        statement.executeUpdate(ddl);
      }
      return tables(memory);
    }
  }

  private static Map<String, Set<String>> tables(Connection connection) throws SQLException {
    Map<String, Set<String>> tables = new TreeMap<>();
    String schema = connection.getSchema();
    try (ResultSet columns = connection.getMetaData().getColumns(null, schema, "%", "%")) {
      while (columns.next()) {
        String table = columns.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
        if (!table.startsWith("sqlite_")) {
          tables
              .computeIfAbsent(table, unused -> new TreeSet<>())
              .add(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
        }
      }
    }
    return tables;
  }

  static List<String> statements(Dialect dialect) {
    String file = "schema-" + dialect.name().toLowerCase(Locale.ROOT) + ".sql";
    try (InputStream in = Schema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("Resource " + file + " is missing from the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String bare = text.replaceAll("(?m)--.*$", "");
      return Arrays.stream(bare.split(";")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read resource " + file, e);
    }
  }
}
