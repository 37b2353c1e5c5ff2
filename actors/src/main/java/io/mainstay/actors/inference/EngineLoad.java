package io.mainstay.actors.inference;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.concurrent.atomic.AtomicInteger;

/** How much one engine has to do at this moment. Thread-safe: engines and callbacks count it. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "requests",
    fields = "dependencies")
final class EngineLoad {
  // A batch takes a worker about as long as this many single texts.
  private static final int SYNC_PER_TURN = 8;
  private static final double WEIGHT_OF_NEWEST = 0.2;

  private final AtomicInteger sync = new AtomicInteger();
  private final AtomicInteger turns = new AtomicInteger();
  private volatile double computeMicros = 5_000;

  void syncTaken() {
    sync.incrementAndGet();
  }

  void syncGone() {
    sync.decrementAndGet();
  }

  void turnTaken() {
    turns.incrementAndGet();
  }

  void turnGone() {
    turns.decrementAndGet();
  }

  /** Synchronous requests taken and not answered. */
  int syncOutstanding() {
    return sync.get();
  }

  /** In units of one synchronous request. */
  int total() {
    return sync.get() + SYNC_PER_TURN * turns.get();
  }

  /** A request was computed in that time. A lost update among racing writers is harmless. */
  void computed(long micros) {
    computeMicros = computeMicros * (1 - WEIGHT_OF_NEWEST) + micros * WEIGHT_OF_NEWEST;
  }

  /** When half of what is outstanding will be done, in milliseconds; at least 1. */
  long retryAfterMillis() {
    return Math.max(1, (long) (sync.get() * computeMicros / 2_000));
  }
}
