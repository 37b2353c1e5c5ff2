package io.mainstay.actors.processing.pause;

import io.mainstay.protocol.state.StatePriority;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sessions that began here, how urgent each is, and which devices compute for it. Confined to the
 * keeper.
 */
final class SessionRanks {
  private final Map<String, StatePriority> begun;
  private final Map<String, Set<String>> devices = new HashMap<>();

  /**
   * @param most sessions; those that began longest ago are forgotten first
   */
  SessionRanks(int most) {
    begun =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, StatePriority> eldest) {
            return size() > most;
          }
        };
  }

  /** It began, or goes on. */
  void add(String sessionId, StatePriority priority) {
    begun.putIfAbsent(sessionId, priority);
  }

  /** All others are over. */
  void retain(Set<String> running) {
    begun.keySet().retainAll(running);
    devices.keySet().retainAll(begun.keySet());
  }

  /**
   * Devices that compute for sessions now. One that no device computes for is between two turns: it
   * counts where it was last.
   */
  void seen(Map<String, Set<String>> bySession) {
    devices.putAll(bySession);
  }

  /** Whether some device computes, or computed, for each of these. */
  boolean arePlaced(Set<String> running) {
    return devices.keySet().containsAll(running);
  }

  /**
   * Those of a device, the most urgent first; of the same urgency, the one that began first.
   *
   * @param paused that are of the device although it computes for them no more
   */
  List<String> byUrgency(String deviceId, Set<String> paused) {
    return begun.entrySet().stream()
        .filter(
            session ->
                paused.contains(session.getKey())
                    || devices.getOrDefault(session.getKey(), Set.of()).contains(deviceId))
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.<StatePriority, Integer>comparing(StatePriority::ordinal).reversed()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
