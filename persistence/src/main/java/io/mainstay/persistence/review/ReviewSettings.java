package io.mainstay.persistence.review;

import com.typesafe.config.Config;

/**
 * Bounds of the review queue.
 *
 * @param openMax reviews that may wait for a decision
 * @param decidedKept decided reviews kept in memory and in a snapshot
 * @param pageMax reviews in one answer
 * @param promptMax characters of a prompt that are kept
 * @param snapshotEvery events between snapshots
 */
public record ReviewSettings(
    int openMax,
    int decidedKept,
    int pageMax,
    int promptMax,
    int snapshotEvery,
    int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.review";

  public ReviewSettings {
    within("open-max", openMax, 10_000);
    within("decided-kept", decidedKept, 10_000);
    within("page-max", pageMax, 1_000);
    within("prompt-max", promptMax, 10_000);
    within("snapshot-every", snapshotEvery, Integer.MAX_VALUE);
    within("snapshots-kept", snapshotsKept, Integer.MAX_VALUE);
  }

  /** Reads {@link #PATH}. */
  public static ReviewSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new ReviewSettings(
        config.getInt("open-max"),
        config.getInt("decided-kept"),
        config.getInt("page-max"),
        config.getInt("prompt-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }

  private static void within(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are 1 to " + max);
    }
  }
}
