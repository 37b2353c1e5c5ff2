package io.mainstay.protocol.state;

/** Whether a model's files are in host memory. */
public enum RamCacheStatus {
  /** Whole and checked. */
  AVAILABLE,
  /** Some components only. */
  PARTIAL,
  /** Not cached: read from disk. */
  MISSING,
  /** The cached copy is unusable. */
  FAILED
}
