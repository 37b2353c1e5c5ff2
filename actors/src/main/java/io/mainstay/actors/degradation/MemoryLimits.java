package io.mainstay.actors.degradation;

import java.time.Duration;

/**
 * What modes leave of memory.
 *
 * @param cacheShare of the caches, above 0 to 1
 * @param allocationMax bytes of one reservation
 * @param sampleEvery longest pause between two looks at the memory
 * @param cleanupFactor by which clean-ups are more frequent, 1 to 10
 */
public record MemoryLimits(
    double cacheShare, long allocationMax, Duration sampleEvery, double cleanupFactor) {
  /** No limit. */
  public static final MemoryLimits NONE = new MemoryLimits(1, Limit.NO_BYTES, Limit.FOREVER, 1);

  private static final double CLEANUP_FACTOR_MAX = 10;

  public MemoryLimits {
    Limit.share("memory.cache-share", cacheShare);
    Limit.positive("memory.allocation-max", allocationMax);
    Limit.positive("memory.sample-every", sampleEvery);
    Limit.factor("memory.cleanup-factor", cleanupFactor, CLEANUP_FACTOR_MAX);
  }

  /** The stricter of both, setting by setting. */
  public MemoryLimits and(MemoryLimits other) {
    return new MemoryLimits(
        Math.min(cacheShare, other.cacheShare),
        Math.min(allocationMax, other.allocationMax),
        Limit.shorter(sampleEvery, other.sampleEvery),
        Math.max(cleanupFactor, other.cleanupFactor));
  }

  /** Bytes of a cache that has {@code normal} otherwise. */
  public long cache(long normal) {
    return (long) (normal * cacheShare);
  }
}
