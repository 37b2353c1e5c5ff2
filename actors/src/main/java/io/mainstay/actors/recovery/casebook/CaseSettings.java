package io.mainstay.actors.recovery.casebook;

import com.typesafe.config.Config;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * How long a node waits before it takes an error for one that does not heal, and for over.
 *
 * @param unhealedAfter from the last failure of its recoveries to the look that decides whether the
 *     node protects itself
 * @param quiet without that error there, after which it is over though no recovery said so; not
 *     shorter than {@code unhealedAfter}
 * @param lookEvery between two looks while an error is not over
 * @param retrySeed of the random share of pauses: the same errors have the same pauses
 */
public record CaseSettings(
    Duration unhealedAfter, Duration quiet, Duration lookEvery, long retrySeed) {
  /** Where the settings lie. */
  public static final String PATH = EscalationPolicy.PATH + ".cases";

  public CaseSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("unhealed-after", unhealedAfter);
    bounds.positive("quiet", quiet);
    bounds.positive("look-every", lookEvery);
    if (quiet.compareTo(unhealedAfter) < 0) {
      throw new IllegalArgumentException(
          PATH
              + ".quiet is "
              + quiet
              + "; it must not be shorter than unhealed-after, "
              + unhealedAfter
              + ", or what protects the node is over before it was looked at");
    }
  }

  /** Reads {@link #PATH}. */
  public static CaseSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new CaseSettings(
        config.getDuration("unhealed-after"),
        config.getDuration("quiet"),
        config.getDuration("look-every"),
        config.getLong("retry-seed"));
  }
}
