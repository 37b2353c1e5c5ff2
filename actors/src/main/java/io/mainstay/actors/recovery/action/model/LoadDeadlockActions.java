package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.enough;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Loads that stand still: they are told from slow ones by their progress over a while, what they
 * hold is given back, and they begin anew in a clean worker. A worker that hangs is ended by its
 * slot; these wait for that and go on from there.
 */
public final class LoadDeadlockActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final StandingLoads standing;

  private LoadDeadlockActions(ActionFloor floor, StandingLoads standing) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.standing = standing;
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    StandingLoads standing = new StandingLoads(floor);
    LoadDeadlockActions loads = new LoadDeadlockActions(floor, standing);
    DeadlockedResources resources = new DeadlockedResources(floor);
    actions
        .add("detect_loading_deadlock", loads::detect)
        .add("await_load_progress", loads::awaitProgress)
        .add("release_deadlocked_resources", resources::release)
        .add("release_unused_cache_memory", resources::releaseCache)
        .add("restart_model_loading", new InterruptedLoads(floor)::restart)
        .add("replace_stuck_workers", new StuckWorkers(floor, standing)::replace);
  }

  /** Looks until no load is under way, or one has made no progress for {@code still_ms}. */
  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    StandingLoads.Windows windows = StandingLoads.Windows.of(task);
    return questions
        .devices()
        .thenCombine(
            standing.find(windows),
            (devices, stuck) ->
                done(
                    (stuck.isEmpty()
                            ? "no load stands still any more"
                            : "stands still for " + windows.text() + ": " + stuck)
                        + "; "
                        + Subjects.devices(task.subject(), devices).stream()
                            .map(LoadDeadlockActions::text)
                            .collect(Collectors.joining("; "))));
  }

  private static String text(DeviceView device) {
    return Workers.text(device)
        + (device.lastDeath().isEmpty() ? "" : ", last death: " + device.lastDeath());
  }

  /** Each further step of this gives loads more time: a slow disk is no deadlock. */
  private CompletionStage<RecoveryStepOutcome> awaitProgress(Task task) {
    return floor.await(
        task,
        () ->
            standing
                .loading()
                .thenApply(
                    now ->
                        now.isEmpty()
                            ? Optional.of(enough("no load is under way"))
                            : Optional.empty()),
        () -> "loads are not over");
  }
}
