package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.session.SessionCarry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Sessions without a checkpoint come back from what is left of their work, else from their input.
 * What is durable decides: asked again, each step finds what it did before.
 */
public final class SessionReconstructionActions {
  private final Questions questions;
  private final SessionMending mending;
  private final ArtifactReader artifacts;
  private final SessionRetry retry;
  private final IdleSessions idle;

  private SessionReconstructionActions(ActionFloor floor) {
    this.questions = new Questions(floor);
    this.mending = SessionMending.of(floor);
    this.artifacts = new ArtifactReader(floor, mending);
    this.retry = new SessionRetry(floor);
    this.idle = new IdleSessions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    SessionReconstructionActions reconstruction = new SessionReconstructionActions(floor);
    actions
        .add("analyze_session_artifacts", reconstruction::analyze)
        .add("reconstruct_session_state", reconstruction::reconstruct)
        .add("validate_reconstructed_state", reconstruction::validate)
        .add("clean_session_restart", reconstruction::restart);
  }

  private CompletionStage<RecoveryStepOutcome> analyze(Task task) {
    return artifacts
        .of(task)
        .thenCombine(
            questions.work(),
            (found, facts) ->
                done(
                    SessionArtifacts.text(found)
                        + "; heap of those sessions: "
                        + found.stream()
                            .mapToLong(one -> facts.heap().getOrDefault(one.sessionId(), 0L))
                            .sum()
                        + " bytes"));
  }

  /** What is sound stays; what is not is computed again. */
  private CompletionStage<RecoveryStepOutcome> reconstruct(Task task) {
    return artifacts
        .of(task)
        .thenCompose(found -> AtATime.one(found, one -> reconstructed(task, one)))
        .thenApply(all -> together(all, false));
  }

  private CompletionStage<RecoveryStepOutcome> reconstructed(Task task, SessionArtifacts session) {
    if (!session.damaged().isEmpty()) {
      return now(failed("session_artifacts_damaged", session.text()));
    }
    if (!session.finished()) {
      return mending
          .rewind(task, session)
          .thenApply(count -> done(count + " batches begin where they can; " + session.text()));
    }
    return retry.again(task, session.sessionId(), SessionCarry.EVERYTHING);
  }

  /** Conservative: all of it is read once more. */
  private CompletionStage<RecoveryStepOutcome> validate(Task task) {
    return artifacts
        .of(task)
        .thenCompose(found -> AtATime.one(found, one -> goesOn(task, one)))
        .thenCompose(
            all -> {
              RecoveryStepOutcome outcome = together(all, true);
              return outcome instanceof RecoveryStepOutcome.Failed
                  ? now(outcome)
                  : idle.resumeAsked(task)
                      .thenApply(
                          worked -> worked instanceof RecoveryStepOutcome.Done ? outcome : worked);
            });
  }

  private CompletionStage<RecoveryStepOutcome> goesOn(Task task, SessionArtifacts session) {
    if (session.finished()) {
      return retry.goesOn(task, session.sessionId());
    }
    return now(
        session.isConsistent()
            ? done(session.text())
            : failed("session_state_inconsistent", session.text()));
  }

  /** The work from its input, if nothing of what was done can be used. */
  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return artifacts
        .of(task)
        .thenCompose(
            found ->
                AtATime.one(
                    found,
                    one ->
                        one.finished()
                            ? retry.again(task, one.sessionId(), 0)
                            : now(done(one.text()))))
        .thenApply(all -> together(all, true));
  }

  /** What they come to: failed if one of them did, with what that says. */
  static RecoveryStepOutcome together(List<RecoveryStepOutcome> all, boolean enough) {
    for (RecoveryStepOutcome one : all) {
      if (one instanceof RecoveryStepOutcome.Failed) {
        return one;
      }
    }
    return done(
        all.isEmpty()
            ? SessionArtifacts.NONE
            : all.stream()
                .map(one -> ((RecoveryStepOutcome.Done) one).evidence())
                .collect(Collectors.joining("; ")),
        enough);
  }
}
