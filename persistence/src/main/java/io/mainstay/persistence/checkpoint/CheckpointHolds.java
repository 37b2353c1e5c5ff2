package io.mainstay.persistence.checkpoint;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Checkpoints that somebody was just told of: for a bounded time they are not let go for being
 * superseded, so that what a list shows can be restored. In memory only: a node that starts again
 * has told nobody anything. Thread-safe; shared by the node.
 */
public final class CheckpointHolds {
  private final long nanos;
  private final int most;
  private final LongSupplier clock;
  // By when they end, the first first: each hold is put at the end and lasts as long.
  private final Map<CheckpointId, Long> ends = new LinkedHashMap<>();

  /**
   * @param time of a hold
   * @param most held at once; beyond it those that end first are not held any more
   * @param clock nanoseconds, from anywhere
   */
  public CheckpointHolds(Duration time, int most, LongSupplier clock) {
    this.nanos = time.toNanos();
    this.most = most;
    this.clock = clock;
  }

  /** Somebody is told of these; one that is held already is held for longer. */
  public synchronized void hold(Collection<CheckpointId> told) {
    long now = clock.getAsLong();
    ends.values().removeIf(end -> end - now <= 0);
    for (CheckpointId id : told) {
      ends.remove(id);
      ends.put(id, now + nanos);
    }
    var oldest = ends.keySet().iterator();
    for (int surplus = ends.size() - most; surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Whether that one stays for now. */
  public synchronized boolean isHeld(CheckpointId id) {
    Long end = ends.get(id);
    return end != null && end - clock.getAsLong() > 0;
  }
}
