package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How often a child actor may be restarted: more than {@code intensity} times in a {@code period}
 * and its supervisor gives up and escalates. The first restart is immediate, later ones wait from
 * {@code backoffMin} doubling to {@code backoffMax}.
 *
 * @param jitter share of the backoff that is random, 0 to 1
 * @param keptMax messages that wait for a log of the node that is begun anew
 */
public record RestartSettings(
    int intensity,
    Duration period,
    Duration backoffMin,
    Duration backoffMax,
    double jitter,
    int keptMax) {
  private static final int KEPT_MAX = 1_000_000;

  public RestartSettings {
    if (intensity < 1) {
      throw new IllegalArgumentException(
          "mainstay.recovery.restart.intensity is " + intensity + "; at least 1");
    }
    if (backoffMin.isZero() || backoffMin.isNegative() || backoffMax.compareTo(backoffMin) < 0) {
      throw new IllegalArgumentException(
          "mainstay.recovery.restart: backoff-min "
              + backoffMin
              + " must be positive and at most backoff-max "
              + backoffMax);
    }
    if (jitter < 0 || jitter > 1) {
      throw new IllegalArgumentException(
          "mainstay.recovery.restart.jitter is " + jitter + "; from 0 to 1");
    }
    if (keptMax < 1 || keptMax > KEPT_MAX) {
      throw new IllegalArgumentException(
          "mainstay.recovery.restart.kept-max is " + keptMax + "; from 1 to " + KEPT_MAX);
    }
  }

  /**
   * Failures of one actor within the period with which its supervisor gives up: the restart at once
   * after the first one is not of the budget.
   */
  public int failuresToGiveUp() {
    return intensity + 2;
  }

  /** Reads {@code mainstay.recovery.restart}. */
  public static RestartSettings of(Config config) {
    Config restart = config.getConfig("mainstay.recovery.restart");
    return new RestartSettings(
        restart.getInt("intensity"),
        restart.getDuration("period"),
        restart.getDuration("backoff-min"),
        restart.getDuration("backoff-max"),
        restart.getDouble("jitter"),
        restart.getInt("kept-max"));
  }
}
