package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.protocol.WorkerBlame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How bad a fault is in its context. What a caller did wrong never counts for more than its bound.
 * Everything else moves by steps: worse when no device serves, when it comes again and again, when
 * the node is degraded already; better when others can take over, unless it is critical. Pure.
 *
 * @param severity in this context
 * @param context why it is not what the catalog says, one phrase each; also what evened out
 */
public record ContextualSeverity(Severity severity, List<String> context) {
  public ContextualSeverity {
    context = List.copyOf(context);
  }

  /** Recomputes the severity of an error of the catalog. */
  public static ContextualSeverity of(
      ErrorDefinition error, WorkerBlame blame, FaultContext around, EscalationPolicy policy) {
    if (!blame.countsAgainstHealth()) {
      return error.severity().compareTo(policy.callersSeverityMax()) < 0
          ? new ContextualSeverity(
              policy.callersSeverityMax(), List.of("it is the " + lower(blame) + "'s own"))
          : new ContextualSeverity(error.severity(), List.of());
    }
    List<String> context = new ArrayList<>();
    int worse = 0;
    if (dependsOnDevices(error) && around.devices() > 0 && around.devicesServing() == 0) {
      worse++;
      context.add("no device serves");
    }
    if (dependsOnDevices(error)
        && around.devicesServing() > 1
        && error.severity() != Severity.CRITICAL) {
      worse--;
      context.add(around.devicesServing() - 1 + " other devices serve");
    }
    if (around.repeats() >= policy.repeats()) {
      worse++;
      context.add(around.repeats() + " times within " + policy.repeatWindow().toSeconds() + " s");
    }
    if (around.degraded()) {
      worse++;
      context.add("the node is degraded already");
    }
    return new ContextualSeverity(moved(error.severity(), worse), context);
  }

  private static boolean dependsOnDevices(ErrorDefinition error) {
    return error.domain() == Domain.DEVICE
        || error.domain() == Domain.INFERENCE
        || error.domain() == Domain.MODEL;
  }

  /** Never below low: what is a fault is more than information. */
  private static Severity moved(Severity from, int worse) {
    if (from == Severity.INFO) {
      return from;
    }
    int to = Math.min(Math.max(from.ordinal() - worse, 0), Severity.LOW.ordinal());
    return Severity.values()[to];
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
