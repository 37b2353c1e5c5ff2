package io.mainstay.persistence.journal;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Folds the events of one entity up to one of them, from the nearest snapshot that can be used.
 * Confined to one thread and one connection.
 */
final class EntityReplay {
  private static final String VERIFY = "'mainstay journal verify' tells what is wrong with it";

  private final Connection connection;
  private final JournalRows rows;
  private final EntityFolds folds;
  private final List<String> refused = new ArrayList<>();
  private JournalEvent state;
  private EventMeta meta;
  private long reached;

  EntityReplay(Connection connection, JournalRows rows, EntityFolds folds) {
    this.connection = connection;
    this.rows = rows;
    this.folds = folds;
  }

  Optional<ReplayedState> run(String persistenceId, long to) throws SQLException {
    long last = last(persistenceId);
    if (last == 0) {
      return Optional.empty();
    }
    EntityFold<?> fold =
        folds
            .of(persistenceId)
            .orElseThrow(
                () ->
                    new ReplayRefusedException(
                        "Entities like " + persistenceId + " are not folded by this release",
                        "read its events with 'mainstay journal show'",
                        null));
    if (to < 1 || to > last) {
      throw new ReplayRefusedException(
          "There is no event " + to + " of " + persistenceId + "; it has 1 to " + last,
          "ask for one of those",
          null);
    }
    long snapshot = snapshot(persistenceId, to);
    long from = snapshot;
    if (to - snapshot > fold.reach() || snapshot == 0) {
      from = Math.max(0, to - fold.reach());
      state = fold.behind().apply(from);
    }
    reached = from;
    rows.each(
        connection,
        " AND persistence_id = ? AND sequence_number > ? AND sequence_number <= ?"
            + " ORDER BY sequence_number",
        row -> follow(fold, row),
        persistenceId,
        from,
        to);
    if (reached != to) {
      throw gap(persistenceId, to + 1);
    }
    try {
      if (meta == null) {
        meta = rows.meta(row(persistenceId, to));
      }
      return Optional.of(
          new ReplayedState(
              persistenceId,
              to,
              last,
              from == snapshot ? snapshot : 0,
              to - from,
              refused,
              rows.manifest(state),
              meta,
              rows.tree(state)));
    } catch (IOException unwritable) {
      throw new ReplayRefusedException(
          "The state of "
              + persistenceId
              + " at event "
              + to
              + " cannot be told: "
              + unwritable.getMessage(),
          VERIFY,
          unwritable);
    }
  }

  /** The latest snapshot that can be read; 0 if there is none. */
  private long snapshot(String persistenceId, long to) throws SQLException {
    for (Snapshots.Row snapshot : Snapshots.upTo(connection, persistenceId, to)) {
      try {
        state = rows.decode(snapshot.serializer(), snapshot.manifest(), snapshot.payload());
        return snapshot.sequenceNr();
      } catch (IOException | RuntimeException unusable) {
        refused.add("snapshot " + snapshot.sequenceNr() + ": " + unusable.getMessage());
      }
    }
    return 0;
  }

  private void follow(EntityFold<?> fold, JournalRows.Row row) {
    if (row.sequenceNr() != reached + 1) {
      throw gap(row.persistenceId(), row.sequenceNr());
    }
    try {
      if (!(rows.decode(row) instanceof CausedEvent event)) {
        throw new IOException(row.manifest() + " is not an event");
      }
      state = fold.after(state, event);
      meta = event.meta();
      reached = row.sequenceNr();
    } catch (IOException | RuntimeException unfit) {
      throw new ReplayRefusedException(
          "Event "
              + row.sequenceNr()
              + " of "
              + row.persistenceId()
              + " cannot be replayed: "
              + unfit.getMessage(),
          VERIFY,
          unfit);
    }
  }

  private JournalRows.Row row(String persistenceId, long sequenceNr)
      throws SQLException, IOException {
    List<JournalRows.Row> found = new ArrayList<>();
    rows.each(
        connection,
        " AND persistence_id = ? AND sequence_number = ?",
        found::add,
        persistenceId,
        sequenceNr);
    if (found.isEmpty()) {
      throw new IOException("event " + sequenceNr + " is missing");
    }
    return found.get(0);
  }

  private ReplayRefusedException gap(String persistenceId, long before) {
    return new ReplayRefusedException(
        "Event " + (reached + 1) + " of " + persistenceId + " is missing before " + before,
        VERIFY,
        null);
  }

  private long last(String persistenceId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT max(sequence_number) FROM journal WHERE persistence_id = ?")) {
      select.setString(1, persistenceId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }
}
