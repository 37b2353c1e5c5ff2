package io.mainstay.actors.recovery.action.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.Sessions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the steps about sessions ask of them, and of who holds them. Thread-safe. */
final class SessionQuestions {
  private final ActionFloor floor;
  private final Questions questions;

  SessionQuestions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** The session that the fault names, or all that are open. */
  CompletionStage<Set<String>> sessions(Task task) {
    Optional<String> named = Subjects.session(task.subject());
    return named.isPresent()
        ? CompletableFuture.completedFuture(Set.of(named.get()))
        : questions.work().thenApply(ProcessingCommand.Facts::open);
  }

  /** What its journal has to go on from. */
  CompletionStage<SessionProtocol.Restartable> restartable(String sessionId, Duration within) {
    return entity(sessionId).askWithStatus(SessionProtocol.GetRestartable::new, within);
  }

  /** The session itself. */
  EntityRef<SessionProtocol.Command> entity(String sessionId) {
    return ClusterSharding.get(floor.system()).entityRefFor(Sessions.KEY, sessionId);
  }

  CompletionStage<HoldCommand.Resting> hold(
      Function<ActorRef<HoldCommand.Resting>, HoldCommand> question, Duration within) {
    return AskPattern.ask(
        floor.ports().processing(),
        (ActorRef<HoldCommand.Resting> replyTo) -> question.apply(replyTo),
        within,
        floor.system().scheduler());
  }

  void putRight(String sessionId, ProcessingCommand.Right right) {
    floor.ports().processing().tell(new ProcessingCommand.PutRight(sessionId, right));
  }
}
