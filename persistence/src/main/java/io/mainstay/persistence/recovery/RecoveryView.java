package io.mainstay.persistence.recovery;

import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.List;

/**
 * A recovery as users see it.
 *
 * @param state running, rolling-back, recovered, partly-recovered, rolled-back or stuck
 * @param steps those that were begun, in order
 * @param code why it does not recover all, or empty
 * @param endedAt null until the end
 * @param redrives how often a person had it go on after it was stuck
 */
public record RecoveryView(
    String recoveryId,
    RecoveryPlan plan,
    String state,
    List<StepView> steps,
    String code,
    String message,
    Instant begunAt,
    Instant endedAt,
    int redrives)
    implements WireMessage {
  /**
   * One step.
   *
   * @param state begun, done, failed, unknown, undoing, undo-failed or undone
   * @param evidence what its last answer said
   * @param sharedWith the recovery that did it, or empty
   */
  public record StepView(
      int number, String state, int attempts, String evidence, String sharedWith) {}

  public RecoveryView {
    steps = List.copyOf(steps);
  }
}
