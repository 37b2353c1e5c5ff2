package io.mainstay.actors.processing;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Notices that a session gets nowhere: nothing was computed for a while, and nothing is asked. */
final class ProgressWatch {
  private final Duration after;
  private final LongSupplier nanoTime;
  private final Runnable stuck;
  private long lastNanos;

  /**
   * Begins now.
   *
   * @param after without any result before that is so
   * @param nanoTime from anywhere
   * @param stuck told with each refusal while it is so
   */
  ProgressWatch(Duration after, LongSupplier nanoTime, Runnable stuck) {
    this.after = after;
    this.nanoTime = nanoTime;
    this.stuck = stuck;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** Something was computed. */
  void made() {
    lastNanos = nanoTime.getAsLong();
  }

  /**
   * A batch was refused.
   *
   * @param othersUnderWay whether another batch of the session is computed, or waits for its turn
   */
  void refused(boolean othersUnderWay) {
    if (!othersUnderWay && nanoTime.getAsLong() - lastNanos >= after.toNanos()) {
      stuck.run();
    }
  }
}
