package io.mainstay.actors.state.cache;

import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A copy of state that another side owns. Immutable, and made here only, from an envelope of the
 * owner: whoever holds one can read it and cannot write it.
 *
 * @param <M> the message that told it
 */
public final class Cached<M extends StateMessage> {
  private final M value;
  private final long epoch;
  private final long sequence;
  private final long version;
  private final Instant at;

  private Cached(M value, long epoch, long sequence, long version, Instant at) {
    this.value = value;
    this.epoch = epoch;
    this.sequence = sequence;
    this.version = version;
    this.at = at;
  }

  static Cached<StateMessage> of(StateEnvelope told) {
    return new Cached<>(told.message(), told.epoch(), told.sequence(), told.version(), told.at());
  }

  /** What the owner last told. */
  public M value() {
    return value;
  }

  /** Incarnation of the worker that told it; 0 for the orchestrator's own. */
  public long epoch() {
    return epoch;
  }

  /** Its place in the order of that incarnation. */
  public long sequence() {
    return sequence;
  }

  /** The owner's version. */
  public long version() {
    return version;
  }

  /** When the owner told it. */
  public Instant at() {
    return at;
  }

  /** How old it is; never negative, though clocks may be stepped. */
  public Duration age(Clock clock) {
    Duration age = Duration.between(at, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** The same, known to be of that type. */
  <T extends StateMessage> Cached<T> as(Class<T> type) {
    return new Cached<>(type.cast(value), epoch, sequence, version, at);
  }
}
