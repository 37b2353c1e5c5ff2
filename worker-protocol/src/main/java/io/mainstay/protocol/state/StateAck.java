package io.mainstay.protocol.state;

/**
 * The receiver took a state message.
 *
 * @param correlationId of the envelope
 * @param sequence of the envelope
 * @param appliedVersion version in force after it: the envelope's own if it was applied, a higher
 *     one if it was stale
 */
public record StateAck(long correlationId, long sequence, long appliedVersion) {}
