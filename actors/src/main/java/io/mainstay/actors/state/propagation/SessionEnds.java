package io.mainstay.actors.state.propagation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sessions that ended while changes of theirs were queued or on their way. These are told all the
 * same, in their order, but held by nobody afterwards; workers hear of the end behind the last one.
 * As large as what is open. Confined to the desk; no clock and no actor in it.
 */
final class SessionEnds {
  private final Map<Long, String> sessions = new HashMap<>();
  private final Map<String, Set<Long>> open = new HashMap<>();

  /**
   * The session ended.
   *
   * @param changes of it that are open
   * @return true if there are none, so that the workers hear of it at once
   */
  boolean end(String sessionId, Set<Long> changes) {
    Set<Long> waited = open.computeIfAbsent(sessionId, id -> new HashSet<>());
    waited.addAll(changes);
    changes.forEach(change -> sessions.put(change, sessionId));
    if (waited.isEmpty()) {
      open.remove(sessionId);
      return true;
    }
    return false;
  }

  /** Whether the change is of a session that has ended since it was announced. */
  boolean isLate(long change) {
    return sessions.containsKey(change);
  }

  /** The change is settled; answers its session if it was the last one of one that ended. */
  Optional<String> settled(long change) {
    String sessionId = sessions.remove(change);
    if (sessionId == null) {
      return Optional.empty();
    }
    Set<Long> left = open.get(sessionId);
    left.remove(change);
    if (!left.isEmpty()) {
      return Optional.empty();
    }
    open.remove(sessionId);
    return Optional.of(sessionId);
  }
}
