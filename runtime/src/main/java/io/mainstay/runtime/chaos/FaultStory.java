package io.mainstay.runtime.chaos;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A fault and what followed from it, as the journal has it so far.
 *
 * @param eventId of the fault, to explain from
 * @param code name in the catalog
 * @param directive empty until it is journaled
 * @param component what it is about; empty until the directive is journaled
 * @param escalationId event that says how far it is escalated; empty until it is
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
    String directive,
    String component,
    String escalationId,
    Instant escalatedAt,
    int level,
    String strategy,
    String cascade,
    List<RecoveryStory> recoveries) {
  FaultStory {
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
   * Whether its strategy, and its cascade if it has one, answered it and succeeded, at the last of
   * their tries; false where none answered.
   */
  boolean recovered() {
    return escalated() && isRecoveredBy(strategy) && (cascade.isEmpty() || isRecoveredBy(cascade));
  }

  private boolean isRecoveredBy(String name) {
    return recoveries.stream()
        .filter(one -> one.name().equals(name))
        .max(Comparator.comparing(RecoveryStory::begunAt))
        .filter(last -> last.over() && last.recovered())
        .isPresent();
  }

  /** When the first of its own began; null if none did, as where it joined those of others. */
  Instant initiatedAt() {
    return recoveries.stream()
        .filter(one -> one.causeId().equals(escalationId))
        .map(RecoveryStory::begunAt)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** When the last ended; null while one runs or none began. */
  Instant recoveredAt() {
    return recoveries.isEmpty() || !recoveries.stream().allMatch(RecoveryStory::over)
        ? null
        : recoveries.stream().map(RecoveryStory::endedAt).max(Instant::compareTo).orElseThrow();
  }

  /** One that was raised just now. */
  static FaultStory raised(
      String eventId, String code, String severity, String blame, String evidence, Instant at) {
    return new FaultStory(
        eventId, code, severity, blame, evidence, at, "", "", "", null, 0, "", "", List.of());
  }

  FaultStory directed(String chosen, String child) {
    return new FaultStory(
        eventId,
        code,
        severity,
        blame,
        evidence,
        raisedAt,
        chosen,
        child,
        escalationId,
        escalatedAt,
        level,
        strategy,
        cascade,
        recoveries);
  }

  FaultStory answeredBy(List<RecoveryStory> all) {
    return new FaultStory(
        eventId,
        code,
        severity,
        blame,
        evidence,
        raisedAt,
        directive,
        component,
        escalationId,
        escalatedAt,
        level,
        strategy,
        cascade,
        all);
  }
}
