package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The last level of the inference fallback chain: nothing computes for now, so accepted sessions
 * write where they are and wait, for a bounded time and not in vain tries. It brings no engine
 * back, so the recovery has not reached its aim; its failure tells people that work waits.
 */
public final class WorkDeferral {
  private final ActionFloor floor;

  private WorkDeferral(ActionFloor floor) {
    this.floor = floor;
  }

  /** Adds it. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    actions.add("operation_deferral", new WorkDeferral(floor)::defer);
  }

  private CompletionStage<RecoveryStepOutcome> defer(Task task) {
    Duration longest = StepTimes.millis(task, "hold-ms");
    return new Questions(floor)
        .work()
        .thenCompose(
            facts ->
                floor.<ProcessingCommand, HoldCommand.Resting>ask(
                    floor.ports().processing(),
                    replyTo ->
                        new HoldCommand.Rest(task.recoveryId(), facts.open(), longest, replyTo),
                    task.step().limit()))
        .thenApply(
            resting ->
                new RecoveryStepOutcome.Done(
                    "%d accepted sessions wait for %d s at most, %d of them were at work; %s"
                        .formatted(
                            resting.held().size(),
                            longest.toSeconds(),
                            resting.stopped().size(),
                            resting.saved().text())));
  }
}
