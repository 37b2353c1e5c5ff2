package io.mainstay.actors.recovery.action.processing;

import akka.pattern.StatusReply;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Reads what is left of the sessions that a fault is about. Thread-safe. */
final class ArtifactReader {
  private final SessionQuestions sessions;
  private final SessionMending mending;

  ArtifactReader(ActionFloor floor, SessionMending mending) {
    this.sessions = new SessionQuestions(floor);
    this.mending = mending;
  }

  /** One session after the other; fails if one cannot be read at all. */
  CompletionStage<List<SessionArtifacts>> of(Task task) {
    return sessions
        .sessions(task)
        .thenCompose(asked -> AtATime.one(asked, session -> of(task, session)))
        .thenApply(all -> all.stream().flatMap(List::stream).toList());
  }

  private CompletionStage<List<SessionArtifacts>> of(Task task, String session) {
    return mending.read(task, session).thenApply(List::of).exceptionally(ArtifactReader::orUnknown);
  }

  /** Of one that never was accepted nothing is left to be recovered. */
  private static List<SessionArtifacts> orUnknown(Throwable failure) {
    if (FailureCause.of(failure) instanceof StatusReply.ErrorMessage) {
      return List.of();
    }
    throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }
}
