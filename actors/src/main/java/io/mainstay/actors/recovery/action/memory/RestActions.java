package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sessions rest while memory is short: what they have is saved, and all but the most urgent one are
 * paused where it is short. They go on by themselves; nothing accepted is lost.
 */
final class RestActions {
  private final ActionFloor floor;
  private final MemoryGauge gauge;

  private RestActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
  }

  static void add(
      RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge, MemorySteps steps) {
    RestActions rests = new RestActions(floor, gauge);
    actions
        .add("pause_memory_intensive_sessions", steps.step(rests::pause))
        .add("abort_all_user_sessions", steps.step(rests::saveAll));
  }

  private CompletionStage<RecoveryStepOutcome> pause(Task task) {
    return saved(task)
        .thenCompose(
            text ->
                gauge
                    .read()
                    .thenCompose(
                        figures -> {
                          CompletionStage<String> all = CompletableFuture.completedStage(text);
                          for (var device : MemoryScope.of(task).devices(figures)) {
                            all =
                                all.thenCompose(
                                    before ->
                                        rest(device.id()).thenApply(one -> before + "; " + one));
                          }
                          return all;
                        }))
        .thenApply(Done::new);
  }

  private CompletionStage<String> rest(String deviceId) {
    return floor
        .<PauseCommand, PauseCommand.Resting>ask(
            floor.ports().pauses(), replyTo -> new PauseCommand.Rest(deviceId, replyTo))
        .thenApply(resting -> "paused on " + deviceId + ": " + resting.sessions());
  }

  /** Every batch has a checkpoint of where it is, and gives its device back for a while. */
  private CompletionStage<RecoveryStepOutcome> saveAll(Task task) {
    return saved(task).thenApply(Done::new);
  }

  private CompletionStage<String> saved(Task task) {
    return floor
        .ask(
            floor.ports().processing(), ProcessingCommand.SaveCheckpoints::new, task.step().limit())
        .thenApply(ProcessingCommand.Saved::text);
  }
}
