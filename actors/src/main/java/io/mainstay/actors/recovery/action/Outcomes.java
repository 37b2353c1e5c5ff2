package io.mainstay.actors.recovery.action;

import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What steps of recoveries come to, in the words of their actions. Pure. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * The effect is there, and the steps after it are wanted too.
   *
   * @param evidence what was seen of it, with figures and units
   */
  public static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }

  /** The effect is there, and with it the aim of the whole recovery. */
  public static RecoveryStepOutcome enough(String evidence) {
    return done(evidence, true);
  }

  /**
   * The effect is there.
   *
   * @param enough whether the aim of the whole recovery is reached with it
   */
  public static RecoveryStepOutcome done(String evidence, boolean enough) {
    return new RecoveryStepOutcome.Done(evidence, enough, "");
  }

  /** Not so, and nothing of it is left behind. */
  public static RecoveryStepOutcome failed(String code, String message) {
    return new RecoveryStepOutcome.Failed(code, message);
  }

  /** For a step that has nothing to wait for. */
  public static CompletionStage<RecoveryStepOutcome> now(RecoveryStepOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
