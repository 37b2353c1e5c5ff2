package io.mainstay.persistence.session;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.saga.OpenSagas;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.serialization.RowSeal;
import io.mainstay.persistence.transaction.OpenTransactions;
import io.mainstay.persistence.transaction.TransactionIndex;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sessions, transactions and sagas are open by the journal alone, and which transactions
 * stand. Reads only what was written since the last look, so that it can be asked every few
 * seconds; the first looks read the journal from its beginning. Thread-safe; blocks, so keep it off
 * actor threads.
 */
public final class OpenWork {
  private static final Logger log = LoggerFactory.getLogger(OpenWork.class);

  /**
   * Rows read again at each look: with several writers a row may become visible after a later one.
   */
  private static final long OVERLAP = 1_000;

  private final EventManifests manifests = EventManifests.current();
  private final JournalJson json = new JournalJson(manifests);
  private final Database database;
  private final Set<String> sessions = new HashSet<>();
  private final OpenTransactions transactions = new OpenTransactions();
  private final OpenSagas sagas = new OpenSagas();
  private long read;

  /** Reads the node's journal. */
  public OpenWork(Database database) {
    this.database = database;
  }

  /**
   * What a look found.
   *
   * @param complete whether the end of the journal was reached; else look again
   * @param sessions ids of those that are accepted and not finished
   * @param transactions that have something left to do, by id
   * @param standing transactions that are committed and not released, by id
   * @param sagas that are neither completed nor compensated, by id
   */
  public record Look(
      boolean complete,
      Set<String> sessions,
      Map<String, OpenTransactions.Open> transactions,
      Map<String, OpenTransactions.Standing> standing,
      Map<String, OpenSagas.Open> sagas) {
    public Look {
      sessions = Set.copyOf(sessions);
      transactions = Map.copyOf(transactions);
      standing = Map.copyOf(standing);
      sagas = Map.copyOf(sagas);
    }
  }

  /**
   * Reads on.
   *
   * @param rowsMax most rows to read now, above 1,000
   */
  public synchronized Look look(int rowsMax) {
    long from = Math.max(0, read - OVERLAP);
    List<String> withPayload = namesToRead();
    int rows =
        database.read(
            connection -> {
              try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT ordering, persistence_id, event_ser_manifest, write_timestamp,"
                          + " CASE WHEN event_ser_manifest IN ("
                          + String.join(", ", withPayload.stream().map(name -> "?").toList())
                          + ") THEN event_payload END"
                          + " FROM journal WHERE ordering > ? ORDER BY ordering LIMIT ?")) {
                int parameter = 1;
                for (String name : withPayload) {
                  select.setString(parameter++, name);
                }
                select.setLong(parameter++, from);
                select.setInt(parameter, rowsMax);
                try (ResultSet row = select.executeQuery()) {
                  int count = 0;
                  for (; row.next(); count++) {
                    read = Math.max(read, row.getLong(1));
                    follow(row);
                  }
                  return count;
                }
              }
            });
    return new Look(
        rows < rowsMax, sessions, transactions.open(), transactions.standing(), sagas.open());
  }

  private List<String> namesToRead() {
    return manifests.all().entrySet().stream()
        .filter(entry -> OpenTransactions.reads(entry.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
  }

  private void follow(ResultSet row) throws SQLException {
    String persistenceId = row.getString(2);
    String manifest = row.getString(3);
    Instant at = Instant.ofEpochMilli(row.getLong(4));
    Class<? extends JournalEvent> type = manifests.classOf(manifest).orElse(JournalEvent.class);
    Optional<String> transaction = TransactionIndex.idOf(persistenceId);
    Optional<String> saga = OpenSagas.idOf(persistenceId);
    if (transaction.isPresent()) {
      byte[] payload = row.getBytes(5);
      try {
        transactions.follow(
            transaction.get(), type, payload == null ? null : decode(payload, manifest), at);
      } catch (IOException damaged) {
        // 'journal verify' names it; what the other rows say is looked at all the same.
        log.warn(
            "row of a transaction cannot be read ordering={} cause={}",
            row.getLong(1),
            damaged.toString());
      }
    } else if (saga.isPresent()) {
      sagas.follow(saga.get(), type, at);
    } else if (persistenceId.startsWith(Sessions.TYPE + "|")) {
      String sessionId = persistenceId.substring(Sessions.TYPE.length() + 1);
      if (SessionEnds.stageAfter(manifest) == SessionEnds.Stage.FINISHED) {
        sessions.remove(sessionId);
      } else {
        sessions.add(sessionId);
      }
    }
  }

  private JournalEvent decode(byte[] payload, String manifest) throws IOException {
    return json.decode(RowSeal.open(payload), manifest);
  }
}
