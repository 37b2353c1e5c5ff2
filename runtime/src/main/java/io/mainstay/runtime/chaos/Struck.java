package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A condition that was brought about, and the fault that the node made of it.
 *
 * @param at when it was so
 * @param eventId of the fault; empty while there is none
 * @param failure why it could not be brought about, or empty
 */
record Struck(StormPlan.Blow blow, Instant at, String eventId, String failure) {
  /** The journal's times are whole milliseconds: what seems a little earlier may be later. */
  private static final Duration ROUNDING = Duration.ofMillis(2);

  boolean found() {
    return !eventId.isEmpty();
  }

  /** The same with the first fault of its error that nobody else's is; as it is if none is. */
  Struck matched(List<FaultStory> faults, Set<String> taken) {
    if (found() || !failure.isEmpty()) {
      return this;
    }
    return faults.stream()
        .filter(fault -> fault.code().equals(blow.condition().code()))
        .filter(fault -> !fault.raisedAt().isBefore(at.minus(ROUNDING)))
        .filter(fault -> !taken.contains(fault.eventId()))
        .findFirst()
        .map(fault -> new Struck(blow, at, fault.eventId(), ""))
        .orElse(this);
  }

  /** The fault, if there is one. */
  Optional<FaultStory> story(List<FaultStory> faults) {
    return faults.stream().filter(fault -> fault.eventId().equals(eventId)).findFirst();
  }

  /** From when on the condition held: a batch that fires it may come later than it was armed. */
  Instant since(FaultStory fault) {
    Instant fired = fault.dispatchedBefore().get(blow.device());
    boolean byBatch = blow.condition().firesWithBatch();
    return byBatch && fired != null && fired.isAfter(at) ? fired : at;
  }

  ChaosDocument.Fault document(List<FaultStory> faults) {
    Optional<FaultStory> found = story(faults);
    return new ChaosDocument.Fault(
        blow.number(),
        blow.condition().wireName(),
        blow.device(),
        blow.condition().code(),
        found.isPresent(),
        found.map(fault -> millis(since(fault), fault.raisedAt())).orElse(null),
        found.map(fault -> millis(fault.raisedAt(), fault.initiatedAt())).orElse(null),
        found.map(fault -> millis(fault.initiatedAt(), fault.recoveredAt())).orElse(null),
        found.map(FaultStory::severity).orElse(""),
        found.map(FaultStory::blame).orElse(""),
        found.map(FaultStory::directive).orElse(""),
        found.map(FaultStory::level).orElse(0),
        found.map(FaultStory::evidence).orElse(""),
        found
            .map(fault -> fault.recoveries().stream().map(Struck::document).toList())
            .orElse(List.of()),
        found.map(FaultStory::recovered).orElse(false),
        eventId,
        failure);
  }

  private static Long millis(Instant from, Instant to) {
    return from == null || to == null ? null : Math.max(0, Duration.between(from, to).toMillis());
  }

  private static ChaosDocument.Recovery document(RecoveryStory recovery) {
    return new ChaosDocument.Recovery(
        recovery.recoveryId(),
        recovery.kind(),
        recovery.name(),
        recovery.end(),
        recovery.millis(),
        recovery.limitMillis(),
        recovery.over() && recovery.millis() <= recovery.limitMillis(),
        recovery.steps().stream()
            .map(step -> new ChaosDocument.Step(step.action(), step.done(), step.evidence()))
            .toList());
  }
}
