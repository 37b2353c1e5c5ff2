package io.mainstay.protocol.state;

/**
 * A worker's answer to commit or abort; repeated, it says the same again.
 *
 * @param transactionId the transaction
 * @param result where it stands
 * @param reservedBytes what it holds now
 * @param resourceStatus one line for people
 */
public record TransactionAcknowledged(
    String transactionId, TransactionResult result, long reservedBytes, String resourceStatus) {}
