package io.mainstay.persistence.transaction.participant;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.ParticipantWork;

/** What a participant holds. Names and fields only grow. */
public sealed interface ParticipantEvent extends CausedEvent {
  /** Of which transaction. */
  String transactionId();

  /**
   * It holds the work and votes to commit. Journaled before the vote is sent.
   *
   * @param owner for whom, as the plan says
   * @param life of the domains in which it was prepared
   */
  record WorkPrepared(
      EventMeta meta, String transactionId, ParticipantWork work, String owner, String life)
      implements ParticipantEvent {}

  /** What was prepared has taken effect. Journaled before it is acknowledged. */
  record WorkCommitted(EventMeta meta, String transactionId, String resourceStatus)
      implements ParticipantEvent {}

  /** A holding was put in place again by a new life of the domains. */
  record WorkReapplied(EventMeta meta, String transactionId, String life)
      implements ParticipantEvent {}

  /**
   * Nothing is held any more. Journaled before it is acknowledged.
   *
   * @param result aborted or released
   * @param handedOver the resource stays with its owner
   */
  record WorkDropped(EventMeta meta, String transactionId, String result, boolean handedOver)
      implements ParticipantEvent {}
}
