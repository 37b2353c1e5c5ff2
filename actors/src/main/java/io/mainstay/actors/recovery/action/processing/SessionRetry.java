package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A session that failed is tried again once, as a new one; one that is such a try already is not.
 * Thread-safe.
 */
final class SessionRetry {
  private static final String SESSION = "Session|";

  private final ActionFloor floor;
  private final SessionQuestions sessions;

  SessionRetry(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
  }

  /**
   * Done when another session goes on with its work, or it needs none.
   *
   * @param sessionId of one that is over
   * @param fromStep 0 for the work from its input
   */
  CompletionStage<RecoveryStepOutcome> again(Task task, String sessionId, int fromStep) {
    return sessions
        .restartable(sessionId, task.step().limit())
        .thenCompose(
            former ->
                switch (FormerAttempt.of(former)) {
                  case NOT_FAILED -> now(notFailed(former));
                  case FAILED_TWICE ->
                      now(
                          failed(
                              "session_restarted_before",
                              sessionId
                                  + " is a further attempt itself and failed too: "
                                  + former.view().code()
                                  + ": "
                                  + former.view().message()));
                  case FAILED ->
                      successor(task, former)
                          .thenCompose(
                              next ->
                                  next.isPresent()
                                      ? now(
                                          done(
                                              sessionId
                                                  + " goes on as "
                                                  + next.get().sessionId()
                                                  + " already"))
                                      : restarted(task, sessionId, fromStep));
                });
  }

  /** Failed if nothing goes on for one that failed. */
  CompletionStage<RecoveryStepOutcome> goesOn(Task task, String sessionId) {
    return sessions
        .restartable(sessionId, task.step().limit())
        .thenCompose(
            former ->
                FormerAttempt.of(former) == FormerAttempt.NOT_FAILED
                    ? now(notFailed(former))
                    : successor(task, former).thenApply(next -> goesOn(sessionId, next)));
  }

  private static RecoveryStepOutcome goesOn(String sessionId, Optional<SessionView> next) {
    return next.map(
            one ->
                done(
                    "session %s goes on as %s, which is %s"
                        .formatted(sessionId, one.sessionId(), one.state())))
        .orElseGet(() -> failed("session_not_reconstructed", "nothing goes on for " + sessionId));
  }

  private static RecoveryStepOutcome notFailed(SessionProtocol.Restartable former) {
    return done(former.view().sessionId() + " is " + former.view().state());
  }

  private CompletionStage<RecoveryStepOutcome> restarted(
      Task task, String sessionId, int fromStep) {
    return floor
        .<ProcessingCommand, ProcessingCommand.Restarted>askStatus(
            floor.ports().processing(),
            replyTo ->
                new ProcessingCommand.RestartSession(
                    sessionId, fromStep, "recovery " + task.recoveryId(), replyTo),
            task.step().limit())
        .thenApply(
            next ->
                done(
                    "session %s goes on as %s, with %d results and %d checkpoints of it"
                        .formatted(
                            sessionId,
                            next.sessionId(),
                            next.batchesKept(),
                            next.checkpointsKept())));
  }

  /** The session that was accepted because of that one, which its own journal says. */
  private CompletionStage<Optional<SessionView>> successor(
      Task task, SessionProtocol.Restartable former) {
    return floor
        .blocking(() -> followers(former))
        .thenCompose(ids -> AtATime.one(ids, id -> sessions.restartable(id, task.step().limit())))
        .thenApply(all -> FormerAttempt.successor(former, all));
  }

  /** However many sessions were accepted since: the journal knows what followed from an event. */
  private List<String> followers(SessionProtocol.Restartable former) {
    try (JournalReader reader = JournalReader.of(floor.around().database())) {
      return reader.followers(former.accepted().eventId(), SESSION).stream()
          .map(id -> id.substring(SESSION.length()))
          .filter(id -> !id.equals(former.view().sessionId()))
          .toList();
    }
  }
}
