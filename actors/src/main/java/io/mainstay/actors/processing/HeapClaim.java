package io.mainstay.actors.processing;

/** What heap is asked for, once. A batch is its own claim, so each is itself. */
sealed interface HeapClaim permits BatchJob, HeapClaim.Reservation, HeapClaim.Lost {
  /** Of a transaction. */
  record Reservation(String transactionId) implements HeapClaim {}

  /** Of nobody: a fault to be found. */
  record Lost(String sessionId) implements HeapClaim {}
}
