package io.mainstay.actors.processing.checkpoint;

/**
 * The last checkpoint of a batch, or its beginning. Two owners of blobs take turns, so that the
 * checkpoint that the journal names is there until the next one is named.
 *
 * @param atNanos when
 * @param step steps done
 * @param slot 0 or 1: whose turn it was
 * @param writing the next one is on its way
 */
public record CheckpointMark(long atNanos, int step, int slot, boolean writing) {
  /** Number of owners that take turns. */
  public static final int SLOTS = 2;

  /** Before the first one. */
  public static CheckpointMark beginning(long nowNanos, int step) {
    return new CheckpointMark(nowNanos, step, 0, false);
  }

  /** The owner that the next one goes to. */
  public int nextSlot() {
    return (slot + 1) % SLOTS;
  }

  /** The next one is being written. */
  public CheckpointMark begun() {
    return new CheckpointMark(atNanos, step, slot, true);
  }

  /** It is named by the journal. */
  public CheckpointMark done(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, atStep, nextSlot(), false);
  }

  /** It could not be written, or there was nothing to write. */
  public CheckpointMark skipped(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, atStep, slot, false);
  }
}
