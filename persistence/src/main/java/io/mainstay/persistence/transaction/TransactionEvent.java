package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;

/** What happened to a transaction. Names and fields only grow. */
public sealed interface TransactionEvent extends CausedEvent {
  /** Durable from here on: it ends as committed or aborted, in every participant. */
  record TransactionBegun(EventMeta meta, String transactionId, TransactionPlan plan)
      implements TransactionEvent {}

  /** A participant is asked to prepare. Journaled before it is sent. */
  record PrepareAsked(EventMeta meta, String participant) implements TransactionEvent {}

  /**
   * A participant voted. Journaled together with the decision.
   *
   * @param vote COMMIT or ABORT
   * @param rollbackCapability confirmed, or none of a participant that holds nothing
   * @param reason code and words of a vote to abort, or empty
   */
  record Voted(
      EventMeta meta,
      String participant,
      Decision vote,
      List<String> locks,
      String rollbackCapability,
      String reason)
      implements TransactionEvent {
    public Voted {
      locks = List.copyOf(locks);
    }
  }

  /** What every participant is told from now on. Journaled before the first is told. */
  record Decided(EventMeta meta, Decision decision, String code, String reason, String remedy)
      implements TransactionEvent {}

  /**
   * A participant carried the decision, or the release, out.
   *
   * @param result committed, aborted or released
   */
  record Acknowledged(
      EventMeta meta,
      String participant,
      String result,
      String resourceStatus,
      Instant acknowledgedAt)
      implements TransactionEvent {}

  /** Every participant carried the decision out. */
  record TransactionEnded(EventMeta meta, End end) implements TransactionEvent {}

  /** A participant did not carry it out in as many attempts as allowed: a person must look. */
  record TransactionStuck(
      EventMeta meta, String participant, int attempts, String code, String message)
      implements TransactionEvent {}

  /** Somebody has those that are stuck asked again. */
  record TransactionRedriven(EventMeta meta, String reason) implements TransactionEvent {}

  /**
   * What it committed is to be given back. Journaled before the first participant is told.
   *
   * @param handOver the resources themselves stay with their owner
   */
  record ReleaseAsked(EventMeta meta, boolean handOver, String reason)
      implements TransactionEvent {}

  /** Nothing is held for it any more. */
  record TransactionReleased(EventMeta meta) implements TransactionEvent {}

  /** A vote, or what came of them. */
  enum Decision {
    COMMIT,
    ABORT
  }

  /** The two ends. */
  enum End {
    COMMITTED,
    ABORTED
  }
}
