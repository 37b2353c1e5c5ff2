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

  boolean isOf(FaultStory fault) {
    return fault.eventId().equals(eventId);
  }

  /** The same with the first fault of its error that nobody else's is; as it is if none is. */
  Struck matched(List<FaultStory> faults, Set<String> taken) {
    if (found() || !failure.isEmpty()) {
      return this;
    }
    return faults.stream()
        .filter(fault -> blow.condition().isSeenAs(fault.code()))
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
    return story(faults)
        .map(
            fault ->
                FaultFigures.of(
                    blow.number(), blow.condition().wireName(), blow.device(), since(fault), fault))
        .orElseGet(
            () ->
                FaultFigures.notFound(
                    blow.number(),
                    blow.condition().wireName(),
                    blow.device(),
                    blow.condition().code(),
                    failure));
  }
}
