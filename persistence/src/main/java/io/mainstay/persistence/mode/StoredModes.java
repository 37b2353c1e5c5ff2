package io.mainstay.persistence.mode;

import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.ReplayRefusedException;
import io.mainstay.persistence.journal.StoredState;
import io.mainstay.persistence.serialization.EntityFolds;
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
    return StoredState.read(reader, folds, ModeState.TYPE + "|" + node, ModeState.class)
        .orElse(ModeState.empty());
  }
}
