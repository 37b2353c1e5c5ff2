package io.mainstay.persistence.journal;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalEventSerializer;
import io.mainstay.persistence.serialization.JournalJson;
import java.sql.PreparedStatement;

/** Writes rows as the journal plugin writes them, and damages them. */
final class StoredRows {
  private final Database database;
  private final JournalJson json = new JournalJson(EventManifests.current());
  private final JournalEventSerializer serializer = new JournalEventSerializer();

  StoredRows(Database database) {
    this.database = database;
  }

  void event(String persistenceId, long sequenceNr, String writer, JournalEvent event) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
                      + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
                      + " VALUES (?, ?, ?, ?, '', ?, ?, ?)")) {
            insert.setString(1, persistenceId);
            insert.setLong(2, sequenceNr);
            insert.setString(3, writer);
            insert.setLong(4, 1_700_000_000_000L);
            insert.setInt(5, JournalEventSerializer.IDENTIFIER);
            insert.setString(6, json.manifest(event));
            insert.setBytes(7, serializer.toBinary(event));
            return insert.executeUpdate();
          }
        });
  }

  void snapshot(String persistenceId, long sequenceNr, JournalEvent state) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO snapshots(persistence_id, sequence_number, created,"
                      + " snapshot_ser_id, snapshot_ser_manifest, snapshot_payload)"
                      + " VALUES (?, ?, 0, ?, ?, ?)")) {
            insert.setString(1, persistenceId);
            insert.setLong(2, sequenceNr);
            insert.setInt(3, JournalEventSerializer.IDENTIFIER);
            insert.setString(4, json.manifest(state));
            insert.setBytes(5, serializer.toBinary(state));
            return insert.executeUpdate();
          }
        });
  }

  int sql(String statement) {
    return database.write(
        connection -> {
          try (var run = connection.createStatement()) {
            run.execute("PRAGMA defer_foreign_keys = on");
            return run.executeUpdate(statement);
          }
        });
  }
}
