package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * How faults are journaled.
 *
 * @param sameWithin the same fault, said by two of those who saw it, is one within this time
 * @param journaledMax faults of one error that are journaled within a period, 1 to 10,000
 * @param period of that bound
 * @param writtenWithin how long the ledger waits for a fault to be durable
 */
public record FaultSettings(
    Duration sameWithin, int journaledMax, Duration period, Duration writtenWithin) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.recovery.faults";

  public FaultSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("same-within", sameWithin);
    bounds.atMost(10_000, "journaled-max", journaledMax);
    bounds.positive("period", period);
    bounds.positive("written-within", writtenWithin);
  }

  /** Reads {@link #PATH}. */
  public static FaultSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new FaultSettings(
        config.getDuration("same-within"),
        config.getInt("journaled-max"),
        config.getDuration("period"),
        config.getDuration("written-within"));
  }

  FaultSifter.Limits limits() {
    return new FaultSifter.Limits(sameWithin.toMillis(), journaledMax, period.toMillis());
  }
}
