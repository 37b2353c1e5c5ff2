package io.mainstay.actors.processing.checkpoint;

import java.time.Duration;

/**
 * When a checkpoint is due: after a time or a number of steps, whichever comes first, but never so
 * often that checkpoints cost more than their share of the time. Pure.
 *
 * @param interval since the last one
 * @param steps since the last one
 * @param costShareMax most of the time since the last one that writing one may take, above 0 to 1
 */
public record CheckpointPolicy(Duration interval, int steps, double costShareMax) {
  private static final String PATH = "mainstay.processing.checkpoint.";

  public CheckpointPolicy {
    if (interval.toMillis() < 1) {
      throw new IllegalArgumentException(PATH + "interval is " + interval + "; at least 1 ms");
    }
    if (steps < 1) {
      throw new IllegalArgumentException(PATH + "steps is " + steps + "; at least 1");
    }
    if (!(costShareMax > 0 && costShareMax <= 1)) {
      throw new IllegalArgumentException(
          PATH + "cost-share-max is " + costShareMax + "; above 0, at most 1");
    }
  }

  /**
   * Decides.
   *
   * @param sinceNanos time since the last one, or since the batch began
   * @param stepsSince steps since then
   * @param costNanos what one will cost, by the last ones of the node; 0 if that is unknown
   */
  public boolean due(long sinceNanos, int stepsSince, long costNanos) {
    return stepsSince > 0
        && (sinceNanos >= interval.toNanos() || stepsSince >= steps)
        && costNanos <= costShareMax * sinceNanos;
  }
}
