package io.mainstay.actors.processing.checkpoint;

/** What checkpoints cost on this node since its start. Thread-safe; shared by the runners. */
public final class CheckpointMeter {
  private long count;
  private long differences;
  private long bytes;
  private long writeNanos;
  private long sinceNanos;
  private long expectedNanos;

  /**
   * So far.
   *
   * @param count checkpoints that the journal names or named
   * @param differences of those, stored as a difference to the one before
   * @param bytes stored, all together
   * @param writeMillis encoding and storing, all together
   * @param shareOfStepTime of the batches' time between checkpoints, 0 and up
   */
  public record Figures(
      long count, long differences, long bytes, double writeMillis, double shareOfStepTime) {}

  /** What the next one will cost, by the last ones; 0 before the first. */
  public synchronized long expectedNanos() {
    return expectedNanos;
  }

  /** One is durable. */
  public synchronized void taken(
      boolean difference, long storedBytes, long tookNanos, long nanosSinceTheLast) {
    expectedNanos = count == 0 ? tookNanos : (3 * expectedNanos + tookNanos) / 4;
    count++;
    differences += difference ? 1 : 0;
    bytes += storedBytes;
    writeNanos += tookNanos;
    sinceNanos += nanosSinceTheLast;
  }

  /** So far. */
  public synchronized Figures figures() {
    return new Figures(
        count,
        differences,
        bytes,
        Math.round(writeNanos / 1e3) / 1e3,
        sinceNanos == 0 ? 0 : Math.round(1e6 * writeNanos / sinceNanos) / 1e6);
  }
}
