package io.mainstay.actors.degradation;

import java.time.Duration;

/**
 * What modes leave of inference.
 *
 * @param sideMax longest side of a generated picture, pixels
 * @param timeMax of one step of a batch
 * @param reducedPrecision whether a variant of lower precision is taken where there is one
 */
public record InferenceLimits(int sideMax, Duration timeMax, boolean reducedPrecision) {
  /** No limit. */
  public static final InferenceLimits NONE = new InferenceLimits(Limit.NONE, Limit.FOREVER, false);

  public InferenceLimits {
    Limit.positive("inference.side-max", sideMax);
    Limit.positive("inference.time-max", timeMax);
  }

  /** The stricter of both, setting by setting. */
  public InferenceLimits and(InferenceLimits other) {
    return new InferenceLimits(
        Math.min(sideMax, other.sideMax),
        Limit.shorter(timeMax, other.timeMax),
        reducedPrecision || other.reducedPrecision);
  }
}
