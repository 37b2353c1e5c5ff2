package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A fault's story as figures. Pure. */
final class FaultFigures {
  private static final int FOLLOWED = -1;

  private FaultFigures() {}

  /**
   * Of one that was brought about.
   *
   * @param since when its condition held; null if nobody knows
   * @param failure what else went wrong about it, or empty: then it is not recovered
   * @param tries how often it was brought about
   */
  static ChaosDocument.Fault of(
      int number,
      String condition,
      String device,
      Instant since,
      FaultStory fault,
      String failure,
      int tries) {
    return new ChaosDocument.Fault(
        number,
        condition,
        device,
        fault.code(),
        true,
        millis(since, fault.raisedAt()),
        millis(fault.raisedAt(), fault.initiatedAt()),
        millis(fault.initiatedAt(), fault.recoveredAt()),
        fault.severity(),
        fault.blame(),
        fault.directive(),
        fault.level(),
        fault.evidence(),
        fault.recoveries().stream().map(FaultFigures::of).toList(),
        failure.isEmpty() && fault.recovered(),
        fault.eventId(),
        failure,
        tries);
  }

  /** Of one that followed from others. */
  static ChaosDocument.Fault followed(FaultStory fault) {
    return of(FOLLOWED, "", fault.component(), null, fault, "", 0);
  }

  /** Of a condition that no fault was seen of. */
  static ChaosDocument.Fault notFound(
      int number, String condition, String device, String error, String failure, int tries) {
    return new ChaosDocument.Fault(
        number, condition, device, error, false, null, null, null, "", "", "", 0, "", List.of(),
        false, "", failure, tries);
  }

  private static Long millis(Instant from, Instant to) {
    return from == null || to == null ? null : Math.max(0, Duration.between(from, to).toMillis());
  }

  private static ChaosDocument.Recovery of(RecoveryStory recovery) {
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
