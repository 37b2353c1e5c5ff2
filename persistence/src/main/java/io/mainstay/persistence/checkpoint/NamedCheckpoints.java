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
import java.util.Map;

/** Which checkpoint the journal names for each batch of a session: its latest word about it. */
final class NamedCheckpoints {
  private final JournalJson json = new JournalJson(EventManifests.current());

  /** Hash of the named one, empty for a batch that begins anew, by the batch. */
  Map<DocumentRange, String> of(Connection connection, String sessionId) throws SQLException {
    Map<DocumentRange, String> named = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_ser_manifest, event_payload FROM journal WHERE persistence_id = ?"
                + " AND (event_ser_manifest LIKE 'session.BatchCheckpointed.%'"
                + " OR event_ser_manifest LIKE 'session.CheckpointRestored.%')"
                + " ORDER BY sequence_number")) {
      select.setString(1, "Session|" + sessionId);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          add(rows.getString(1), rows.getBytes(2), named);
        }
      }
    }
    return named;
  }

  private void add(String manifest, byte[] payload, Map<DocumentRange, String> named) {
    try {
      Object event = json.decode(RowSeal.open(payload), manifest);
      if (event instanceof SessionEvent.BatchCheckpointed taken) {
        named.put(taken.range(), taken.sha256());
      } else if (event instanceof SessionEvent.CheckpointRestored restored) {
        named.put(restored.range(), restored.sha256());
      }
    } catch (IOException unreadable) {
      // 'journal verify' reports the row; what it may name is kept, since nothing else is known.
      return;
    }
  }
}
