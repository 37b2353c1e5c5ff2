package io.mainstay.persistence.escalation;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * Bounds of what a node remembers of its faults.
 *
 * @param window in which faults are counted: the seeds' figures are per hour
 * @param countedMax faults remembered within the window, 1 to 10,000
 * @param placesMax places, critical faults and gates remembered, 1 to 10,000
 * @param snapshotEvery events between snapshots
 * @param snapshotsKept at least 1
 */
public record EscalationSettings(
    Duration window, int countedMax, int placesMax, int snapshotEvery, int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.escalation";

  public EscalationSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("window", window);
    bounds.atMost(10_000, "counted-max", countedMax);
    bounds.atMost(10_000, "places-max", placesMax);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static EscalationSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new EscalationSettings(
        config.getDuration("window"),
        config.getInt("counted-max"),
        config.getInt("places-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
