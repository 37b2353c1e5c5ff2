package io.mainstay.actors.degradation;

import io.mainstay.persistence.serialization.EventMeta;

/**
 * A mode was entered or left; it is durable. Node-local; in order.
 *
 * @param entered false when it was left
 * @param now what holds from here on
 * @param cause the journaled change
 */
public record ModeChanged(
    ModeKey key, boolean entered, String reason, ModeView now, EventMeta cause) {}
