package io.mainstay.runtime.cli.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * {@code mainstay journal replay}: what an entity was after one of its events.
 *
 * @param sequenceNr of that event
 * @param lastSequenceNr of the entity's last event
 * @param fromSnapshot event of the snapshot that the fold starts from; 0 for none
 * @param snapshotsRefused snapshots that could not be used, and why
 * @param manifest name of the state's class
 * @param state as a snapshot would have it
 */
public record ReplayDocument(
    String persistenceId,
    long sequenceNr,
    long lastSequenceNr,
    long fromSnapshot,
    List<String> snapshotsRefused,
    String manifest,
    String eventId,
    Instant at,
    JsonNode state) {
  public ReplayDocument {
    snapshotsRefused = List.copyOf(snapshotsRefused);
  }
}
