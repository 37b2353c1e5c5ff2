package io.mainstay.actors.consistency.check;

import java.time.Duration;

/**
 * When repair begins and when it has succeeded.
 *
 * @param below a check, or all together, with a lower score is repaired
 * @param above every repaired check, and all together, must have a higher score then
 * @param within that time, else a person is called
 */
public record RepairLimits(double below, double above, Duration within) {
  public RepairLimits {
    boolean ordered = 0 < below && below <= above && above < 1;
    if (!ordered || within.isNegative() || within.isZero()) {
      throw new IllegalArgumentException(
          "Repair below "
              + below
              + " until above "
              + above
              + " within "
              + within
              + "; needed: 0 < below <= above < 1 and a time above 0");
    }
  }
}
