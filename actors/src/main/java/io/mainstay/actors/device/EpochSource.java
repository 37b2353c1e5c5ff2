package io.mainstay.actors.device;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the incarnations of workers on a node. Each number is larger than all before, also than
 * those of the node's earlier lives: the upper bits are the second of the node's start, the lower
 * 20 bits count. So a clock that is set back by more than the node's down time, or more than a
 * million launches per second of life, would be needed to see one twice. Thread-safe.
 */
public final class EpochSource {
  private static final int COUNTER_BITS = 20;

  private final AtomicLong last;

  private EpochSource(long start) {
    this.last = new AtomicLong(start);
  }

  /** A node's source; make one at start. Numbers fit a double exactly until the year 2242. */
  public static EpochSource startingAt(Clock clock) {
    return new EpochSource(clock.instant().getEpochSecond() << COUNTER_BITS);
  }

  /** The next incarnation. */
  public long next() {
    return last.incrementAndGet();
  }
}
