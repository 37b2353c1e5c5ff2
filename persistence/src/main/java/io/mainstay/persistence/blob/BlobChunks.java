package io.mainstay.persistence.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Rows of table blob_chunk: the bytes of a content, in pieces. Stateless. */
record BlobChunks(int chunkBytes) {
  void insert(Connection connection, long contentId, int index, byte[] data, int from, int to)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO blob_chunk(content_id, chunk_index, data) VALUES (?, ?, ?)")) {
      insert.setLong(1, contentId);
      insert.setInt(2, index);
      insert.setBytes(
          3, from == 0 && to == data.length ? data : Arrays.copyOfRange(data, from, to));
      insert.executeUpdate();
    }
  }

  void insertAll(Connection connection, long contentId, byte[] bytes) throws SQLException {
    int index = 0;
    for (int from = 0; from < bytes.length; from += chunkBytes) {
      int to = Math.min(bytes.length, from + chunkBytes);
      insert(connection, contentId, index++, bytes, from, to);
    }
  }

  void delete(Connection connection, long contentId) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM blob_chunk WHERE content_id = ?")) {
      delete.setLong(1, contentId);
      delete.executeUpdate();
    }
  }

  /** SHA-256 of a content, as lower-case hex. */
  static String hash(Connection connection, long contentId) throws SQLException {
    MessageDigest digest = sha256();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT data FROM blob_chunk WHERE content_id = ? ORDER BY chunk_index")) {
      select.setLong(1, contentId);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          digest.update(rows.getBytes(1));
        }
      }
    }
    return BlobStore.hex(digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
