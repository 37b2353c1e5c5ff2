package io.mainstay.runtime.demo;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Numbers of the demo; read from {@code mainstay.runtime.demo} and {@code mainstay.runtime.wait}.
 *
 * @param devices CPU devices of its node, 2 to 8
 * @param batchDocuments documents in a batch of the plan
 * @param killAfter share of the documents embedded before the kill
 * @param lookInterval between two looks at the session
 * @param neighbourQueries sentences whose neighbours are printed
 * @param neighbours of each
 * @param recoveryBound from the kill to a serving successor
 * @param sessionBound of one session
 */
public record DemoSettings(
    int devices,
    int batchDocuments,
    double killAfter,
    Duration lookInterval,
    int neighbourQueries,
    int neighbours,
    Duration recoveryBound,
    Duration sessionBound) {
  private static final String PATH = "mainstay.runtime.demo";

  public DemoSettings {
    if (devices < 2 || devices > 8) {
      throw new IllegalArgumentException(
          PATH + ".devices is " + devices + "; it must be from 2 to 8, one of them is hit");
    }
    if (batchDocuments < 1 || batchDocuments > 256) {
      throw new IllegalArgumentException(
          PATH + ".batch-documents is " + batchDocuments + "; it must be from 1 to 256");
    }
    if (!(killAfter > 0 && killAfter < 1)) {
      throw new IllegalArgumentException(
          PATH + ".kill-after is " + killAfter + "; it must be above 0 and below 1");
    }
  }

  /** Reads them. */
  public static DemoSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new DemoSettings(
        config.getInt("devices"),
        config.getInt("batch-documents"),
        config.getDouble("kill-after"),
        config.getDuration("look-interval"),
        config.getInt("neighbour-queries"),
        config.getInt("neighbours"),
        config.getDuration("recovery-bound"),
        root.getDuration("mainstay.runtime.wait.session"));
  }
}
