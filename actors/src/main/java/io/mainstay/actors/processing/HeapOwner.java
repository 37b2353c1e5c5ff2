package io.mainstay.actors.processing;

/** For whom heap is set aside. */
sealed interface HeapOwner {
  /** The batches of a session. */
  record OfSession(String sessionId) implements HeapOwner {}

  /** A transaction, which answers for it. */
  record OfTransaction(String transactionId) implements HeapOwner {}
}
