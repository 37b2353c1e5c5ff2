package io.mainstay.persistence.history;

import com.typesafe.config.Config;

/**
 * Bounds of the node's logs.
 *
 * @param recentEvents events kept in memory and in a snapshot, 1 to 10,000
 * @param snapshotEvery events between snapshots
 * @param snapshotsKept at least 1
 */
public record HistorySettings(int recentEvents, int snapshotEvery, int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.history";

  public HistorySettings {
    if (recentEvents < 1 || recentEvents > 10_000) {
      throw new IllegalArgumentException(
          PATH + ".recent-events is " + recentEvents + "; allowed are 1 to 10000");
    }
    if (snapshotEvery < 1 || snapshotsKept < 1) {
      throw new IllegalArgumentException(
          PATH
              + ": snapshot-every and snapshots-kept must be 1 or more, got "
              + snapshotEvery
              + " and "
              + snapshotsKept);
    }
  }

  /** Reads {@link #PATH}. */
  public static HistorySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new HistorySettings(
        config.getInt("recent-events"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
