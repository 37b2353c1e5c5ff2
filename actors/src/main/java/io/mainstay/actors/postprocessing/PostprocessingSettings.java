package io.mainstay.actors.postprocessing;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of the postprocessing domain.
 *
 * @param pipelines jobs at a time, 1 to 64
 * @param queueMax jobs waiting before new ones are refused
 * @param respawnDelay pause before a pipeline that was stopped for a fault is started clean
 * @param retryAfter what a refused job is told
 * @param reviewTimeout for an answer of the review queue
 */
public record PostprocessingSettings(
    int pipelines,
    int queueMax,
    Duration respawnDelay,
    Duration retryAfter,
    Duration reviewTimeout) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.postprocessing";

  /** Dispatcher of everything that blocks on the disk here. */
  public static final String DISPATCHER = PATH + ".dispatcher";

  public PostprocessingSettings {
    if (pipelines < 1 || pipelines > 64) {
      throw new IllegalArgumentException(
          PATH + ".pipelines is " + pipelines + "; allowed are 1 to 64");
    }
    if (queueMax < 1) {
      throw new IllegalArgumentException(PATH + ".queue-max is " + queueMax + "; at least 1");
    }
    if (respawnDelay.isNegative() || respawnDelay.isZero() || retryAfter.toMillis() < 1) {
      throw new IllegalArgumentException(
          PATH + ".respawn-delay and .retry-after must be 1 ms or more");
    }
    if (reviewTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(PATH + ".review-timeout must be 1 ms or more");
    }
  }

  /** Reads {@link #PATH}. */
  public static PostprocessingSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new PostprocessingSettings(
        config.getInt("pipelines"),
        config.getInt("queue-max"),
        config.getDuration("respawn-delay"),
        config.getDuration("retry-after"),
        config.getDuration("review-timeout"));
  }
}
