package io.mainstay.actors.gateway;

import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryView;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A recovery as clients see it.
 *
 * @param kind cascade or strategy
 * @param name in its catalog
 * @param error that it answers
 * @param subject what failed
 * @param status waiting, running, rolling-back, recovered, partly-recovered, rolled-back or stuck;
 *     of an error that is not over held, released, retrying, given-up or protected, with no id
 * @param code why it does not recover all, or empty
 * @param message for people; of an error that is not over what ends the wait
 * @param endedAt null until the end
 * @param redrives how often a person had it go on
 */
public record RecoverySummary(
    String recoveryId,
    String kind,
    String name,
    String error,
    String subject,
    int priority,
    String status,
    List<StepSummary> steps,
    String code,
    String message,
    Instant begunAt,
    Instant endedAt,
    int redrives)
    implements WireMessage {
  /**
   * A step.
   *
   * @param step from 1
   * @param status pending, begun, done, failed, unknown, undoing, undo-failed or undone
   * @param sharedWith the recovery that did it for both, or empty
   */
  public record StepSummary(
      int step,
      String domain,
      String action,
      long limitMillis,
      String status,
      int attempts,
      String evidence,
      String sharedWith) {}

  public RecoverySummary {
    steps = List.copyOf(steps);
  }

  static RecoverySummary of(RecoveryView view) {
    List<StepSummary> steps = new ArrayList<>();
    for (RecoveryPlan.Step planned : view.plan().steps()) {
      steps.add(step(planned, view.steps()));
    }
    RecoveryPlan plan = view.plan();
    return new RecoverySummary(
        view.recoveryId(),
        plan.kind().name().toLowerCase(Locale.ROOT),
        plan.name(),
        plan.error(),
        plan.subject(),
        plan.priority(),
        view.state(),
        steps,
        view.code(),
        view.message(),
        view.begunAt(),
        view.endedAt(),
        view.redrives());
  }

  private static StepSummary step(RecoveryPlan.Step planned, List<RecoveryView.StepView> begun) {
    return begun.stream()
        .filter(step -> step.number() == planned.number())
        .findFirst()
        .map(
            step ->
                new StepSummary(
                    planned.number(),
                    planned.domain(),
                    planned.action(),
                    planned.limitMillis(),
                    step.state(),
                    step.attempts(),
                    step.evidence(),
                    step.sharedWith()))
        .orElseGet(
            () ->
                new StepSummary(
                    planned.number(),
                    planned.domain(),
                    planned.action(),
                    planned.limitMillis(),
                    "pending",
                    0,
                    "",
                    ""));
  }
}
