package io.mainstay.persistence.session;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.transaction.TransactionIndex;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which sessions and transactions are open by the journal alone. Reads only what was written since
 * the last look, so that it can be asked every few seconds; the first looks read the journal from
 * its beginning. Thread-safe; blocks, so keep it off actor threads.
 */
public final class OpenSessions {
  /**
   * Rows read again at each look: with several writers a row may become visible after a later one.
   */
  private static final long OVERLAP = 1_000;

  private final Database database;
  private final Set<String> open = new HashSet<>();
  private final Set<String> transactions = new HashSet<>();
  private long read;

  /** Reads the node's journal. */
  public OpenSessions(Database database) {
    this.database = database;
  }

  /**
   * What a look found.
   *
   * @param complete whether the end of the journal was reached; else look again
   * @param open ids of sessions that are accepted and not finished
   * @param transactions ids of those that have something left to do
   */
  public record Look(boolean complete, Set<String> open, Set<String> transactions) {
    public Look {
      open = Set.copyOf(open);
      transactions = Set.copyOf(transactions);
    }
  }

  /**
   * Reads on.
   *
   * @param rowsMax most rows to read now, above 1,000
   */
  public synchronized Look look(int rowsMax) {
    long from = Math.max(0, read - OVERLAP);
    int rows =
        database.read(
            connection -> {
              try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT ordering, persistence_id, event_ser_manifest FROM journal"
                          + " WHERE ordering > ? ORDER BY ordering LIMIT ?")) {
                select.setLong(1, from);
                select.setInt(2, rowsMax);
                try (ResultSet row = select.executeQuery()) {
                  int count = 0;
                  for (; row.next(); count++) {
                    read = Math.max(read, row.getLong(1));
                    follow(row.getString(2), row.getString(3));
                  }
                  return count;
                }
              }
            });
    return new Look(rows < rowsMax, open, transactions);
  }

  private void follow(String persistenceId, String manifest) {
    TransactionIndex.idOf(persistenceId)
        .ifPresent(
            id -> {
              if (TransactionIndex.leavesSomethingToDo(manifest)) {
                transactions.add(id);
              } else {
                transactions.remove(id);
              }
            });
    String prefix = Sessions.TYPE + "|";
    if (!persistenceId.startsWith(prefix)) {
      return;
    }
    String sessionId = persistenceId.substring(prefix.length());
    if (SessionEnds.stageAfter(manifest) == SessionEnds.Stage.FINISHED) {
      open.remove(sessionId);
    } else {
      open.add(sessionId);
    }
  }
}
