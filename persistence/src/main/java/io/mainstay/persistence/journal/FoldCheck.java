package io.mainstay.persistence.journal;

import io.mainstay.persistence.journal.JournalFinding.Kind;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.JournalEvent;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the events of each entity make a state, and its snapshots are that state. Told the rows
 * of one entity after the other. Confined to one thread and one connection.
 */
final class FoldCheck {
  /** Takes what is found. */
  @FunctionalInterface
  interface Findings {
    void add(Kind kind, String persistenceId, long sequenceNr, String message);
  }

  private final Connection connection;
  private final JournalRows rows;
  private final EntityFolds folds;
  private final Findings findings;
  private final Map<Long, Snapshots.Row> snapshots = new HashMap<>();
  private EntityFold<?> fold;
  private JournalEvent state;

  FoldCheck(Connection connection, JournalRows rows, EntityFolds folds, Findings findings) {
    this.connection = connection;
    this.rows = rows;
    this.folds = folds;
    this.findings = findings;
  }

  /** The rows that follow are of this entity. */
  void entity(String persistenceId) throws SQLException {
    fold = folds.of(persistenceId).orElse(null);
    state = fold == null ? null : fold.empty();
    snapshots.clear();
    for (Snapshots.Row row : Snapshots.upTo(connection, persistenceId, Long.MAX_VALUE)) {
      snapshots.put(row.sequenceNr(), row);
    }
  }

  /** Its next event; null if that is missing or cannot be read, so that no state is known. */
  void event(String persistenceId, long sequenceNr, CausedEvent event) {
    if (event == null) {
      state = null;
    } else if (state != null) {
      try {
        state = fold.after(state, event);
      } catch (IllegalStateException unfit) {
        findings.add(Kind.UNFOLDABLE, persistenceId, sequenceNr, unfit.getMessage());
        state = null;
      }
    }
    Snapshots.Row snapshot = snapshots.remove(sequenceNr);
    if (snapshot != null) {
      check(persistenceId, snapshot);
    }
  }

  /** No further row of it. */
  void end(String persistenceId) {
    for (long beyond : snapshots.keySet()) {
      findings.add(
          Kind.SNAPSHOT,
          persistenceId,
          beyond,
          "Its snapshot was taken after event " + beyond + ", which is not there");
    }
  }

  private void check(String persistenceId, Snapshots.Row snapshot) {
    try {
      JournalEvent taken =
          rows.decode(snapshot.serializer(), snapshot.manifest(), snapshot.payload());
      if (state != null && fold.settled() && !rows.tree(taken).equals(rows.tree(state))) {
        findings.add(
            Kind.SNAPSHOT,
            persistenceId,
            snapshot.sequenceNr(),
            "Its snapshot is another state than its events make");
      }
    } catch (IOException | RuntimeException unreadable) {
      findings.add(
          Kind.SNAPSHOT,
          persistenceId,
          snapshot.sequenceNr(),
          "Its snapshot cannot be read: " + unreadable.getMessage());
    }
  }
}
