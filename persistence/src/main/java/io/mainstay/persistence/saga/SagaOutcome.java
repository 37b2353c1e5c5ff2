package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;

/**
 * How a saga ended.
 *
 * @param code why it did not complete, or empty
 * @param message the same for people, or empty
 * @param meta its last event, as cause of what follows from it
 */
public record SagaOutcome(String sagaId, End end, String code, String message, EventMeta meta)
    implements WireMessage {
  /** The three ends. */
  public enum End {
    /** Every step's effect is there. */
    COMPLETED,
    /** It failed, and every effect is taken back. */
    COMPENSATED,
    /** It failed, and an effect could not be taken back. */
    STUCK
  }
}
