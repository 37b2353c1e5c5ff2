package io.mainstay.actors.recovery.engine;

import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * An action that ended without an outcome, as people read it: a refusal keeps its code and remedy,
 * and nothing names a class or an actor of this program. Pure.
 */
final class ActionFailure {
  /** Code of what an action does not expect. */
  static final String UNEXPECTED = "recovery_action_failed";

  /** Code of a question that nobody answered in time. */
  static final String UNANSWERED = "recovery_question_unanswered";

  private ActionFailure() {}

  /**
   * What is told of it.
   *
   * @param action that was performed, for that step of the plan
   */
  static RecoveryStepOutcome.Failed of(
      RecoveryPlan plan, RecoveryPlan.Step step, String action, Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof Refusal refusal) {
      return failed(refusal.code(), refusal.getMessage() + "; " + refusal.remedy());
    }
    if (cause instanceof TimeoutException) {
      return failed(
          UNANSWERED,
          "%s of '%s' asked and had no answer in time, its limit is %d ms; "
                  .formatted(action, plan.subject(), step.limitMillis())
              + "'mainstay status' shows what is busy or starts anew, 'mainstay recoveries' whether"
              + " the step is tried again");
    }
    if (cause instanceof StatusReply.ErrorMessage) {
      return failed(UNEXPECTED, cause.getMessage());
    }
    return failed(
        UNEXPECTED,
        "%s of '%s' ended before it had a result: %s; the node's log has the whole of it"
            .formatted(action, plan.subject(), text(cause)));
  }

  /** Whether the node's log should have the whole of it: nobody expected that. */
  static boolean surprising(Throwable failure) {
    Throwable cause = cause(failure);
    return !(cause instanceof Refusal
        || cause instanceof TimeoutException
        || cause instanceof StatusReply.ErrorMessage);
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? "it did not say why" : cause.getMessage();
  }

  private static RecoveryStepOutcome.Failed failed(String code, String message) {
    return new RecoveryStepOutcome.Failed(code, message);
  }
}
