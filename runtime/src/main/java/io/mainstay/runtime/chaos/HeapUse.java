package io.mainstay.runtime.chaos;

import java.lang.management.ManagementFactory;

/** How much of this process's heap is in use. */
final class HeapUse {
  private static final int COLLECTIONS = 3;

  private HeapUse() {}

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
