package io.mainstay.actors.recovery.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recoveries that are over and of whose consequences more may come: what one of them led to is not
 * answered by the same again. Pure but for its book, which is bounded; belongs to the coordinator.
 *
 * @see RecoveryChoice.Decision#CIRCLE
 */
final class RecoveryChains {
  /**
   * One recovery.
   *
   * @param name in its catalog
   * @param rootId first event of the chain that it answered
   */
  record Link(String recoveryId, String name, String rootId) {
    /** Whether it may have led to a fault of that chain which wants the same. */
    boolean mayLeadTo(String wantedName, String wantedRootId) {
      return name.equals(wantedName) && rootId.equals(wantedRootId);
    }
  }

  private record Kept(Link link, long untilNanos) {}

  private final long keptNanos;
  private final int most;

  /** In the order of their ends. */
  private final Map<String, Kept> past = new LinkedHashMap<>();

  /**
   * @param kept how long one counts after its end
   * @param most that are kept; then the oldest is forgotten
   */
  RecoveryChains(Duration kept, int most) {
    this.keptNanos = kept.toNanos();
    this.most = most;
  }

  /** It is over. Said again it counts from then on. */
  void ended(Link link, long nowNanos) {
    past.remove(link.recoveryId());
    past.put(link.recoveryId(), new Kept(link, nowNanos + keptNanos));
    Iterator<Kept> oldest = past.values().iterator();
    while (past.size() > most) {
      oldest.next();
      oldest.remove();
    }
  }

  /**
   * Ids of those that may have led to a fault: they answered the same chain with the same.
   *
   * @param running those that are not over
   */
  Set<String> suspects(String name, String rootId, Stream<Link> running, long nowNanos) {
    past.values().removeIf(kept -> kept.untilNanos() - nowNanos <= 0);
    return Stream.concat(running, past.values().stream().map(Kept::link))
        .filter(link -> link.mayLeadTo(name, rootId))
        .map(Link::recoveryId)
        .collect(Collectors.toUnmodifiableSet());
  }

  int size() {
    return past.size();
  }
}
