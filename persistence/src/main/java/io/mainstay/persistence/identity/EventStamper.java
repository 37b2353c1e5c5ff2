package io.mainstay.persistence.identity;

import io.mainstay.persistence.serialization.EventMeta;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;

/** Stamps events with their id, their cause and the time of the decision. Thread-safe. */
public final class EventStamper {
  private final Clock clock;
  private final UlidGenerator ids;

  /** Stamps from the given clock and ids. */
  public EventStamper(Clock clock, UlidGenerator ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /** The stamper of a node: the system's clock and secure randomness. */
  public static EventStamper system() {
    Clock clock = Clock.systemUTC();
    return new EventStamper(clock, new UlidGenerator(clock, new SecureRandom()));
  }

  /** For an event that nothing else in the journal caused. */
  public EventMeta root() {
    return EventMeta.root(ids.next(), now());
  }

  /** For an event that another one led to; without a known cause it is a root. */
  public EventMeta causedBy(EventMeta cause) {
    return cause == null ? root() : cause.causes(ids.next(), now());
  }

  /** A fresh ULID, for instance for an entity. */
  public String nextId() {
    return ids.next();
  }

  // Milliseconds: what a ULID holds, and what survives every JSON reader unchanged.
  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
