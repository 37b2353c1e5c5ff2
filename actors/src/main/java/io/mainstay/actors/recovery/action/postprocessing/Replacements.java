package io.mainstay.actors.recovery.action.postprocessing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which recovery had which models replaced: one that takes its own back leaves what another one
 * still wants. Of this life of the node, as the replacements are. Bounded, thread-safe.
 */
final class Replacements {
  /** Recoveries that are remembered; what the oldest replaced is used again in time. */
  private static final int REMEMBERED_MAX = 256;

  private final Map<String, Set<String>> models =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** That recovery had these replaced. */
  synchronized void by(String recoveryId, Collection<String> replaced) {
    if (!replaced.isEmpty()) {
      models.computeIfAbsent(recoveryId, unused -> new TreeSet<>()).addAll(replaced);
    }
  }

  /** It takes them back; answers those that no other one wants replaced. */
  synchronized Set<String> restoredBy(String recoveryId) {
    Set<String> own = models.remove(recoveryId);
    Set<String> back = own == null ? new TreeSet<>() : new TreeSet<>(own);
    models.values().forEach(back::removeAll);
    return back;
  }
}
