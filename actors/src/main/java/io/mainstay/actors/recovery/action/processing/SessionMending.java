package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what is left of sessions, and has their journals go on from what can be read. */
interface SessionMending {
  /** Reads all of it; fails if there is no such session. */
  CompletionStage<SessionArtifacts> read(Task task, String sessionId);

  /**
   * Batches whose journal has them go on from what cannot be read go on from what can, each in one
   * event, with what was lost. Completes with how many; none of one that is over.
   */
  CompletionStage<Integer> rewind(Task task, SessionArtifacts session);

  /** That of the node's sessions. */
  static SessionMending of(ActionFloor floor) {
    SessionQuestions sessions = new SessionQuestions(floor);
    return new SessionMending() {
      @Override
      public CompletionStage<SessionArtifacts> read(Task task, String sessionId) {
        return sessions
            .restartable(sessionId, task.step().limit())
            .thenCompose(
                known ->
                    floor.blocking(() -> SessionArtifacts.read(known, floor.around().blobs())));
      }

      @Override
      public CompletionStage<Integer> rewind(Task task, SessionArtifacts session) {
        CompletionStage<Integer> count = CompletableFuture.completedStage(0);
        if (session.finished()) {
          return count;
        }
        for (SessionArtifacts.Batch batch : session.wrong()) {
          count =
              count.thenCompose(
                  before -> rewind(task, session.sessionId(), batch).thenApply(done -> before + 1));
        }
        return count;
      }

      private CompletionStage<SessionProtocol.Recorded> rewind(
          Task task, String sessionId, SessionArtifacts.Batch batch) {
        SessionWork.Checkpoint to = batch.usable().orElse(new SessionWork.Checkpoint(0, ""));
        return sessions
            .entity(sessionId)
            .askWithStatus(
                replyTo ->
                    new SessionProtocol.RecordRestoration(
                        batch.range(),
                        to.step(),
                        to.sha256(),
                        batch.lost(),
                        "recovery " + task.recoveryId(),
                        true,
                        to.step() == 0,
                        replyTo),
                task.step().limit());
      }
    };
  }
}
