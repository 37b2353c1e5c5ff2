package io.mainstay.persistence.journal;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.serialization.EventMeta;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The projection of the journal that answers what caused what. Idempotent: index rows and offset
 * are written in one transaction. Blocks, so keep it off actor threads; one caller at a time.
 */
public final class CauseIndex {
  static final String OFFSET = "cause-index";

  private final Database database;
  private final JournalRows rows = new JournalRows();

  /** The index in the node's database. */
  public CauseIndex(Database database) {
    this.database = database;
  }

  /**
   * Indexes the next events.
   *
   * @param limit rows read in one step, at least 1
   * @return rows read; fewer than the limit when the index has caught up
   */
  public int advance(int limit) {
    long from = offset();
    List<JournalRows.Row> batch = new ArrayList<>();
    database.read(
        connection -> {
          rows.each(
              connection, " AND ordering > ? ORDER BY ordering LIMIT ?", batch::add, from, limit);
          return null;
        });
    if (batch.isEmpty()) {
      return 0;
    }
    database.writeDerived(
        connection -> {
          insert(connection, batch);
          setOffset(connection, batch.get(batch.size() - 1).ordering());
          return null;
        });
    return batch.size();
  }

  /**
   * Builds it anew from the whole journal.
   *
   * @return events read
   */
  public long reindex(int limit) {
    database.writeDerived(
        connection -> {
          try (Statement clear = connection.createStatement()) {
            clear.executeUpdate("DELETE FROM cause_index");
          }
          setOffset(connection, 0);
          return null;
        });
    long total = 0;
    int read;
    do {
      read = advance(limit);
      total += read;
    } while (read == limit);
    return total;
  }

  /** Ordering of the last event that was indexed. */
  public long offset() {
    return database.read(CauseIndex::offset);
  }

  static long offset(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT ordering FROM projection_offset WHERE name = ?")) {
      select.setString(1, OFFSET);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private void insert(Connection connection, List<JournalRows.Row> batch) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO cause_index(event_id, cause_id, root_id, persistence_id,"
                + " sequence_number, ordering) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
      for (JournalRows.Row row : batch) {
        EventMeta meta;
        try {
          meta = rows.meta(row);
        } catch (IOException e) {
          // 'journal verify' reports a row that cannot be read; the index goes on behind it.
          continue;
        }
        insert.setString(1, meta.eventId());
        insert.setString(2, meta.causeId());
        insert.setString(3, meta.rootId());
        insert.setString(4, row.persistenceId());
        insert.setLong(5, row.sequenceNr());
        insert.setLong(6, row.ordering());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void setOffset(Connection connection, long ordering) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO projection_offset(name, ordering) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET ordering = excluded.ordering")) {
      upsert.setString(1, OFFSET);
      upsert.setLong(2, ordering);
      upsert.executeUpdate();
    }
  }
}
