package io.mainstay.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows of table snapshots. */
final class Snapshots {
  /** A row as stored. */
  record Row(long sequenceNr, int serializer, String manifest, byte[] payload) {}

  private Snapshots() {}

  /** Those of an entity up to that event, the latest first. */
  static List<Row> upTo(Connection connection, String persistenceId, long sequenceNr)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT sequence_number, snapshot_ser_id, snapshot_ser_manifest, snapshot_payload"
                + " FROM snapshots WHERE persistence_id = ? AND sequence_number <= ?"
                + " ORDER BY sequence_number DESC")) {
      select.setString(1, persistenceId);
      select.setLong(2, sequenceNr);
      List<Row> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(new Row(rows.getLong(1), rows.getInt(2), rows.getString(3), rows.getBytes(4)));
        }
      }
      return found;
    }
  }
}
