package io.mainstay.actors.node;

import com.typesafe.config.Config;
import io.mainstay.actors.node.RecoverySequence.Patience;
import java.time.Duration;

/**
 * {@code mainstay.recovery.steps}, checked once.
 *
 * @param lookInterval between two looks at a component that is not told yet
 * @param lookAgain between two looks at one that was told as degraded
 * @param patience with one component, after which the next one takes work all the same
 * @param heldMax messages that may wait before each component
 */
record RecoverySettings(Duration lookInterval, Duration lookAgain, Patience patience, int heldMax) {
  /** Where the settings lie. */
  static final String PATH = "mainstay.recovery.steps";

  RecoverySettings {
    require(lookInterval.toMillis() >= 1, "look-interval", lookInterval, "at least 1 ms");
    require(lookAgain.toMillis() >= 1, "look-again", lookAgain, "at least 1 ms");
    require(
        patience.usable().compareTo(lookInterval) >= 0,
        "usable-patience",
        patience.usable(),
        "not below look-interval = " + lookInterval);
    require(
        patience.useless().compareTo(patience.usable()) >= 0,
        "patience",
        patience.useless(),
        "not below usable-patience = " + patience.usable());
    require(heldMax >= 1 && heldMax <= 1_000_000, "held-max", heldMax, "1 to 1000000");
  }

  /** Reads {@link #PATH}. */
  static RecoverySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new RecoverySettings(
        config.getDuration("look-interval"),
        config.getDuration("look-again"),
        new Patience(config.getDuration("usable-patience"), config.getDuration("patience")),
        config.getInt("held-max"));
  }

  private static void require(boolean holds, String name, Object value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; it must be " + bound);
    }
  }
}
