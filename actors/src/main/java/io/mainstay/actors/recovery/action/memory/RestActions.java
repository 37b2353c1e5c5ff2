package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sessions rest while memory is short: what they have is saved, and all but the most urgent one are
 * paused where it is short, or all of them stop. They go on by themselves; nothing accepted is
 * lost.
 */
final class RestActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final MemoryGauge gauge;

  private RestActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.gauge = gauge;
  }

  /** Adds them; answers the same for others that need sessions to rest. */
  static RestActions add(
      RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge, MemorySteps steps) {
    RestActions rests = new RestActions(floor, gauge);
    actions
        .add("pause_memory_intensive_sessions", steps.step(rests::pause))
        .add("abort_all_user_sessions", steps.step(rests::restAll));
    return rests;
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

  /**
   * Every open session writes where it is and is worked on no more: no runner and no heap is left,
   * nor does one that waited, or that comes, take their place. They go on when the recovery lets
   * them, with {@link #goOn}, or after {@code rest_at_most_ms}.
   */
  CompletionStage<RecoveryStepOutcome> restAll(Task task) {
    return rest(task).thenApply(Rested::outcome);
  }

  /**
   * What became of having all rest.
   *
   * @param sessions that were asked to; one that was accepted since is none of them
   */
  record Rested(Set<String> sessions, RecoveryStepOutcome outcome) {}

  /** The same, and which sessions they are. */
  CompletionStage<Rested> rest(Task task) {
    Duration longest = StepTimes.millis(task, "rest_at_most_ms");
    return questions
        .work()
        .thenCompose(
            before ->
                floor
                    .<ProcessingCommand, HoldCommand.Resting>ask(
                        floor.ports().processing(),
                        replyTo ->
                            new HoldCommand.Rest(
                                task.recoveryId(), before.open(), true, longest, replyTo),
                        task.step().limit())
                    .thenCompose(resting -> awaitRest(task, before, resting, longest))
                    .thenApply(outcome -> new Rested(before.open(), outcome)));
  }

  private CompletionStage<RecoveryStepOutcome> awaitRest(
      Task task, ProcessingCommand.Facts before, HoldCommand.Resting resting, Duration longest) {
    AtomicReference<String> last = new AtomicReference<>("processing did not answer");
    return floor.await(
        task,
        () ->
            questions
                .work()
                .thenApply(
                    now -> {
                      Set<String> left = new TreeSet<>(now.runners());
                      left.addAll(now.heap().keySet());
                      left.retainAll(before.open());
                      last.set("sessions still work or hold heap: " + left);
                      return left.isEmpty()
                          ? Optional.of(
                              new Done(
                                  "%d open sessions rest for %d ms at most, %d of them were at work; %s; heap of batches %d -> %d bytes"
                                      .formatted(
                                          before.open().size(),
                                          longest.toMillis(),
                                          resting.stopped().size(),
                                          resting.saved().text(),
                                          heap(before),
                                          heap(now))))
                          : Optional.empty();
                    }),
        last::get);
  }

  private static long heap(ProcessingCommand.Facts facts) {
    return facts.heap().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that rest for that recovery need not any longer; completes when they need not. */
  static CompletionStage<HoldCommand.Resting> goOn(ActionFloor floor, Task task) {
    return floor.ask(
        floor.ports().processing(), replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo));
  }

  private CompletionStage<String> saved(Task task) {
    return floor
        .ask(
            floor.ports().processing(), ProcessingCommand.SaveCheckpoints::new, task.step().limit())
        .thenApply(ProcessingCommand.Saved::text);
  }
}
