package io.mainstay.persistence.review;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;

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
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.atMost(10_000, "open-max", openMax);
    bounds.atMost(10_000, "decided-kept", decidedKept);
    bounds.atMost(1_000, "page-max", pageMax);
    bounds.atMost(10_000, "prompt-max", promptMax);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
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
}
