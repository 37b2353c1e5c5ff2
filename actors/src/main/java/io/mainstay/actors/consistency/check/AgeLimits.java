package io.mainstay.actors.consistency.check;

import java.time.Duration;

/**
 * From which age on what may be a moment of work counts as left behind.
 *
 * @param transaction that wrote nothing, awake or not
 * @param saga that wrote nothing
 * @param holding that a participant has, before the journal must have a use for it
 */
public record AgeLimits(Duration transaction, Duration saga, Duration holding) {}
