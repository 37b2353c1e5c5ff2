package io.mainstay.protocol.state;

/**
 * The receiver did not take a state message; what it held is in force as before.
 *
 * @param correlationId of the envelope
 * @param sequence of the envelope
 * @param code why, for programs
 * @param reason what was asked, value and bound, cause
 */
public record StateRefused(long correlationId, long sequence, StateRefusal code, String reason) {}
