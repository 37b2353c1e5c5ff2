package io.mainstay.persistence.casebook;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;

/**
 * Bounds of a node's cases.
 *
 * @param casesMax open at once, 1 to 10,000
 * @param snapshotEvery events between snapshots
 * @param snapshotsKept at least 1
 */
public record CaseBookSettings(int casesMax, int snapshotEvery, int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.cases";

  public CaseBookSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.atMost(10_000, "cases-max", casesMax);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static CaseBookSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new CaseBookSettings(
        config.getInt("cases-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
