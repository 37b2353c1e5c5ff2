package io.mainstay.actors.processing.checkpoint;

import com.typesafe.config.Config;
import io.mainstay.persistence.checkpoint.CheckpointChain;
import io.mainstay.persistence.checkpoint.CheckpointEncoder;
import io.mainstay.persistence.checkpoint.CheckpointHolds;
import io.mainstay.persistence.checkpoint.CheckpointRetention;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When checkpoints are taken, as what, and how long they stay.
 *
 * @param differences checkpoints in a chain of differences at most, 1 to 64; bytes of one against
 *     those of a full one, above 0 to 1
 * @param retention what is kept
 * @param pruneMost let go in one round at most, at least 1
 * @param holding how long one stays that somebody was told of
 * @param saveBeforeAbort how long the end of a session waits for a last one, 1 ms to 5 s
 */
public record CheckpointSettings(
    CheckpointPolicy policy,
    CheckpointEncoder.Limits differences,
    CheckpointRetention retention,
    int pruneMost,
    Holding holding,
    Duration saveBeforeAbort) {
  private static final Duration SAVE_MOST = Duration.ofSeconds(5);

  /** Where the settings lie. */
  public static final String PATH = "mainstay.processing.checkpoint";

  /**
   * How long checkpoints stay that somebody was told of.
   *
   * @param time at least 1 ms
   * @param most of them at once, at least 1
   */
  public record Holding(Duration time, int most) {
    public Holding {
      if (time.toMillis() < 1) {
        throw new IllegalArgumentException(PATH + ".told-held is " + time + "; at least 1 ms");
      }
      if (most < 1) {
        throw new IllegalArgumentException(PATH + ".told-most is " + most + "; at least 1");
      }
    }
  }

  public CheckpointSettings {
    int fullEvery = differences.fullEvery();
    if (fullEvery < 1 || fullEvery > CheckpointChain.LENGTH_MAX) {
      throw new IllegalArgumentException(
          PATH
              + ".full-every is "
              + fullEvery
              + "; allowed are 1 to "
              + CheckpointChain.LENGTH_MAX);
    }
    if (!(differences.shareMax() > 0 && differences.shareMax() <= 1)) {
      throw new IllegalArgumentException(
          PATH + ".difference-share-max is " + differences.shareMax() + "; above 0, at most 1");
    }
    if (saveBeforeAbort.toMillis() < 1 || saveBeforeAbort.compareTo(SAVE_MOST) > 0) {
      throw new IllegalArgumentException(
          PATH + ".save-before-abort is " + saveBeforeAbort + "; allowed are 1 ms to " + SAVE_MOST);
    }
    if (pruneMost < 1) {
      throw new IllegalArgumentException(PATH + ".prune-most is " + pruneMost + "; at least 1");
    }
  }

  /** Reads {@link #PATH}. */
  public static CheckpointSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new CheckpointSettings(
        new CheckpointPolicy(
            config.getDuration("interval"),
            config.getInt("steps"),
            config.getDouble("cost-share-max")),
        new CheckpointEncoder.Limits(
            config.getInt("full-every"), config.getDouble("difference-share-max")),
        new CheckpointRetention(
            config.getInt("kept-per-batch"),
            config.getDuration("max-age"),
            config.getBytes("max-bytes")),
        config.getInt("prune-most"),
        new Holding(config.getDuration("told-held"), config.getInt("told-most")),
        config.getDuration("save-before-abort"));
  }

  /**
   * None yet.
   *
   * @param clock nanoseconds, from anywhere
   */
  public CheckpointHolds holds(LongSupplier clock) {
    return new CheckpointHolds(holding.time(), holding.most(), clock);
  }
}
