package io.mainstay.protocol.state;

/** What a batch is tuned for. */
public enum OptimizationStrategy {
  /** Each request as soon as possible. */
  LATENCY,
  /** Most requests per second. */
  THROUGHPUT,
  /** Least memory. */
  MEMORY
}
