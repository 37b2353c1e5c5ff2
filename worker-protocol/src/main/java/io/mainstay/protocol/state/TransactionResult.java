package io.mainstay.protocol.state;

/** Where a transaction stands at a worker after commit or abort. In the wire's order. */
public enum TransactionResult {
  /** What was prepared is kept, or a load has used it. */
  COMMITTED,
  /** Nothing is held: it was prepared and dropped, or never known. */
  ABORTED,
  /** What was committed has been given back. */
  RELEASED,
  /** Not known here, or its time limit passed: nothing is held, and commit cannot succeed. */
  UNKNOWN_TRANSACTION
}
