package io.mainstay.runtime.chaos;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How much of this process's heap is in use. */
final class HeapUse {
  /** The serial collector moves everything together at every fourth only. */
  private static final int COLLECTIONS = 5;

  private static final long LOOK_NANOS = 2_000_000_000;

  private HeapUse() {}

  /**
   * The least that is in use within a time, which ends once it is no more than that: what nobody
   * asks for any more, such as a session that is over, is left in memory for a while.
   */
  static long settled(long most, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    long least = afterCollection();
    while (least > most && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
      least = Math.min(least, afterCollection());
    }
    return least;
  }

  /** Bytes in use by what can be reached; the collector is asked first. */
  static long afterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
