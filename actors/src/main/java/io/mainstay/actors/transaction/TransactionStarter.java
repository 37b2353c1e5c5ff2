package io.mainstay.actors.transaction;

import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import java.util.concurrent.CompletionStage;

/** How a domain has an atomic operation carried through durably. Thread-safe. */
public interface TransactionStarter {
  /** A fresh id for a transaction. */
  String nextId();

  /**
   * Runs it and completes with how it ended. Bounded: fails when the end is not known in time; the
   * transaction itself then still ends as committed or aborted.
   */
  CompletionStage<TransactionOutcome> carryThrough(String transactionId, TransactionPlan plan);

  /**
   * Gives back what it committed, or gives it up; completes when every participant has. Harmless if
   * nothing is held.
   *
   * @param handOver the resources themselves stay with their owner
   */
  CompletionStage<TransactionProtocol.Released> release(
      String transactionId, boolean handOver, String reason);
}
