package io.mainstay.persistence.saga;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.List;

/** Commands of the saga entity. */
public final class SagaProtocol {
  private SagaProtocol() {}

  /** What a saga understands. */
  public sealed interface Command extends WireMessage {}

  /**
   * Answered once the start is durable. The same plan started again answers the same; another plan
   * under the same id is refused.
   *
   * @param cause the event that led to it, or null
   */
  public record Start(SagaPlan plan, EventMeta cause, ActorRef<StatusReply<SagaView>> replyTo)
      implements Command {}

  /**
   * Answered once the saga has ended; at once if it has. The subscription ends with the node: ask
   * with a bound, and ask again. Refused when there is no such saga.
   */
  public record Subscribe(ActorRef<StatusReply<SagaOutcome>> replyTo) implements Command {}

  /** Refused when there is no such saga. */
  public record Get(ActorRef<StatusReply<SagaView>> replyTo) implements Command {}

  /**
   * Has a stuck saga go on taking back, from where it stuck. Answered once that is durable; one
   * that goes on already, or has gone on to its end since, answers how far it is. Refused when it
   * never was stuck.
   *
   * @param by who asks, for the journal
   */
  public record Redrive(String by, ActorRef<StatusReply<SagaView>> replyTo) implements Command {}

  /**
   * Wakes it if it is not in memory, and so has it go on. One that is awake and wrote nothing for
   * that long goes on as after a restart; nothing happens to another one.
   *
   * @param idleMillis 0 or more
   */
  public record GoOn(long idleMillis) implements Command {}

  /** The entity wakes itself after recovery. */
  record Resume() implements Command {}

  /** The pause before the next attempt of a compensation is over. */
  record RetryUndo(SagaStep step, int attempt) implements Command {}

  /** A step was answered, or was not in time. */
  record StepAnswered(SagaStep step, SagaProgress.Answer answer) implements Command {}

  /** A compensation was answered, or was not in time. */
  record UndoAnswered(SagaStep step, int attempt, SagaProgress.Answer answer) implements Command {}

  /** It was looked whether anything is left, or not in time. */
  record Verified(int attempt, SagaProgress.Answer answer) implements Command {}

  /** Whoever tells people knows of it durably, or did not say so in time. */
  record Announced(boolean durable) implements Command {}

  /** Tell it once more. */
  record AnnounceAgain() implements Command {}

  /** It is over and nobody asked for a while: leave memory. */
  record Retire() implements Command {}

  /**
   * A saga as users see it.
   *
   * @param state new, running, compensating, verifying, completed, compensated or stuck
   * @param steps in order, those that were reached
   * @param redrives how often a person had it go on after it was stuck
   */
  public record SagaView(
      String sagaId,
      SagaPlan plan,
      String state,
      List<StepView> steps,
      String code,
      String message,
      Instant startedAt,
      Instant endedAt,
      int redrives)
      implements WireMessage {
    public SagaView {
      steps = List.copyOf(steps);
    }
  }

  /**
   * One step.
   *
   * @param state started, succeeded, failed, unknown, undoing, undo-failed or undone
   * @param undoAttempts of its compensation, since the last redrive
   */
  public record StepView(SagaStep step, String state, String evidence, int undoAttempts) {}
}
