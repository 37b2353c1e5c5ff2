package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How often a child actor may be restarted: more than {@code intensity} times in a {@code period}
 * and its supervisor gives up and escalates. The first restart is immediate, later ones wait from
 * {@code backoffMin} doubling to {@code backoffMax}.
 *
 * @param jitter share of the backoff that is random, 0 to 1
 */
public record RestartSettings(
    int intensity, Duration period, Duration backoffMin, Duration backoffMax, double jitter) {
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
  }

  /** Reads {@code mainstay.recovery.restart}. */
  public static RestartSettings of(Config config) {
    Config restart = config.getConfig("mainstay.recovery.restart");
    return new RestartSettings(
        restart.getInt("intensity"),
        restart.getDuration("period"),
        restart.getDuration("backoff-min"),
        restart.getDuration("backoff-max"),
        restart.getDouble("jitter"));
  }
}
