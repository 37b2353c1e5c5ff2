package io.mainstay.actors.state.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets each thing through once in an interval, so that what changes at every step is told now and
 * then. Confined to its owner.
 */
final class Sampling {
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Long> told = new HashMap<>();

  Sampling(Duration interval, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether to tell of it now. */
  boolean isDue(String what) {
    long now = nanoTime.getAsLong();
    Long last = told.get(what);
    if (last != null && now - last < intervalNanos) {
      return false;
    }
    told.put(what, now);
    return true;
  }

  /** It is over: nothing is remembered of it. */
  void forget(String what) {
    told.remove(what);
  }
}
