package io.mainstay.protocol.wire;

import java.time.Instant;
import java.util.Optional;

/** Instants as nanoseconds since the Unix epoch, which the wire carries up to the year 2262. */
final class WireTimes {
  private static final long NANOS = 1_000_000_000L;

  private WireTimes() {}

  static long nanos(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), NANOS), at.getNano());
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }

  /** Nothing where the wire says {@code absent}. */
  static Optional<Instant> instant(long nanos, long absent) {
    return nanos == absent ? Optional.empty() : Optional.of(instant(nanos));
  }
}
