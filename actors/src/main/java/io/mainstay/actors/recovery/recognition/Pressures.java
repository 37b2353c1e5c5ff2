package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.protocol.PressureLevel;
import java.util.Locale;
import java.util.Optional;

/** Memory whose use has risen to a level that is an error. Pure. */
public final class Pressures {
  private Pressures() {}

  /**
   * The error that this change is: a warning from moderate, that is from 80 % as shipped, and again
   * from high; exhaustion when it is critical. Empty for one that falls.
   *
   * @param wholeMachine whether it is the machine's memory and not one ledger's
   */
  public static Optional<Recognised> recognise(PressureSignal signal, boolean wholeMachine) {
    if (signal.level().compareTo(signal.before()) <= 0
        || signal.level().compareTo(PressureLevel.MODERATE) < 0) {
      return Optional.empty();
    }
    ErrorNames error =
        signal.level() != PressureLevel.CRITICAL
            ? ErrorNames.MEMORY_PRESSURE_WARNING
            : wholeMachine
                ? ErrorNames.SYSTEM_OUT_OF_MEMORY
                : ErrorNames.DOMAIN_RESOURCE_EXHAUSTION;
    return Optional.of(
        Recognised.of(
            error,
            String.format(
                Locale.ROOT,
                "memory of %s is %s: %.1f %% in use, before %s",
                signal.memory(),
                signal.level().name().toLowerCase(Locale.ROOT),
                100 * signal.usedFraction(),
                signal.before().name().toLowerCase(Locale.ROOT))));
  }
}
