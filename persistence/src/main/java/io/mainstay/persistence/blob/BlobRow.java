package io.mainstay.persistence.blob;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Row of table blob. */
record BlobRow(String sha256, long contentId, long bytes) {
  static Optional<BlobRow> find(Connection connection, String sha256) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT sha256, content_id, bytes FROM blob WHERE sha256 = ?")) {
      select.setString(1, sha256);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  static BlobRow require(Connection connection, String sha256) throws SQLException {
    return find(connection, sha256)
        .orElseThrow(() -> new BlobRefusedException("There is no blob " + sha256));
  }

  static List<BlobRow> unreferenced(Connection connection, long touchedBefore) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT sha256, content_id, bytes FROM blob b WHERE touched_at < ?"
                + " AND NOT EXISTS (SELECT 1 FROM blob_reference r WHERE r.sha256 = b.sha256)")) {
      select.setLong(1, touchedBefore);
      try (ResultSet rows = select.executeQuery()) {
        return BlobStore.rows(rows, BlobRow::read);
      }
    }
  }

  void insert(Connection connection, long now) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO blob(sha256, content_id, bytes, touched_at) VALUES (?, ?, ?, ?)")) {
      insert.setString(1, sha256);
      insert.setLong(2, contentId);
      insert.setLong(3, bytes);
      insert.setLong(4, now);
      insert.executeUpdate();
    }
  }

  void delete(Connection connection) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM blob WHERE sha256 = ?")) {
      delete.setString(1, sha256);
      delete.executeUpdate();
    }
  }

  private static BlobRow read(ResultSet row) throws SQLException {
    return new BlobRow(row.getString(1), row.getLong(2), row.getLong(3));
  }
}
