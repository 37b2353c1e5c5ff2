package io.mainstay.protocol.state;

import java.util.List;

/**
 * A worker's vote.
 *
 * @param transactionId the transaction
 * @param commit true when it is prepared and can commit
 * @param rollbackCapable whether abort undoes all of it
 * @param reservedBytes what it reserved, 0 when it did not
 * @param locks names of what it holds until the outcome, such as {@code vram_allocation_1024}
 * @param reason why not; empty when prepared
 */
public record TransactionVote(
    String transactionId,
    boolean commit,
    boolean rollbackCapable,
    long reservedBytes,
    List<String> locks,
    String reason) {
  public TransactionVote {
    locks = List.copyOf(locks);
  }
}
