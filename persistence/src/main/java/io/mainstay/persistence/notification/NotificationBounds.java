package io.mainstay.persistence.notification;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;

/**
 * Bounds of a node's notifications.
 *
 * @param unsettledMax that may wait for a delivery or a person at once, 1 to 10,000
 * @param settledKept settled ones kept in memory and in a snapshot, 1 to 10,000
 * @param pageMax notifications in one answer, 1 to 200
 * @param textMax characters of a title, text, detail or note; what is longer is cut
 * @param snapshotEvery events between snapshots
 * @param snapshotsKept snapshots that stay
 */
public record NotificationBounds(
    int unsettledMax,
    int settledKept,
    int pageMax,
    int textMax,
    int snapshotEvery,
    int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.notification";

  public NotificationBounds {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.atMost(10_000, "unsettled-max", unsettledMax);
    bounds.atMost(10_000, "settled-kept", settledKept);
    bounds.atMost(200, "page-max", pageMax);
    if (textMax < 100 || textMax > 10_000) {
      throw new IllegalArgumentException(
          PATH + ".text-max is " + textMax + "; allowed are 100 to 10000");
    }
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atMost(100, "snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static NotificationBounds of(Config root) {
    Config config = root.getConfig(PATH);
    return new NotificationBounds(
        config.getInt("unsettled-max"),
        config.getInt("settled-kept"),
        config.getInt("page-max"),
        config.getInt("text-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }
}
