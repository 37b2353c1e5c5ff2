package io.mainstay.persistence.journal;

import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** What an entity was at its last event, read before any actor lives. Blocks. */
public final class StoredState {
  private StoredState() {}

  /**
   * Reads it; empty where there is no event.
   *
   * @param reader opened for this, and closed
   * @param persistenceId of the entity
   * @throws ReplayRefusedException if it cannot be told
   */
  public static <S extends JournalEvent> Optional<S> read(
      Supplier<JournalReader> reader, EntityFolds folds, String persistenceId, Class<S> type) {
    try (JournalReader journal = reader.get()) {
      long last = journal.lastSequenceNr(persistenceId);
      return last == 0
          ? Optional.empty()
          : journal.replay(persistenceId, last, folds).map(replayed -> decoded(replayed, type));
    }
  }

  private static <S> S decoded(ReplayedState replayed, Class<S> type) {
    byte[] json = replayed.state().toString().getBytes(StandardCharsets.UTF_8);
    try {
      return type.cast(new JournalJson(EventManifests.current()).decode(json, replayed.manifest()));
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "The state of " + replayed.persistenceId() + " cannot be read", unreadable);
    }
  }
}
