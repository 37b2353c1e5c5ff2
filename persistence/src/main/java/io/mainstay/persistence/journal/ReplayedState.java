package io.mainstay.persistence.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/**
 * What an entity was after one of its events.
 *
 * @param sequenceNr of that event
 * @param lastSequenceNr of the entity's last event
 * @param fromSnapshot event that the snapshot was taken after which it starts from; 0 for none
 * @param folded events behind the snapshot
 * @param snapshotsRefused snapshots that could not be used, each with the reason
 * @param manifest name of the state's class, such as {@code session.state.Running.v1}
 * @param meta of the event
 * @param state as a snapshot would have it
 */
public record ReplayedState(
    String persistenceId,
    long sequenceNr,
    long lastSequenceNr,
    long fromSnapshot,
    long folded,
    List<String> snapshotsRefused,
    String manifest,
    EventMeta meta,
    JsonNode state) {
  public ReplayedState {
    snapshotsRefused = List.copyOf(snapshotsRefused);
  }
}
