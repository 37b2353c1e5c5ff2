package io.mainstay.persistence.blob;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Checks blobs on any connection to the database, a read-only one included. */
public final class BlobVerifier {
  private BlobVerifier() {}

  /** Reads a blob and hashes it. */
  public static BlobCheck check(Connection connection, String sha256) throws SQLException {
    Optional<BlobRow> row = BlobRow.find(connection, sha256);
    if (row.isEmpty()) {
      return BlobCheck.MISSING;
    }
    String actual = BlobChunks.hash(connection, row.get().contentId());
    return actual.equals(sha256) ? BlobCheck.INTACT : BlobCheck.CORRUPT;
  }

  /** Names of all blobs. */
  public static List<String> all(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT sha256 FROM blob ORDER BY sha256");
        ResultSet rows = select.executeQuery()) {
      return BlobStore.rows(rows, row -> row.getString(1));
    }
  }
}
