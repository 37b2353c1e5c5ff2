package io.mainstay.persistence.transaction;

import io.mainstay.persistence.database.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds transactions in the journal, without waking them. Thread-safe; blocks, so keep it off actor
 * threads.
 */
public final class TransactionIndex {
  private static final String PREFIX = Transactions.TYPE + "|";

  // The character behind the bar ends the range of ids.
  private static final String RANGE =
      " persistence_id > 'Transaction|' AND persistence_id < 'Transaction}' ";

  private static final List<String> ENDS =
      List.of("transaction.TransactionEnded.v1", "transaction.TransactionReleased.v1");

  private final Database database;

  /** Reads the node's journal. */
  public TransactionIndex(Database database) {
    this.database = database;
  }

  /** Ids of the latest ones, newest first: a ULID begins with its time. */
  public List<String> latest(int limit) {
    return ids(
        "SELECT persistence_id FROM journal WHERE"
            + RANGE
            + "AND sequence_number = 1 ORDER BY persistence_id DESC LIMIT "
            + limit);
  }

  /** Ids of those that were begun, and whose last event leaves something to do. */
  public List<String> open() {
    return ids(
        "SELECT j.persistence_id FROM journal j JOIN (SELECT persistence_id AS id,"
            + " max(sequence_number) AS last FROM journal WHERE"
            + RANGE
            + "GROUP BY persistence_id) ends ON j.persistence_id = ends.id AND"
            + " j.sequence_number = ends.last WHERE j.event_ser_manifest NOT IN ('"
            + String.join("', '", ENDS)
            + "')"
            + " ORDER BY j.persistence_id");
  }

  /** The transaction whose events have that persistence id; empty for something else's. */
  public static Optional<String> idOf(String persistenceId) {
    return persistenceId.startsWith(PREFIX)
        ? Optional.of(persistenceId.substring(PREFIX.length()))
        : Optional.empty();
  }

  private List<String> ids(String query) {
    return database.read(
        connection -> {
          List<String> ids = new ArrayList<>();
          try (PreparedStatement select = connection.prepareStatement(query);
              ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
              ids.add(rows.getString(1).substring(PREFIX.length()));
            }
          }
          return ids;
        });
  }
}
