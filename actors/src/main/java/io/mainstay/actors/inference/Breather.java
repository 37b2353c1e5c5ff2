package io.mainstay.actors.inference;

import java.time.Duration;

/**
 * Keeps a device from computing all the time: after each call it rests in proportion. Pure but for
 * being confined to its engine.
 */
final class Breather {
  private long restsUntilNanos;
  private boolean resting;

  /**
   * A call has ended.
   *
   * @param compute time that it took of the device
   * @param useMax share of the time that the device may compute, above 0 to 1
   */
  void worked(Duration compute, double useMax, long nowNanos) {
    if (useMax >= 1) {
      resting = false;
      return;
    }
    long rest = Math.round(compute.toNanos() * (1 / useMax - 1));
    long from = resting && restsUntilNanos - nowNanos > 0 ? restsUntilNanos : nowNanos;
    restsUntilNanos = from + rest;
    resting = true;
  }

  /** How long to wait before the next call; zero or less for not at all. */
  Duration left(double useMax, long nowNanos) {
    return resting && useMax < 1 ? Duration.ofNanos(restsUntilNanos - nowNanos) : Duration.ZERO;
  }
}
