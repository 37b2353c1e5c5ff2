package io.mainstay.actors.recovery.engine;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.Optional;

/**
 * The error that the end of a recovery is: a cascade that ran past its time, as a whole or with a
 * step that it needed, and was taken back. A strategy that does so is tried again by the case book
 * and is no error of its own, so what answers this error, a strategy, cannot lead to it. Pure.
 */
final class RecoveryOverruns {
  private RecoveryOverruns() {}

  /** Its sign; empty if it ended in time, or did what it was to do. */
  static Optional<Recognised> of(RecoveryOutcome outcome) {
    RecoveryPlan plan = outcome.plan();
    boolean late =
        plan.kind() == RecoveryPlan.Kind.CASCADE
            && !outcome.succeeded()
            && outcome.outOfTime()
            && !plan.error().equals(ErrorNames.CASCADE_TIMEOUT.code());
    return late
        ? Optional.of(
            Recognised.of(
                ErrorNames.CASCADE_TIMEOUT,
                "%s for %s of %s ended %s: %s: %s; its limit is %d ms, recovery %s"
                    .formatted(
                        plan.name(),
                        plan.error(),
                        plan.subject(),
                        outcome.end(),
                        outcome.code(),
                        outcome.message(),
                        plan.limitMillis(),
                        outcome.recoveryId())))
        : Optional.empty();
  }
}
