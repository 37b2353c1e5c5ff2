package io.mainstay.runtime.chaos;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fault and what followed from it, as the journal has it so far.
 *
 * @param eventId of the fault, to explain from
 * @param code name in the catalog
 * @param dispatchedBefore when each device last got a batch before it
 * @param directive empty until it is journaled
 * @param component what it is about; empty until the directive is journaled
 * @param escalatedAt null until it is
 * @param level how far it is escalated, 0 to 3
 * @param strategy that answers it, by the catalog
 * @param cascade that it triggers, or empty
 * @param recoveries its own, and those that it joined
 */
record FaultStory(
    String eventId,
    String code,
    String severity,
    String blame,
    String evidence,
    Instant raisedAt,
    Map<String, Instant> dispatchedBefore,
    String directive,
    String component,
    Instant escalatedAt,
    int level,
    String strategy,
    String cascade,
    List<RecoveryStory> recoveries) {
  FaultStory {
    dispatchedBefore = Map.copyOf(dispatchedBefore);
    recoveries = List.copyOf(recoveries);
  }

  boolean escalated() {
    return escalatedAt != null;
  }

  /**
   * Whether everything that answers it is over.
   *
   * @param implemented cascades and strategies that the node has
   */
  boolean over(Set<String> implemented) {
    return escalated()
        && isOver(strategy, implemented)
        && isOver(cascade, implemented)
        && recoveries.stream().allMatch(RecoveryStory::over);
  }

  private boolean isOver(String name, Set<String> implemented) {
    return !implemented.contains(name)
        || recoveries.stream().anyMatch(one -> one.name().equals(name) && one.over());
  }

  /**
   * Whether its strategy, and its cascade if it has one, answered it and succeeded; false where
   * none answered.
   */
  boolean recovered() {
    return escalated()
        && isAnsweredBy(strategy)
        && (cascade.isEmpty() || isAnsweredBy(cascade))
        && recoveries.stream().allMatch(one -> one.over() && one.recovered());
  }

  private boolean isAnsweredBy(String name) {
    return recoveries.stream().anyMatch(one -> one.name().equals(name));
  }

  /** The first that began; null if none did. */
  Instant initiatedAt() {
    return recoveries.stream().map(RecoveryStory::begunAt).min(Instant::compareTo).orElse(null);
  }

  /** When the last ended; null while one runs or none began. */
  Instant recoveredAt() {
    return recoveries.isEmpty() || !recoveries.stream().allMatch(RecoveryStory::over)
        ? null
        : recoveries.stream().map(RecoveryStory::endedAt).max(Instant::compareTo).orElseThrow();
  }
}
