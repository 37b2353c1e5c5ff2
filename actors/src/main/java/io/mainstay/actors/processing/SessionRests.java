package io.mainstay.actors.processing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who needs which sessions to rest, each until an end of its own. Whoever lets go, or comes to its
 * end, does so for itself alone. Times are milliseconds of one clock. Confined to its owner.
 */
final class SessionRests {
  /** Ends by holder, by session. */
  private final Map<String, Map<String, Long>> ends = new HashMap<>();

  /** Ends of those that have nobody begin, by holder. */
  private final Map<String, Long> closed = new HashMap<>();

  /** They rest for that one until then, or longer if they do already. */
  void rest(String by, Set<String> sessions, long end) {
    for (String session : sessions) {
      ends.computeIfAbsent(session, unused -> new HashMap<>()).merge(by, end, Math::max);
    }
  }

  /** Nobody begins before then, for that one. */
  void close(String by, long end) {
    closed.merge(by, end, Math::max);
  }

  /**
   * They need not rest for that one any longer, and whoever has not begun may.
   *
   * @param except sessions that go on resting for it
   */
  void letGo(String by, Set<String> except) {
    closed.remove(by);
    remove((session, holder) -> holder.equals(by) && !except.contains(session));
  }

  /** Whose end has come needs it no more; answers the sessions that rest for nobody since. */
  List<String> over(long now) {
    closed.values().removeIf(end -> end <= now);
    return remove((session, holder) -> ends.get(session).get(holder) <= now);
  }

  private List<String> remove(BiPredicate<String, String> which) {
    List<String> free = new ArrayList<>();
    for (String session : List.copyOf(ends.keySet())) {
      Map<String, Long> holders = ends.get(session);
      for (String holder : List.copyOf(holders.keySet())) {
        if (which.test(session, holder)) {
          holders.remove(holder);
        }
      }
      if (holders.isEmpty()) {
        ends.remove(session);
        free.add(session);
      }
    }
    return free;
  }

  /** When the next one is over; empty if there is none. */
  OptionalLong next() {
    return Stream.concat(
            ends.values().stream().flatMap(holders -> holders.values().stream()),
            closed.values().stream())
        .mapToLong(Long::longValue)
        .min();
  }

  /** All sessions that rest, for whomever. */
  Set<String> sessions() {
    return Set.copyOf(ends.keySet());
  }

  /** Those that rest for that one. */
  Set<String> sessions(String by) {
    return ends.entrySet().stream()
        .filter(entry -> entry.getValue().containsKey(by))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(HashSet::new));
  }

  boolean rests(String sessionId) {
    return ends.containsKey(sessionId);
  }

  /** Whether nobody may begin work on any session. */
  boolean isClosed() {
    return !closed.isEmpty();
  }
}
