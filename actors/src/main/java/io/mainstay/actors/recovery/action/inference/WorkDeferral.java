package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import akka.pattern.Patterns;
import io.mainstay.actors.consistency.check.ModelFacts;
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
 * The last level of the inference fallback chain: accepted sessions that no device can compute for
 * write where they are and wait, for a bounded time and not in vain tries; they go on as soon as a
 * device that serves can have their models. Sessions that devices compute for go on all the while:
 * where there are only such the step fails with {@code others_compute}. It brings no engine back,
 * so the recovery has not reached its aim; its failure tells people that work waits. Thread-safe.
 */
public final class WorkDeferral {
  private final ActionFloor floor;
  private final Questions questions;

  private WorkDeferral(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Adds it. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    actions.add("operation_deferral", new WorkDeferral(floor)::defer);
  }

  private CompletionStage<RecoveryStepOutcome> defer(Task task) {
    return ServingDevices.ask(questions)
        .thenCompose(
            devices ->
                questions
                    .work()
                    .thenCombine(
                        questions.residences().exceptionally(silent -> ModelFacts.NONE),
                        (work, models) -> UnservedSessions.of(work.open(), models.held(), devices))
                    .thenCompose(
                        unserved ->
                            unserved.sessions().isEmpty() && !devices.none()
                                ? now(othersCompute(devices))
                                : rest(task, unserved, devices.none())));
  }

  private static RecoveryStepOutcome othersCompute(ServingDevices devices) {
    return failed(
        "others_compute",
        "Each open session has its models on "
            + devices.ids()
            + ", which serve, or can have them there: none has to wait");
  }

  /**
   * Those sessions rest until they are served.
   *
   * @param newcomers whether nobody else begins either, since no device serves at all
   */
  private CompletionStage<RecoveryStepOutcome> rest(
      Task task, UnservedSessions unserved, boolean newcomers) {
    Duration longest = StepTimes.millis(task, "hold-ms");
    long end = System.nanoTime() + longest.toNanos();
    return floor
        .<ProcessingCommand, HoldCommand.Resting>ask(
            floor.ports().processing(),
            replyTo ->
                new HoldCommand.Rest(
                    task.recoveryId(), unserved.sessions(), newcomers, longest, replyTo),
            task.step().limit())
        .whenComplete((resting, failure) -> letGoOnceServed(task, unserved, newcomers, end))
        .thenApply(
            resting ->
                done(
                    "%d accepted sessions wait for %d s at most, or until a device can have %s; %d of them were at work; %s"
                        .formatted(
                            unserved.sessions().size(),
                            longest.toSeconds(),
                            unserved.wanted(),
                            resting.stopped().size(),
                            resting.saved().text())));
  }

  /**
   * Looks until each of them can go on, or all do so by themselves; a failed look is made again.
   */
  private void letGoOnceServed(Task task, UnservedSessions left, boolean newcomers, long end) {
    if (left.sessions().isEmpty() && !newcomers || System.nanoTime() - end >= 0) {
      return;
    }
    Patterns.after(floor.lookInterval(), floor.system(), () -> ServingDevices.ask(questions))
        .whenComplete(
            (devices, failure) -> {
              UnservedSessions still = failure == null ? left.among(devices) : left;
              boolean closed = newcomers && (failure != null || devices.none());
              if (!still.equals(left) || closed != newcomers) {
                goOn(task, still);
              }
              letGoOnceServed(task, still, closed, end);
            });
  }

  private void goOn(Task task, UnservedSessions but) {
    floor
        .ports()
        .processing()
        .tell(new HoldCommand.GoOn(task.recoveryId(), but.sessions(), floor.system().ignoreRef()));
  }
}
