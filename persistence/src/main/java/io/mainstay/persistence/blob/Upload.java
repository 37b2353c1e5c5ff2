package io.mainstay.persistence.blob;

import io.mainstay.persistence.session.BlobRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Row of table blob_upload.
 *
 * @param sha256 null until it is finished
 */
record Upload(
    long contentId, String uploadId, String name, int nextChunk, long bytes, String sha256) {
  private static final String COLUMNS =
      "SELECT content_id, upload_id, name, next_chunk, bytes, sha256 FROM blob_upload ";

  static Optional<Upload> find(Connection connection, String uploadId) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMNS + "WHERE upload_id = ?")) {
      select.setString(1, uploadId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  static List<Upload> idle(Connection connection, long touchedBefore) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMNS + "WHERE touched_at < ?")) {
      select.setLong(1, touchedBefore);
      try (ResultSet rows = select.executeQuery()) {
        return BlobStore.rows(rows, Upload::read);
      }
    }
  }

  static void insert(Connection connection, String uploadId, String name, long now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO blob_upload(upload_id, name, next_chunk, bytes, touched_at)"
                + " VALUES (?, ?, 0, 0, ?)")) {
      insert.setString(1, uploadId);
      insert.setString(2, name);
      insert.setLong(3, now);
      insert.executeUpdate();
    }
  }

  static void delete(Connection connection, String uploadId) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM blob_upload WHERE upload_id = ?")) {
      delete.setString(1, uploadId);
      delete.executeUpdate();
    }
  }

  void update(Connection connection, long now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE blob_upload SET next_chunk = ?, bytes = ?, sha256 = ?, touched_at = ?"
                + " WHERE content_id = ?")) {
      update.setInt(1, nextChunk);
      update.setLong(2, bytes);
      update.setString(3, sha256);
      update.setLong(4, now);
      update.setLong(5, contentId);
      update.executeUpdate();
    }
  }

  Upload grown(int more) {
    return new Upload(contentId, uploadId, name, nextChunk + 1, bytes + more, sha256);
  }

  Upload finished(String hash) {
    return new Upload(contentId, uploadId, name, nextChunk, bytes, hash);
  }

  UploadStatus status() {
    return new UploadStatus(uploadId, nextChunk, bytes);
  }

  BlobRef ref() {
    return new BlobRef(name, sha256, bytes);
  }

  private static Upload read(ResultSet row) throws SQLException {
    return new Upload(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getLong(5),
        row.getString(6));
  }
}
