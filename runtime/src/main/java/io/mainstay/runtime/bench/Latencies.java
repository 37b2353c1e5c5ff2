package io.mainstay.runtime.bench;

import org.HdrHistogram.Histogram;

/** Durations of one kind, to 3 digits, up to ten minutes. Not thread-safe. */
final class Latencies {
  private static final long HIGHEST_NANOS = 600_000_000_000L;

  private final Histogram histogram = new Histogram(HIGHEST_NANOS, 3);

  void recordNanos(long nanos) {
    histogram.recordValue(Math.min(HIGHEST_NANOS, Math.max(0, nanos)));
  }

  long count() {
    return histogram.getTotalCount();
  }

  double millis(double percentile) {
    return Math.round(histogram.getValueAtPercentile(percentile) / 1e3) / 1e3;
  }

  /** How many took longer. */
  long countAbove(double millis) {
    long nanos = (long) (millis * 1e6);
    return nanos >= histogram.getMaxValue()
        ? 0
        : histogram.getCountBetweenValues(nanos, histogram.getMaxValue());
  }

  BenchDocument.Figure figure() {
    return new BenchDocument.Figure(millis(50), millis(99), "ms");
  }
}
