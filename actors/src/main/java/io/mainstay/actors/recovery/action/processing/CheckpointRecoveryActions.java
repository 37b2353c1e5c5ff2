package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.Outcomes;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sessions come back from a checkpoint that can be read. What is durable decides: asked again, each
 * step finds what it did before.
 */
public final class CheckpointRecoveryActions {
  private final Questions questions;
  private final SessionMending mending;
  private final ArtifactReader artifacts;
  private final IdleSessions idle;

  private CheckpointRecoveryActions(ActionFloor floor) {
    this.questions = new Questions(floor);
    this.mending = SessionMending.of(floor);
    this.artifacts = new ArtifactReader(floor, mending);
    this.idle = new IdleSessions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    CheckpointRecoveryActions recovery = new CheckpointRecoveryActions(floor);
    actions
        .add("locate_latest_valid_checkpoint", recovery::locate)
        .add("restore_session_state", recovery::restore)
        .add("validate_restored_state", recovery::validate)
        .add("resume_session_execution", recovery::resume);
  }

  private CompletionStage<RecoveryStepOutcome> locate(Task task) {
    return fromCheckpoints(task, found -> now(done(SessionArtifacts.text(found))));
  }

  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return fromCheckpoints(
        task,
        found ->
            AtATime.one(found, one -> mending.rewind(task, one))
                .thenApply(
                    counts ->
                        done(
                            counts.stream().mapToInt(Integer::intValue).sum()
                                + " batches go on from another checkpoint than"
                                + " their journal had; "
                                + SessionArtifacts.text(found))));
  }

  /** State consistency, and that somebody can do the work. */
  private CompletionStage<RecoveryStepOutcome> validate(Task task) {
    return fromCheckpoints(
        task,
        found ->
            CheckpointVerdict.inconsistent(found)
                .map(Outcomes::now)
                .orElseGet(() -> served(found)));
  }

  private CompletionStage<RecoveryStepOutcome> served(List<SessionArtifacts> found) {
    return questions
        .devices()
        .thenApply(
            devices -> {
              long serving = devices.stream().filter(DeviceView::serves).count();
              return serving == 0
                  ? failed("no_device_serves", "nobody can do the work now")
                  : done(serving + " devices serve; " + SessionArtifacts.text(found));
            });
  }

  private CompletionStage<RecoveryStepOutcome> resume(Task task) {
    return fromCheckpoints(task, found -> idle.resumeAsked(task));
  }

  /** With what is left of them, unless none of them has a checkpoint. */
  private CompletionStage<RecoveryStepOutcome> fromCheckpoints(
      Task task, Function<List<SessionArtifacts>, CompletionStage<RecoveryStepOutcome>> step) {
    return artifacts
        .of(task)
        .thenCompose(
            found ->
                CheckpointVerdict.noCheckpoint(found)
                    .map(Outcomes::now)
                    .orElseGet(() -> step.apply(found)));
  }
}
