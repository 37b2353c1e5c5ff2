package io.mainstay.persistence.transaction;

import akka.actor.typed.ActorRef;

/**
 * What a transaction asks of those who take part, on its node. The domains fill it. Node-local:
 * never crosses the wire. Every command is idempotent, and is sent again until it is answered.
 */
public sealed interface ParticipantCommand {
  /** Which one it is for. */
  String participant();

  /** Of which transaction. */
  String transactionId();

  /** Hold the work, durably, and vote. */
  record Prepare(String transactionId, String owner, ParticipantWork work, ActorRef<Vote> replyTo)
      implements ParticipantCommand {
    @Override
    public String participant() {
      return work.participant();
    }
  }

  /** What was prepared takes effect. */
  record Commit(String transactionId, String participant, ActorRef<Acknowledgement> replyTo)
      implements ParticipantCommand {}

  /** What was prepared is given back; of what it does not know, nothing is held. */
  record Abort(String transactionId, String participant, ActorRef<Acknowledgement> replyTo)
      implements ParticipantCommand {}

  /**
   * What was committed is given back.
   *
   * @param handOver the resource itself stays with its owner, who answers for it from now on
   */
  record Release(
      String transactionId, String participant, boolean handOver, ActorRef<Acknowledgement> replyTo)
      implements ParticipantCommand {}
}
