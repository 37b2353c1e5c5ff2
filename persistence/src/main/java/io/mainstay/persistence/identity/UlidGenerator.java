package io.mainstay.persistence.identity;

import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * Makes ULIDs, each larger than the one before, even within a millisecond and when the clock goes
 * back. Thread-safe. One per node is enough.
 */
public final class UlidGenerator {
  private static final int HIGH_MASK = 0xFFFF;

  private final Clock clock;
  private final RandomGenerator random;
  private long lastMillis = -1;
  private int high;
  private long low;

  /** A generator that draws from the given clock and random source. */
  public UlidGenerator(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Next id, larger than all that this generator made before. */
  public synchronized String next() {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      high = random.nextInt() & HIGH_MASK;
      low = random.nextLong();
    } else {
      low++;
      if (low == 0) {
        high = (high + 1) & HIGH_MASK;
        if (high == 0) {
          // All 2^80 values of this millisecond are used: borrow the next millisecond.
          lastMillis++;
        }
      }
    }
    return Ulid.format(lastMillis, high, low);
  }
}
