package io.mainstay.persistence.recovery;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;

/** Commands of the recovery entity. */
public final class RecoveryProtocol {
  private RecoveryProtocol() {}

  /** What a recovery understands. */
  public sealed interface Command extends WireMessage {}

  /**
   * Answered once the beginning is durable. The same plan begun again answers the same; another
   * plan under the same id is refused.
   *
   * @param cause the fault's event, or null
   * @param by the person who asks for it; empty where a fault does
   */
  public record Begin(
      RecoveryPlan plan, EventMeta cause, String by, ActorRef<StatusReply<RecoveryView>> replyTo)
      implements Command {
    /** Because of a fault. */
    public Begin(RecoveryPlan plan, EventMeta cause, ActorRef<StatusReply<RecoveryView>> replyTo) {
      this(plan, cause, "", replyTo);
    }
  }

  /** Refused when there is no such recovery. */
  public record Get(ActorRef<StatusReply<RecoveryView>> replyTo) implements Command {}

  /**
   * Has a stuck one go on taking back. Answered once that is durable. Refused when it is not stuck.
   *
   * @param by who asks, for the journal
   */
  public record Redrive(String by, ActorRef<StatusReply<RecoveryView>> replyTo)
      implements Command {}

  /** The entity wakes itself after its recovery from the journal. */
  record Resume() implements Command {}

  /** A step was answered, or was not in time. */
  record StepAnswered(int step, int attempt, RecoveryProgress.Answer answer) implements Command {}

  /** The pause before the next attempt of a step is over. */
  record StepDue(int step, int attempt) implements Command {}

  /** What takes a step back was answered, or was not in time. */
  record UndoAnswered(int step, int attempt, RecoveryProgress.Answer answer) implements Command {}

  /** The pause before the next attempt of that is over. */
  record UndoDue(int step, int attempt) implements Command {}

  /** All together took too long. */
  record LimitOver() implements Command {}

  /** Whoever has to know of the end does, or did not say so in time. */
  record Announced(boolean durable) implements Command {}

  /** Tell it once more. */
  record AnnounceAgain() implements Command {}

  /** It is over and nobody asked for a while: leave memory. */
  record Retire() implements Command {}
}
