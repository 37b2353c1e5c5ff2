package io.mainstay.actors.gateway;

import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.saga.SagaHistory;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sagas as the journal has them. Blocks. */
final class StoredSagas {
  private static final String PREFIX = "Saga|";
  private static final JournalJson JSON = new JournalJson(EventManifests.current());

  private StoredSagas() {}

  /** The saga after all its events; empty if there is none of that id. */
  static Optional<SagaView> read(JournalReader reader, String sagaId) {
    List<JournalEvent> events = new ArrayList<>();
    for (JournalEntry entry : reader.entries(PREFIX + sagaId)) {
      try {
        events.add(
            JSON.decode(
                entry.json().toString().getBytes(StandardCharsets.UTF_8), entry.manifest()));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return SagaHistory.view(events);
  }

  /** The newest ones, newest first. */
  static List<SagaView> newest(JournalReader reader, int limit) {
    return reader.newest(PREFIX, limit).stream()
        .map(id -> read(reader, id.substring(PREFIX.length())))
        .flatMap(Optional::stream)
        .toList();
  }
}
