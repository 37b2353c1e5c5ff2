package io.mainstay.actors.recovery.action.memory;

import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.Locale;
import java.util.Objects;

/**
 * One phase of progressive cleanup: when it is due, and when it is enough. Pure.
 *
 * @param name such as {@code gentle_cleanup}
 * @param threshold share of the memory in use from which it is due, 0 to 1
 * @param target share of the memory by which it is to reduce the use, 0 to 1
 */
record CleanupPhase(String name, double threshold, double target) {
  static final String THRESHOLD = "memory_threshold";

  /** What to do. */
  enum Verdict {
    /** Use was below the threshold when the phase began: it, and each later one, is left out. */
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

  /**
   * Whether the memory is under no pressure: less is in use than the first phase is due from. A
   * phase that is not due says nothing of that.
   *
   * @param plan with at least one phase
   */
  static boolean isEased(RecoveryPlan plan, double now) {
    return now < pressure(plan);
  }

  /** Share of the memory from which the first phase of that recovery is due. */
  static double pressure(RecoveryPlan plan) {
    return plan.steps().stream()
        .map(step -> step.parameters().get(THRESHOLD))
        .filter(Objects::nonNull)
        .mapToDouble(Double::parseDouble)
        .min()
        .orElseThrow();
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
