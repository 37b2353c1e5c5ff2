package io.mainstay.actors.recovery.escalation;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * What the second highest level of frequency calls for.
 *
 * @param degrades whether the node does with less while errors come that often
 * @param quiet without a fault that counts at that level, after which it is over
 */
public record FrequencySettings(boolean degrades, Duration quiet) {
  /** Where the settings lie. */
  public static final String PATH = EscalationPolicy.PATH + ".frequency";

  public FrequencySettings {
    new SettingBounds(PATH).positive("high-quiet", quiet);
  }

  /** Reads {@link #PATH}. */
  public static FrequencySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new FrequencySettings(
        config.getBoolean("high-degrades"), config.getDuration("high-quiet"));
  }
}
