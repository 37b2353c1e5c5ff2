package io.mainstay.actors.recovery.action.memory;

import java.util.Locale;

/**
 * One phase of progressive cleanup: when it is due, and when it is enough. Pure.
 *
 * @param name such as {@code gentle_cleanup}
 * @param threshold share of the memory in use from which it is due, 0 to 1
 * @param target share of the memory by which it is to reduce the use, 0 to 1
 */
record CleanupPhase(String name, double threshold, double target) {
  /** What to do. */
  enum Verdict {
    /** Use was below the threshold when the phase began: neither it nor a later one is needed. */
    NOT_DUE,
    /** Use is below the threshold, and less by the target. */
    REACHED,
    /** Go on. */
    DUE
  }

  CleanupPhase {
    if (!(threshold >= 0 && threshold <= 1 && target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Phase %s has the threshold %s and the target %s; both are shares from 0 to 1",
              name,
              threshold,
              target));
    }
  }

  /**
   * As things are.
   *
   * @param begun share in use when the phase began
   * @param now share in use
   */
  Verdict judge(double begun, double now) {
    if (begun < threshold) {
      return Verdict.NOT_DUE;
    }
    return now < threshold && begun - now >= target ? Verdict.REACHED : Verdict.DUE;
  }

  /** For the evidence of a step. */
  String text(double begun, double now) {
    return String.format(
        Locale.ROOT,
        "%s (from %.0f %%, target -%.0f): %.1f %% in use when it began, %.1f %% now: %s",
        name,
        100 * threshold,
        100 * target,
        100 * begun,
        100 * now,
        switch (judge(begun, now)) {
          case NOT_DUE -> "not due";
          case REACHED -> "target reached";
          case DUE -> "target not reached";
        });
  }
}
