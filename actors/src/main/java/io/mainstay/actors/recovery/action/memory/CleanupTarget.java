package io.mainstay.actors.recovery.action.memory;

import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.Objects;
import java.util.OptionalDouble;

/** What a recovery wants of a memory: less than that share of it in use. Pure. */
public final class CleanupTarget {
  static final String PARAMETER = "recovery_target";

  private CleanupTarget() {}

  /** The strictest of the plan's steps, 0 to 1; empty if none has one. */
  public static OptionalDouble of(RecoveryPlan plan) {
    return plan.steps().stream()
        .map(step -> step.parameters().get(PARAMETER))
        .filter(Objects::nonNull)
        .mapToDouble(Double::parseDouble)
        .min();
  }
}
