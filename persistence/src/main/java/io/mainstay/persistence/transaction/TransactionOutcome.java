package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;

/**
 * How a transaction ended.
 *
 * @param committed in every participant; otherwise in none
 * @param code why it aborted, or empty
 * @param message the same for people, or empty
 * @param remedy what to do about it, or empty
 * @param meta its last event, as cause of what follows from it
 */
public record TransactionOutcome(
    String transactionId,
    boolean committed,
    String code,
    String message,
    String remedy,
    EventMeta meta)
    implements WireMessage {}
