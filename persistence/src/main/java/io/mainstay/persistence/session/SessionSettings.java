package io.mainstay.persistence.session;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * Bounds of the session entity.
 *
 * @param runInterval between two requests for a runner while none has answered
 * @param runnerSilence without a word of the runner, after which one is asked for again
 * @param retireAfter a finished session stays in memory this long
 * @param unresolvedDispatches dispatches of a batch without outcome, over restarts of the node,
 *     that count as a death when exceeded
 * @param degradationsMax said of one session before its outputs; one note stands for all others
 * @param poison when a batch is split and a document given up
 */
public record SessionSettings(
    Duration runInterval,
    Duration runnerSilence,
    Duration retireAfter,
    int unresolvedDispatches,
    int degradationsMax,
    PoisonRule poison,
    int snapshotEvery,
    int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.session";

  public SessionSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("run-interval", runInterval);
    bounds.positive("runner-silence", runnerSilence);
    bounds.positive("retire-after", retireAfter);
    if (runnerSilence.compareTo(runInterval) <= 0) {
      throw new IllegalArgumentException(
          PATH
              + ".runner-silence is "
              + runnerSilence
              + " but must be longer than run-interval, "
              + runInterval);
    }
    bounds.atLeastOne("unresolved-dispatches", unresolvedDispatches);
    bounds.atMost(1_000, "degradations-max", degradationsMax);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static SessionSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new SessionSettings(
        config.getDuration("run-interval"),
        config.getDuration("runner-silence"),
        config.getDuration("retire-after"),
        config.getInt("unresolved-dispatches"),
        config.getInt("degradations-max"),
        new PoisonRule(config.getInt("split-after-deaths"), config.getInt("poison-after-deaths")),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
