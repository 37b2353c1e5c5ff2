package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which sagas are neither completed nor compensated. Fed with the journal's rows in their order;
 * rows may be fed again, if all that follow them are too. Confined to its reader.
 */
public final class OpenSagas {
  private static final String PREFIX = Sagas.TYPE + "|";

  /**
   * One of them.
   *
   * @param lastAt when its last event was written
   * @param stuck it goes on only when a person has it redriven
   */
  public record Open(Instant lastAt, boolean stuck) {}

  private final Map<String, Open> open = new HashMap<>();

  /** The saga whose events have that persistence id; empty for something else's. */
  public static Optional<String> idOf(String persistenceId) {
    return persistenceId.startsWith(PREFIX)
        ? Optional.of(persistenceId.substring(PREFIX.length()))
        : Optional.empty();
  }

  /** The next row of a saga, with the type of its event. */
  public void follow(String id, Class<? extends JournalEvent> type, Instant at) {
    if (type == SagaEvent.SagaCompleted.class || type == SagaEvent.SagaCompensated.class) {
      open.remove(id);
    } else {
      open.put(id, new Open(at, type == SagaEvent.SagaStuck.class));
    }
  }

  /** By saga. */
  public Map<String, Open> open() {
    return Map.copyOf(open);
  }
}
