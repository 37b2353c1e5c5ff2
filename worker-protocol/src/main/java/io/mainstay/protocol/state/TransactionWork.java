package io.mainstay.protocol.state;

import java.time.Duration;

/**
 * What a worker shall prepare as a participant of a two-phase commit: memory of its device.
 *
 * @param transactionId names it in commit, abort and the load that uses it
 * @param bytes to reserve, above 0
 * @param purpose such as {@code model_loading}
 * @param timeLimit without commit by then the worker aborts it by itself; above 0, at most 10 min
 */
public record TransactionWork(
    String transactionId, long bytes, String purpose, Duration timeLimit) {}
