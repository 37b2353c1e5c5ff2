package io.mainstay.persistence.checkpoint;

import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.serialization.RowSeal;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionEvent;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Which checkpoint the journal names for each batch of a session: its latest word about it. */
final class NamedCheckpoints {
  private record Taken(DocumentRange range, int step, String sha256) {}

  private final JournalJson json = new JournalJson(EventManifests.current());

  /** Hash of the named one, empty for a batch that begins anew, by the batch. */
  Map<DocumentRange, String> of(Connection connection, String sessionId) throws SQLException {
    Map<DocumentRange, String> named = new HashMap<>();
    read(connection, sessionId, taken -> named.put(taken.range(), taken.sha256()));
    return named;
  }

  /** All hashes of that session's checkpoints of that batch and step. */
  Set<String> journaled(Connection connection, CheckpointId id) throws SQLException {
    Set<String> hashes = new HashSet<>();
    read(
        connection,
        id.sessionId(),
        taken -> {
          if (taken.range().equals(id.range()) && taken.step() == id.step()) {
            hashes.add(taken.sha256());
          }
        });
    return hashes;
  }

  private void read(Connection connection, String sessionId, Consumer<Taken> with)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_ser_manifest, event_payload FROM journal WHERE persistence_id = ?"
                + " AND (event_ser_manifest LIKE 'session.BatchCheckpointed.%'"
                + " OR event_ser_manifest LIKE 'session.CheckpointRestored.%')"
                + " ORDER BY sequence_number")) {
      select.setString(1, "Session|" + sessionId);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          decode(rows.getString(1), rows.getBytes(2)).ifPresent(with);
        }
      }
    }
  }

  private Optional<Taken> decode(String manifest, byte[] payload) {
    try {
      Object event = json.decode(RowSeal.open(payload), manifest);
      if (event instanceof SessionEvent.BatchCheckpointed taken) {
        return Optional.of(new Taken(taken.range(), taken.step(), taken.sha256()));
      } else if (event instanceof SessionEvent.CheckpointRestored restored) {
        return Optional.of(new Taken(restored.range(), restored.step(), restored.sha256()));
      }
      return Optional.empty();
    } catch (IOException unreadable) {
      // 'journal verify' reports the row; what it may name is kept, since nothing else is known.
      return Optional.empty();
    }
  }
}
