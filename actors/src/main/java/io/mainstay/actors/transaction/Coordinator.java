package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;

/** What a participant asks of the coordinators of its transactions. Thread-safe. */
public interface Coordinator {
  /** What became of a transaction that it prepared. Answered, or asked again. */
  void outcome(String transactionId, String participant, ActorRef<Verdict> replyTo);

  /** What it holds is of use to nobody any more; every participant is told to release it. */
  void release(String transactionId, String reason);
}
