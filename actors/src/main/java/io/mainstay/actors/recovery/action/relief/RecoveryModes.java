package io.mainstay.actors.recovery.action.relief;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModeGround;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletionStage;

/**
 * Modes that recoveries enter and leave. The ground's source names the recovery and its subject, so
 * that whoever looks later, also in a later life of the node, knows when it is over: see {@link
 * ReliefWatch}. Thread-safe.
 */
public final class RecoveryModes {
  private final ActionFloor floor;

  public RecoveryModes(ActionFloor floor) {
    this.floor = floor;
  }

  /**
   * Enters the mode until what led to it is over; done when it holds, with what it demands, failed
   * when a person keeps it off.
   */
  public CompletionStage<RecoveryStepOutcome> enter(
      Task task, ModeKey key, ModeTrigger trigger, String reason) {
    return enter(task, key, trigger, ReliefGround.kept(task), reason);
  }

  /** The same, until a later step or a rollback takes it back with {@link #leave}. */
  public CompletionStage<RecoveryStepOutcome> enterMeanwhile(
      Task task, ModeKey key, ModeTrigger trigger, String reason) {
    return enter(task, key, trigger, ReliefGround.meanwhile(task), reason);
  }

  private CompletionStage<RecoveryStepOutcome> enter(
      Task task, ModeKey key, ModeTrigger trigger, String source, String reason) {
    return new ModeGround(floor, key, source)
        .enter(trigger, reason, task.cause(), task.step().limit())
        .thenApply(view -> entered(key, view));
  }

  private static RecoveryStepOutcome entered(ModeKey key, ModeView view) {
    boolean holds = view.active().stream().anyMatch(active -> active.key().equals(key));
    return holds
        ? new RecoveryStepOutcome.Done(
            key.text()
                + " holds; in force: "
                + String.join("; ", ModeRules.phrases(view.restrictions())))
        : new RecoveryStepOutcome.Failed(
            "mode_kept_off",
            key.text() + " was asked for and does not hold: a person keeps the node out of it");
  }

  /** Takes the task's grounds back. The mode ends when nobody has one, after its quiet time. */
  public CompletionStage<RecoveryStepOutcome> leave(Task task, ModeKey key) {
    String why = "the recovery takes it back";
    return leave(key, ReliefGround.kept(task), why, task)
        .thenCompose(left -> leave(key, ReliefGround.meanwhile(task), why, task));
  }

  private CompletionStage<RecoveryStepOutcome> leave(
      ModeKey key, String source, String reason, Task task) {
    return new ModeGround(floor, key, source)
        .leave(reason, task.cause(), task.step().limit())
        .thenApply(
            view ->
                new RecoveryStepOutcome.Done(
                    "no ground of it is left for " + key.text() + "; modes: " + modes(view)));
  }

  private static String modes(ModeView view) {
    return view.restrictions().modesText();
  }
}
