package io.mainstay.actors.gateway;

import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.RecoveryHistory;
import io.mainstay.persistence.recovery.RecoveryView;
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
import java.util.function.Function;

/**
 * Entities of one kind as the journal has them, without waking them. Blocks.
 *
 * @param prefix of their persistence ids
 * @param view what the events of one amount to; empty if it was not begun
 */
record StoredEntities<V>(String prefix, Function<List<JournalEvent>, Optional<V>> view) {
  static final StoredEntities<SagaView> SAGAS = new StoredEntities<>("Saga|", SagaHistory::view);

  static final StoredEntities<RecoveryView> RECOVERIES =
      new StoredEntities<>("Recovery|", RecoveryHistory::view);

  private static final JournalJson JSON = new JournalJson(EventManifests.current());

  /** The one of that id after all its events; empty if there is none. */
  Optional<V> read(JournalReader reader, String id) {
    List<JournalEvent> events = new ArrayList<>();
    for (JournalEntry entry : reader.entries(prefix + id)) {
      try {
        events.add(
            JSON.decode(
                entry.json().toString().getBytes(StandardCharsets.UTF_8), entry.manifest()));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return view.apply(events);
  }

  /** The newest ones, newest first. */
  List<V> newest(JournalReader reader, int limit) {
    return reader.newest(prefix, limit).stream()
        .map(id -> read(reader, id.substring(prefix.length())))
        .flatMap(Optional::stream)
        .toList();
  }
}
