package io.mainstay.persistence.alert;

import com.typesafe.config.Config;

/**
 * Bounds of the alerts.
 *
 * @param openMax alerts that may be open, 2 to 10,000; the last place is that of the alert which
 *     says that there are more
 * @param pastKept cleared alerts kept in memory and in a snapshot
 * @param pageMax alerts in one answer
 * @param textMax characters of a message, a remedy, a note
 * @param snapshotEvery events between snapshots
 */
public record AlertSettings(
    int openMax, int pastKept, int pageMax, int textMax, int snapshotEvery, int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.alert";

  public AlertSettings {
    within(2, 10_000, "open-max", openMax);
    within(1, 10_000, "past-kept", pastKept);
    within(1, 200, "page-max", pageMax);
    within(100, 10_000, "text-max", textMax);
    within(1, 1_000_000, "snapshot-every", snapshotEvery);
    within(1, 100, "snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static AlertSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new AlertSettings(
        config.getInt("open-max"),
        config.getInt("past-kept"),
        config.getInt("page-max"),
        config.getInt("text-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }

  private static void within(int min, int max, String name, int value) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are " + min + " to " + max);
    }
  }
}
