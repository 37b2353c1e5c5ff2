package io.mainstay.persistence.transaction;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.List;

/** Commands of the transaction entity. */
public final class TransactionProtocol {
  private TransactionProtocol() {}

  /** What a transaction understands. */
  public sealed interface Command extends WireMessage {}

  /**
   * Begins it; answered when it has ended as committed or aborted, at once if it has. The same plan
   * begun again joins; another plan under the same id is refused.
   *
   * @param cause the event that led to it, or null
   */
  public record Begin(
      TransactionPlan plan, EventMeta cause, ActorRef<StatusReply<TransactionOutcome>> replyTo)
      implements Command {}

  /**
   * Answered once it has ended as committed or aborted. The subscription ends with the node.
   * Refused when there is no such transaction.
   */
  public record Subscribe(ActorRef<StatusReply<TransactionOutcome>> replyTo) implements Command {}

  /** Refused when there is no such transaction. */
  public record Get(ActorRef<StatusReply<TransactionView>> replyTo) implements Command {}

  /**
   * A participant that prepared asks what became of it. A transaction that does not know itself was
   * never durable, so it is aborted.
   */
  public record OutcomeAsked(String participant, ActorRef<Verdict> replyTo) implements Command {}

  /**
   * Gives back what it committed, and gives it up if it is not decided; answered when nothing is
   * held for it any more, at once if nothing is.
   *
   * @param handOver the resources themselves stay with their owner
   */
  public record Release(boolean handOver, String reason, ActorRef<Released> replyTo)
      implements Command {}

  /**
   * Answer to {@link Release}.
   *
   * @param state new if there is no such transaction, aborted or released
   */
  public record Released(String transactionId, String state) implements WireMessage {}

  /** Tells those again that are stuck. Refused when there is no such transaction. */
  public record Redrive(String reason, ActorRef<StatusReply<TransactionView>> replyTo)
      implements Command {}

  /** Recovers, and so goes on, if it is not in memory. */
  public record Wake() implements Command {}

  /**
   * As {@link Wake}; and one that is awake, has something left to do, and wrote nothing for that
   * long, goes on as after a restart.
   *
   * @param idleMillis 0 or more
   */
  public record GoOn(long idleMillis) implements Command {}

  /** The entity goes on after recovery. */
  record Resume() implements Command {}

  /** A participant voted. */
  record VoteCast(Vote vote) implements Command {}

  /** The time for votes is over. */
  record PrepareOverdue() implements Command {}

  /** A participant answered. */
  record AnswerCame(Acknowledgement answer) implements Command {}

  /** It did not in time. */
  record AnswerOverdue(String participant, int attempt) implements Command {}

  /** The pause before the next attempt is over. */
  record TellDue(String participant, int attempt) implements Command {}

  /** It rests and nobody asked for a while: leave memory. */
  record Retire() implements Command {}

  /**
   * Answer to {@link OutcomeAsked}.
   *
   * @param outcome committed, aborted, released or undecided; of an undecided one, ask again
   * @param handOver of a released one: the resources stay with their owner
   */
  public record Verdict(String transactionId, Outcome outcome, boolean handOver)
      implements WireMessage {
    /** What became of it. */
    public enum Outcome {
      COMMITTED,
      ABORTED,
      RELEASED,
      UNDECIDED
    }
  }

  /**
   * A transaction as users see it.
   *
   * @param state preparing, committing, aborting, committed, aborted, releasing or released
   * @param stuck a participant must be looked at by a person
   * @param code why it did not commit, or was released, or empty
   */
  public record TransactionView(
      String transactionId,
      TransactionPlan plan,
      String state,
      boolean stuck,
      List<ParticipantView> participants,
      String code,
      String message,
      String remedy,
      Instant begunAt,
      Instant decidedAt,
      Instant endedAt)
      implements WireMessage {
    public TransactionView {
      participants = List.copyOf(participants);
    }
  }

  /**
   * One participant.
   *
   * @param prepareResult vote_commit, vote_abort or empty
   * @param result committed, aborted, released or empty
   */
  public record ParticipantView(
      String participant,
      String prepareResult,
      List<String> resourceLocks,
      String rollbackCapability,
      String reason,
      String result,
      String resourceStatus,
      Instant timestamp,
      boolean stuck) {
    public ParticipantView {
      resourceLocks = List.copyOf(resourceLocks);
    }
  }
}
