package io.mainstay.persistence.mode;

import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.ReplayRefusedException;
import io.mainstay.persistence.journal.ReplayedState;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A node's modes as its journal has them, read before any actor lives: what held at the node's end
 * holds from its next first moment on. Blocks.
 */
public final class StoredModes {
  private StoredModes() {}

  /**
   * Reads them; full operation where there are none.
   *
   * @param reader opened for this, and closed
   * @throws ReplayRefusedException if they cannot be told
   */
  public static ModeState read(Supplier<JournalReader> reader, EntityFolds folds, String node) {
    String id = ModeState.TYPE + "|" + node;
    try (JournalReader journal = reader.get()) {
      long last = journal.lastSequenceNr(id);
      Optional<ReplayedState> state =
          last == 0 ? Optional.empty() : journal.replay(id, last, folds);
      return state.isEmpty() ? ModeState.empty() : decoded(state.get());
    }
  }

  private static ModeState decoded(ReplayedState replayed) {
    byte[] json = replayed.state().toString().getBytes(StandardCharsets.UTF_8);
    try {
      return (ModeState)
          new JournalJson(EventManifests.current()).decode(json, replayed.manifest());
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "The modes of " + replayed.persistenceId() + " cannot be read", unreadable);
    }
  }
}
