package io.mainstay.actors.gateway;

import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.RecoveryHistory;
import io.mainstay.persistence.recovery.RecoveryView;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Recoveries as the journal has them. Blocks. */
final class StoredRecoveries {
  private static final String PREFIX = "Recovery|";
  private static final JournalJson JSON = new JournalJson(EventManifests.current());

  private StoredRecoveries() {}

  /** The recovery after all its events; empty if there is none of that id. */
  static Optional<RecoveryView> read(JournalReader reader, String recoveryId) {
    List<JournalEvent> events = new ArrayList<>();
    for (JournalEntry entry : reader.entries(PREFIX + recoveryId)) {
      try {
        events.add(
            JSON.decode(
                entry.json().toString().getBytes(StandardCharsets.UTF_8), entry.manifest()));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return RecoveryHistory.view(events);
  }

  /** The newest ones, newest first. */
  static List<RecoveryView> newest(JournalReader reader, int limit) {
    return reader.newest(PREFIX, limit).stream()
        .map(id -> read(reader, id.substring(PREFIX.length())))
        .flatMap(Optional::stream)
        .toList();
  }
}
