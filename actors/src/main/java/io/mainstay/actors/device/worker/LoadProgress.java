package io.mainstay.actors.device.worker;

/**
 * How far a load is.
 *
 * @param stage hashing, creating_session, reading_signature, ready
 * @param percent of the whole load, 0 to 100
 * @param allocatedBytes by this load so far
 * @param component being loaded
 */
public record LoadProgress(String stage, float percent, long allocatedBytes, String component) {}
