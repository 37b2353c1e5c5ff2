package io.mainstay.persistence.recovery;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * Bounds of the recovery entity.
 *
 * @param stepPause before a step is tried again, and a rollback
 * @param undoDeadline how long a rollback may take
 * @param undoAttempts how often it is tried
 * @param resumesMax how often a step is asked for again since the node died while it was, at least
 *     0
 * @param retireAfter an ended recovery stays in memory this long
 */
public record RecoverySettings(
    Duration stepPause,
    Duration undoDeadline,
    int undoAttempts,
    int resumesMax,
    Duration retireAfter,
    int snapshotEvery,
    int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.recovery";

  public RecoverySettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("step-pause", stepPause);
    bounds.positive("undo-deadline", undoDeadline);
    bounds.positive("retire-after", retireAfter);
    bounds.atLeastOne("undo-attempts", undoAttempts);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
    if (resumesMax < 0) {
      throw new IllegalArgumentException(PATH + ".resumes-max is " + resumesMax + "; at least 0");
    }
  }

  /** Reads {@link #PATH}. */
  public static RecoverySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new RecoverySettings(
        config.getDuration("step-pause"),
        config.getDuration("undo-deadline"),
        config.getInt("undo-attempts"),
        config.getInt("resumes-max"),
        config.getDuration("retire-after"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
