package io.mainstay.persistence.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTypeIdResolver;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log remembers in memory.
 *
 * @param recorded events since the beginning
 * @param recent the last of them, oldest first
 */
public record HistoryState(
    long recorded,
    @JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
        @JsonTypeIdResolver(ManifestTypeIdResolver.class)
        List<CausedEvent> recent)
    implements JournalEvent {
  public HistoryState {
    recent = List.copyOf(recent);
  }

  /** Before the first event. */
  public static HistoryState empty() {
    return new HistoryState(0, List.of());
  }

  /** After one more event; keeps at most {@code limit}. */
  HistoryState with(CausedEvent event, int limit) {
    List<CausedEvent> next =
        new ArrayList<>(recent.subList(Math.max(0, recent.size() + 1 - limit), recent.size()));
    next.add(event);
    return new HistoryState(recorded + 1, next);
  }
}
