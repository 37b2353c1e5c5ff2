package io.mainstay.persistence.transaction.participant;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a participant holds, by transaction, in the order of preparing. Immutable.
 *
 * @param last latest event of the log, or null before the first
 */
public record Holdings(Map<String, Holding> holdings, EventMeta last) implements JournalEvent {
  public Holdings {
    holdings = Collections.unmodifiableMap(new LinkedHashMap<>(holdings));
  }

  /** Nothing. */
  public static Holdings none() {
    return new Holdings(Map.of(), null);
  }

  /** What is held for that transaction. */
  public Optional<Holding> of(String transactionId) {
    return Optional.ofNullable(holdings.get(transactionId));
  }

  /** What the event makes of this; an event about what is not held changes nothing. */
  public Holdings after(ParticipantEvent event) {
    Map<String, Holding> next = new LinkedHashMap<>(holdings);
    EventMeta meta = event.meta();
    if (event instanceof ParticipantEvent.WorkPrepared now) {
      next.put(
          now.transactionId(),
          new Holding(
              now.transactionId(),
              now.work(),
              now.owner(),
              now.life(),
              false,
              "",
              meta.at(),
              meta));
    } else if (event instanceof ParticipantEvent.WorkCommitted now) {
      next.computeIfPresent(
          now.transactionId(), (id, held) -> held.committed(now.resourceStatus(), meta));
    } else if (event instanceof ParticipantEvent.WorkReapplied now) {
      next.computeIfPresent(now.transactionId(), (id, held) -> held.in(now.life(), meta));
    } else {
      next.remove(event.transactionId());
    }
    return new Holdings(next, meta);
  }
}
