package io.mainstay.actors.processing.pause;

import io.mainstay.protocol.state.StatePriority;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions that began here and how urgent each is. Confined to the keeper. */
final class SessionRanks {
  /** Those that began longest ago are forgotten first; a node has fewer open. */
  private static final int MOST = 10_000;

  private final Map<String, StatePriority> begun =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StatePriority> eldest) {
          return size() > MOST;
        }
      };

  /** It began, or goes on. */
  void add(String sessionId, StatePriority priority) {
    begun.putIfAbsent(sessionId, priority);
  }

  /** All others are over. */
  void retain(Set<String> running) {
    begun.keySet().retainAll(running);
  }

  /** The most urgent first; of the same urgency, the one that began first. */
  List<String> byUrgency() {
    return begun.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.<StatePriority, Integer>comparing(StatePriority::ordinal).reversed()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
