package io.mainstay.actors.recovery.engine;

import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What a step does, or what takes it back. It acts where the state is (it asks the domain), looks
 * whether the effect is there, and says what it saw. Asked for again it comes to the same. It may
 * take as long as the step's limit: later answers are not heard.
 */
@FunctionalInterface
public interface RecoveryAction {
  /**
   * For what.
   *
   * @param recoveryId the recovery
   * @param plan its plan, with the subject
   * @param step its step, with limit and parameters
   * @param cause that the step, or what takes it back, was asked for, in the journal: the cause of
   *     what it does
   * @param beganNanos {@link System#nanoTime()} from which its limit counts
   */
  record Task(
      String recoveryId,
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      EventMeta cause,
      long beganNanos) {
    /** One that begins now. */
    public Task(String recoveryId, RecoveryPlan plan, RecoveryPlan.Step step, EventMeta cause) {
      this(recoveryId, plan, step, cause, System.nanoTime());
    }

    /** Of its limit; negative when that is over. */
    public Duration timeLeft(long nowNanos) {
      return step.limit().minusNanos(nowNanos - beganNanos);
    }

    /** What failed: a device, a model, a session, or the node. */
    public String subject() {
      return plan.subject();
    }

    /** A parameter of the step; fails if the catalog does not give it. */
    public String parameter(String name) {
      String value = step.parameters().get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            "%s of %s has no parameter %s".formatted(step.action(), plan.name(), name));
      }
      return value;
    }
  }

  /** Begins; completes when the effect is seen, or cannot be had. */
  CompletionStage<RecoveryStepOutcome> perform(Task task);
}
