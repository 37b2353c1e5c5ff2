package io.mainstay.actors.outage;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * What is done about a device whose worker is out of reach.
 *
 * @param limits of the freeze and of the reconnections
 * @param reconcileTimeout for one comparison of both sides
 * @param journalTimeout for one write, before the step it belongs to is taken all the same
 * @param notifyTimeout for those who depend on a model to confirm that they know
 * @param moveTimeout for one model of a given-up device to be loaded onto another
 * @param subscribersMax who may be told of outages
 */
public record OutageSettings(
    Outage.Limits limits,
    Duration reconcileTimeout,
    Duration journalTimeout,
    Duration notifyTimeout,
    Duration moveTimeout,
    int subscribersMax) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.outage";

  private static final SettingBounds BOUNDS = new SettingBounds(PATH);

  private static final int ATTEMPTS_MAX = 10;
  private static final int SUBSCRIBERS_MAX = 1_000;

  public OutageSettings {
    BOUNDS.within("freeze", limits.freeze(), Duration.ofMillis(100), Duration.ofMinutes(10));
    BOUNDS.within(
        "reconnect-backoff", limits.backoff(), Duration.ofMillis(10), Duration.ofMinutes(1));
    BOUNDS.within(
        "reconcile-timeout", reconcileTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
    BOUNDS.within("journal-timeout", journalTimeout, Duration.ofMillis(100), limits.freeze());
    BOUNDS.within("notify-timeout", notifyTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    BOUNDS.within("move-timeout", moveTimeout, Duration.ofMillis(100), Duration.ofHours(1));
    if (limits.attempts() < 1 || limits.attempts() > ATTEMPTS_MAX) {
      throw new IllegalArgumentException(
          PATH
              + ".reconnect-attempts is "
              + limits.attempts()
              + "; allowed are 1 to "
              + ATTEMPTS_MAX);
    }
    if (subscribersMax < 1 || subscribersMax > SUBSCRIBERS_MAX) {
      throw new IllegalArgumentException(
          PATH + ".subscribers-max is " + subscribersMax + "; allowed are 1 to " + SUBSCRIBERS_MAX);
    }
  }

  /** Reads {@link #PATH}. */
  public static OutageSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new OutageSettings(
        new Outage.Limits(
            config.getDuration("freeze"),
            config.getInt("reconnect-attempts"),
            config.getDuration("reconnect-backoff")),
        config.getDuration("reconcile-timeout"),
        config.getDuration("journal-timeout"),
        config.getDuration("notify-timeout"),
        config.getDuration("move-timeout"),
        config.getInt("subscribers-max"));
  }
}
