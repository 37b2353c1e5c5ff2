package io.mainstay.actors.memory;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * When use of a memory becomes which pressure. Pure. A level is entered as soon as its threshold is
 * reached, and left only when use is below it by the hysteresis, so that a value at the edge does
 * not flap.
 *
 * @param moderateAt share of the memory in use, 0 to 1
 * @param highAt above {@code moderateAt}
 * @param criticalAt above {@code highAt}, at most 1
 * @param hysteresis share, at least 0, below {@code moderateAt}
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "policy",
    fields = "emergency")
public record PressureThresholds(
    double moderateAt, double highAt, double criticalAt, double hysteresis) {
  public PressureThresholds {
    boolean ascending =
        0 < moderateAt && moderateAt < highAt && highAt < criticalAt && criticalAt <= 1;
    if (!ascending || !(hysteresis >= 0 && hysteresis < moderateAt)) {
      throw new IllegalArgumentException(
          String.format(
              java.util.Locale.ROOT,
              "mainstay.memory.pressure has moderate-at %s, high-at %s, critical-at %s, hysteresis"
                  + " %s; they must ascend between 0 and 1, with the hysteresis below moderate-at",
              moderateAt,
              highAt,
              criticalAt,
              hysteresis));
    }
  }

  /** The level after {@code present} at such use. */
  PressureLevel next(PressureLevel present, double usedFraction) {
    PressureLevel rising = at(usedFraction);
    if (rising.compareTo(present) >= 0) {
      return rising;
    }
    PressureLevel falling = at(usedFraction + hysteresis);
    return falling.compareTo(present) < 0 ? falling : present;
  }

  private PressureLevel at(double usedFraction) {
    if (usedFraction >= criticalAt) {
      return PressureLevel.CRITICAL;
    }
    if (usedFraction >= highAt) {
      return PressureLevel.HIGH;
    }
    return usedFraction >= moderateAt ? PressureLevel.MODERATE : PressureLevel.LOW;
  }
}
