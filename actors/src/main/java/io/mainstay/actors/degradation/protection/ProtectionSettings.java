package io.mainstay.actors.degradation.protection;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * {@code mainstay.modes.protection}, checked once.
 *
 * @param on whether the node watches its components
 * @param checkEvery from one look to the next
 * @param answerWithin a component that is silent for longer is unhealthy
 * @param unhealthyShare above which it is a cascade, 0 to below 1
 * @param calmShare at or below which it is over, not above {@code unhealthyShare}
 * @param looks in a row that begin it
 * @param calmLooks in a row that end it
 */
public record ProtectionSettings(
    boolean on,
    Duration checkEvery,
    Duration answerWithin,
    double unhealthyShare,
    double calmShare,
    int looks,
    int calmLooks) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.modes.protection";

  private static final int LOOKS_MAX = 100;

  public ProtectionSettings {
    require(checkEvery.toMillis() >= 1, "check-every", checkEvery, "at least 1 ms");
    require(answerWithin.toMillis() >= 1, "answer-within", answerWithin, "at least 1 ms");
    require(
        unhealthyShare >= 0 && unhealthyShare < 1,
        "unhealthy-share",
        unhealthyShare,
        "from 0 to below 1");
    require(
        calmShare >= 0 && calmShare <= unhealthyShare,
        "calm-share",
        calmShare,
        "from 0 to unhealthy-share = " + unhealthyShare);
    require(looks >= 1 && looks <= LOOKS_MAX, "looks", looks, "1 to " + LOOKS_MAX);
    require(calmLooks >= 1 && calmLooks <= LOOKS_MAX, "calm-looks", calmLooks, "1 to " + LOOKS_MAX);
  }

  /** Reads {@link #PATH}. */
  public static ProtectionSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new ProtectionSettings(
        config.getBoolean("on"),
        config.getDuration("check-every"),
        config.getDuration("answer-within"),
        config.getDouble("unhealthy-share"),
        config.getDouble("calm-share"),
        config.getInt("looks"),
        config.getInt("calm-looks"));
  }

  private static void require(boolean holds, String name, Object value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; it must be " + bound);
    }
  }
}
