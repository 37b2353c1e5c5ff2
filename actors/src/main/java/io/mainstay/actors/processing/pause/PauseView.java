package io.mainstay.actors.processing.pause;

import io.mainstay.persistence.serialization.WireMessage;

/**
 * A session that rests on a device which is short of memory.
 *
 * @param memoryShare of the device's memory that is taken, as it said last, 0 to 1
 * @param resumeCondition when it goes on, as workers are told it
 * @param pausedMillis how long it has rested
 * @param longestMillis after which it goes on in any case
 */
public record PauseView(
    String sessionId,
    String deviceId,
    double memoryShare,
    String resumeCondition,
    long pausedMillis,
    long longestMillis)
    implements WireMessage {}
