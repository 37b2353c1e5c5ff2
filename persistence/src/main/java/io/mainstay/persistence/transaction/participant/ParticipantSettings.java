package io.mainstay.persistence.transaction.participant;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;

/**
 * Bounds of a participant's log.
 *
 * @param writeMax events that one write takes, at most
 * @param openMax transactions that a participant holds or works on at a time
 */
public record ParticipantSettings(int snapshotEvery, int snapshotsKept, int writeMax, int openMax) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.participant";

  public ParticipantSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.atMost(100_000, "snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
    bounds.atMost(1_000, "write-max", writeMax);
    bounds.atMost(100_000, "open-max", openMax);
  }

  /** Reads {@link #PATH}. */
  public static ParticipantSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new ParticipantSettings(
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"),
        config.getInt("write-max"),
        config.getInt("open-max"));
  }
}
