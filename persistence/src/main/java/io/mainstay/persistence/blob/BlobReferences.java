package io.mainstay.persistence.blob;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Table blob_reference: which owners need which blobs. Statements of a caller's transaction. */
final class BlobReferences {
  private BlobReferences() {}

  static void add(Connection connection, String owner, Collection<String> sha256s)
      throws SQLException {
    for (String sha256 : sha256s) {
      BlobRow.require(connection, sha256);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO blob_reference(sha256, owner) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
        insert.setString(1, sha256);
        insert.setString(2, owner);
        insert.executeUpdate();
      }
    }
  }

  static int release(Connection connection, String owner) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM blob_reference WHERE owner = ?")) {
      delete.setString(1, owner);
      return delete.executeUpdate();
    }
  }

  static List<String> owners(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT owner FROM blob_reference ORDER BY owner");
        ResultSet found = select.executeQuery()) {
      return BlobStore.rows(found, row -> row.getString(1));
    }
  }
}
