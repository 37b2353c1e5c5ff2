package io.mainstay.persistence.serialization;

import java.time.Instant;

/**
 * Identity and cause of an event. {@code causeId} is the {@code eventId} of the event that led to
 * this one; {@code rootId} is the first of that chain. An event without a cause is its own root.
 *
 * @param eventId ULID
 * @param causeId ULID of the cause, or the event's own id
 * @param rootId ULID of the first event of the chain
 * @param at when it was decided
 */
public record EventMeta(String eventId, String causeId, String rootId, Instant at) {
  /** An event that nothing else in the journal caused. */
  public static EventMeta root(String eventId, Instant at) {
    return new EventMeta(eventId, eventId, eventId, at);
  }

  /** The next event of the chain. */
  public EventMeta causes(String nextEventId, Instant when) {
    return new EventMeta(nextEventId, eventId, rootId, when);
  }
}
